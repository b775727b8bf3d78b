"""What the words before a number of console output mean: an axis, a metric, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from analyzer import metrics
from analyzer.parsers._text_plan import EPOCH, STEP

# one of these is in every line that matters: a cheap look before a line is read
METRIC_WORDS = tuple(
    b"loss acc score err rms mse mae auc map ppl perplexity nll learn f1 iou dice bleu entropy r2"
    b" qwk reward perdida p\xc3\xa9rdida prec recall wer cer logl kappa mcc rouge top bpb bpc"
    b" cost perte verlust perda perdita exactitud accurat genauigkeit acur verlies jaccard"
    b" xent bce msle mase hinge brier bpd lpips fid eer chamfer mpjpe aupr aur fbeta sensitiv"
    b" specific psnr ssim meteor cider chrf ndcg mrr winrate spearman pearson huber hits rew epret"
    b" stoi pesq fitness sdr sisnr assd pinball hd95 absrel lddt medae mindcf qwk srcc plcc"
    b" crps dsc nmi deviance avg rank- rank1 _return inertia"
    b" training's valid_".split()  # of LightGBM, with metrics such as l2
)
# stems in other scripts, without a first letter that may be a capital
METRIC_WORDS += (b"global correct",)  # of torchvision's segmentation
METRIC_WORDS += tuple(
    stem.encode()
    for stem in (
        *("损失", "損失", "准确", "準確", "正确率", "精度", "误差", "奖励", "困惑度"),
        *(
            "ロス",
            "正解率",
            "отер",
            "очност",
            "лосс",
            "손실",
            "정확도",
            "kayıp",
            "kaybı",
            "doğrulu",
        ),
    )
)
# how the names of axes begin, behind an accented letter: bytes.lower leaves "É" as it is
AXIS_STEMS = tuple(
    b"epoch step iter itr round update batch generation epis poca poque paso passo passi"
    b" schritt stap tape tijdperk ronda rodada".split()
)
AXIS_STEMS += (b"example counter",)
_OTHER_AXES = (
    *("轮", "輪", "步", "迭代", "エポック", "ステップ", "イテレーション"),
    *("пох", "шаг", "Шаг", "терац", "에포크", "에폭", "dönem", "devir", "adım"),
)
AXIS_STEMS += tuple(stem.encode() for stem in _OTHER_AXES)
_SPLIT_STEMS = (
    *("训练", "訓練", "验证", "驗證", "测试", "測試", "学習", "検証", "テスト"),
    *("обуч", "алид", "тест", "훈련", "학습", "검증", "테스트"),
)
AXIS_WORDS = (
    b"ep",
    *AXIS_STEMS,
    *b"train val test eval entren".split(),
    *(word.encode() for word in _SPLIT_STEMS),
)
_EPOCH_WORDS = {"ep", *metrics.EPOCH_AXES} - {"epochs"}
_OTHER_STEP_WORDS = ("itr", "update", "num_updates", "round", "episode", "timestep", "generation")
_COUNTER = "example_counter"  # of Vowpal Wabbit
STEP_WORDS = (*metrics.STEP_AXES, *_OTHER_STEP_WORDS, _COUNTER)
_COUNTS_OF_ALL = {"steps", "iterations", "iters", "epochs"}  # "epochs: 40" is a setting
_EVALUATES = {"evaluating", "evaluate", "evaluation", "validating", "eval"}
_SPLIT_WORDS = {"evaluating": "val", "validating": "val", "validate": "val", **metrics.SPLITS}
# a number behind these is the best so far, a limit or a time, and no curve
_NO_AXIS = {"best", "num", "total", "max", "previous", "last", "warmup", "per", "every"}
_NO_METRIC = {"best", "lowest", "highest", "min", "max", "minimum", "maximum", "previous", "prev"}
_NO_METRIC |= {"target", "patience", "improved", "old", "threshold", "limit", "seed"}
_ASIDE = {"time", "eta", "elapsed", "data", "sec", "secs", "seconds", "duration", "dur", "speed"}
_ASIDE |= {"remaining", "memory", "mem", "gpu_mem", "v_num", "batch_time", "data_time", "took"}
_ASIDE |= {"max_mem", "ms", "throughput", "wall", "pid", "rank", "port", "num_params", "gpu", "cpu"}
_ASIDE |= {
    "ram",
    "vram",
    "ips",
    "data_cost",
    "batch_cost",
    "reader_cost",
    "avg_batch_cost",
    "avg_reader_cost",
    "avg_samples",
    "cuda",
    "device",
    "ms_batch",
    "ms_step",
    "ms_iter",
    "s_it",
    "s_batch",
    "samples_sec",
}
# before "loss" they say of which part, so that "D loss: 0.6, G loss: 0.9" are two curves
_PARTS = {"d", "g", "gen", "generator", "dis", "disc", "discriminator", "critic", "actor", "policy"}
_PARTS |= {"student", "teacher", "netg", "netd"}
_PARTS |= {"value", "adv", "adversarial", "kl", "recon", "reconstruction", "cycle", "identity"}
_PARTS |= {"box", "cls", "obj", "dfl", "mask", "keypoint", "aux", "contrastive", "mlm", "ctc", "vq"}
# a number behind these belongs to the name: "Class 0 accuracy", "Client 3 loss"
NUMBERED_PARTS = frozenset(
    ("class", "head", "task", "client", "model", "label", "branch", "agent", "expert", "clase")
)
_AFTER = {"at", "after", "in", "on", "for", "of", "@"}  # "loss at epoch 3: 0.5"
PLAIN_LEVELS = frozenset(("info", "debug", "notice"))  # no metric is called so
LEVELS = {*PLAIN_LEVELS, "warning", "warn", "error", "critical"}
_CANONICAL = ("loss", "accuracy", "lr", "grad_norm")
_MOST_WORDS = 4
_LOSS_WORDS = 2  # "loss", or "loss val"
_NUMBERED = re.compile(r"(epoch|ep|step|iter|iteration|round)[-_#]?(\d+)", re.ASCII | re.I)


def numbered_axis(word: str) -> re.Match[str] | None:
    """Return the match of a word that joins an axis and its number, such as "Epoch_3"."""
    return _NUMBERED.fullmatch(word)


@cache
def axis_of(words: tuple[str, ...]) -> tuple[str, int]:
    """Return the role and the rank of the axis that words name; the role is "" for no axis."""
    plain = [metrics.normal(word).lstrip("_") for word in words]
    if not plain or any(set(word.split("_")) & _NO_AXIS for word in plain[:-1]):
        return "", 0
    last = plain[-1]
    joined = "_".join(plain[-2:])
    if last in _EPOCH_WORDS or joined in _EPOCH_WORDS:
        return EPOCH, 0
    if last in _COUNTS_OF_ALL:
        return "", 0
    if set(last.split("_")) & (_NO_AXIS - {"total"}) and last not in STEP_WORDS:
        return "", 0
    for name in (joined, last):
        if name in STEP_WORDS:
            return STEP, -1 if name == "global_step" else STEP_WORDS.index(name)
    ends = last.rpartition("_")[2]
    if ends in ("step", "iter", "iteration") and not metrics.is_judged(last):
        return STEP, STEP_WORDS.index(ends)
    return "", 0


def named_axis(name: str) -> tuple[str, int]:
    """Return the role and the rank of the axis that a whole name is, ("", 0) for any other."""
    plain = metrics.normal(name)
    if plain in metrics.EPOCH_AXES:
        return EPOCH, 0
    return (STEP, STEP_WORDS.index(plain)) if plain in STEP_WORDS else ("", 0)


def metric_before_axis(words: tuple[str, ...]) -> int:
    """Return how many words before an axis name the metric of "Cost after epoch 3: 0.5", or 0.

    Behind a split any name is one: "Valid MR at step 100: 212.5".
    """
    for at in range(1, len(words) - 1):
        if words[at].lower() not in _AFTER:
            continue
        name = metric_name(words[:at], True)
        if is_known(name) or (name and 2 <= at <= _MOST_WORDS and split_of(words[:1])):
            return at
    return 0


@cache
def bar_axis(words: tuple[str, ...]) -> tuple[str, int]:
    """Return the axis that the title of a progress bar names; "Epochs:" does so, too."""
    if words and metrics.normal(words[-1]) in _COUNTS_OF_ALL:
        words = (*words[:-1], words[-1].rstrip("sS"))
    return axis_of(words)


def split_of(words: Sequence[str]) -> str:
    """Return the split of words that head what follows ("Test set:", "[val]"), or ""."""
    if not words or len(words) > _MOST_WORDS:
        return ""
    if len(words) > 1 and words[0].lower() in _EVALUATES and words[1].lower() in metrics.SPLITS:
        words = words[1:]  # "Evaluating test: L1 0.02"
    word = words[0].strip("()[].'\"")
    return _SPLIT_WORDS.get(word.lower()) or metrics.folder_split(word)


@cache
def metric_name(words: tuple[str, ...], has_sign: bool) -> str:
    """Return the name under which a number is logged, "" if it is not a metric.

    Without a sign between name and number ("train loss 2.1") only a known name is one.
    """
    words = _behind_level(words)
    plain = [metrics.normal(word) for word in words]
    parts = {part for word in plain for part in word.split("_")}
    if (
        not words
        or parts & _NO_METRIC
        or plain[-1] in _ASIDE | _COUNTS_OF_ALL
        or plain[0] in _ASIDE
    ):
        return ""
    if "time" in plain[-1].split("_") or plain[-1].endswith(("_ms", "_sec", "_s")):
        return ""
    for first in range(len(words)):
        name = " ".join(words[first:])
        if metrics.read(name).metric in _CANONICAL:
            return " ".join(words[first - _part_before(words, plain, first) :])
    if len(words) > _MOST_WORDS:
        words = words[-1:]
    name = " ".join(words)
    if has_sign:
        return name
    last = next((word for word in reversed(words) if word[0] not in "(["), words[-1])
    return name if is_known(last) or (len(words) == 1 and split_of(words)) else ""


def _behind_level(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words behind the last level of a logger: "P451 INFO [Metrics] AUC"."""
    plain = [word.strip("[]:").lower() for word in words]
    levels = [at for at, word in enumerate(plain) if word in PLAIN_LEVELS]
    if len(words) > 1 and words[-1] in PLAIN_LEVELS:  # "mutual info: 0.3"
        levels.pop()
    if not levels and plain[:1] and plain[0] in LEVELS and len(words) > 1:
        levels = [0]  # behind other words, "error" is a metric
    if not levels:
        return words
    words = words[levels[-1] + 1 :]
    while len(words) > 1 and words[0][0] in "([" and not split_of(words[:1]):
        words = words[1:]
    return words


def _part_before(words: Sequence[str], plain: Sequence[str], first: int) -> int:
    """Return how many words before a canonical name say of which part or class it is."""
    if not first:
        return 0
    if first == len(plain) - 1 and plain[first - 1].isdigit():
        return min(first, 2)
    if plain[first - 1] in _PARTS and len(words) - first <= _LOSS_WORDS:
        return first - _start_of_part(words, first - 1)
    return 0


def _start_of_part(words: Sequence[str], part: int) -> int:
    """Return where the name of a part of a loss begins: "val box loss" with its split."""
    return part - 1 if part > 0 and split_of(words[part - 1 : part]) else part


def is_known(name: str) -> bool:
    """Say whether a name is that of a loss, a score, the learning rate or the gradient norm."""
    reading = metrics.read(name)
    return reading.metric in _CANONICAL or metrics.kind(reading.metric) is not None

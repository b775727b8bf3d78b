"""Read the split, the metric and the grain out of a name. Nothing else in the package does.

Names come from trackers and from people: ``val_loss``, ``loss/train``, ``epoch_accuracy``,
``Train Loss``, ``eval/loss``, ``validation_0-logloss``, ``pérdida (validación)``. ``read`` takes
one name; what the names of one log say about each other is read by ``logs``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from analyzer.errors import ConfigError
from analyzer.metrics.kinds import DATALOADER, kind, normal
from analyzer.metrics.words import NO_CONTEXT, REMEMBERED, WORD, Context, english, fold, lower_words


@dataclass(frozen=True)
class Reading:
    """What a name says; an unknown split is "".

    ``grain`` is "epoch" or "step" if the name says what the value was taken over. ``assumed`` is
    the key of a sentence in ``_issues.toml`` if the split does not stand in the name but follows
    from what the writers of such logs usually do.
    """

    split: str
    metric: str
    grain: str = ""
    assumed: str = ""


_PLAIN_SPLITS = {"train": "train", "val": "val", "valid": "val", "eval": "val", "test": "test"}
SPLITS = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "learn": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "validate": "val",
    "vali": "val",
    "vld": "val",
    "holdout": "val",
    "heldout": "val",
    "eval": "val",
    "evaluation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    # how people mistype them
    "trainning": "train",
    "traning": "train",
    "vaild": "val",
    "validaton": "val",
    "vaildation": "val",
    # variables of the data sets of boosters and loops
    **{f"d{word}": split for word, split in _PLAIN_SPLITS.items()},
    **{f"{word}set": split for word, split in _PLAIN_SPLITS.items()},
}
# "tr_loss", "acc_te" and "vaLoss" of own loops; elsewhere the letters mean something else
_SHORT_SPLITS = {"tr": "train", "va": "val", "vl": "val", "te": "test", "ts": "test"}
_SHORT = "|".join(_SHORT_SPLITS)
_PLAIN = r"loss|losses|acc|accs|accuracy|error|err|f1|auc|mse|rmse|mae|iou|dice"
_SHORT_BEFORE = re.compile(rf"^(?P<split>{_SHORT})[_/ .-]*(?P<metric>{_PLAIN})$", re.I)
_SHORT_AFTER = re.compile(rf"^(?P<metric>{_PLAIN})[_/ .-]+(?P<split>{_SHORT})$", re.I)
_WHOLE_SEGMENT_ONLY = {"learn", "dev"}  # learn_rate and std_dev do not name a split
OF_A_SPLIT = {"set", "data", "dataset", "split", "phase"}  # "train set" says no more than "train"

_NAMES = {
    "loss": ("loss", "losses", "total_loss", "loss_total", "totalloss", "tot_loss", "lossvalue"),
    "accuracy": (
        "accuracy",
        "acc",
        "accuracies",
        "accs",
        "binary_accuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
        "top_1_acc",
        "top1_acc",
        "top_1_accuracy",
        "top1_accuracy",
    ),
    "perplexity": ("perplexity", "ppl", "pplx"),
    "lr": ("lr", "learning_rate", "learning_rates", "learningrate", "learn_rate", "event_lr"),
    "grad_norm": (
        "grad_norm",
        "gradient_norm",
        "gradnorm",
        "total_grad_norm",
        "global_grad_norm",
        "gnorm",
    ),
}
_CANONICAL = {name: metric for metric, names in _NAMES.items() for name in names}
_LR_OF_A_GROUP = re.compile(
    r"^base_learning_rate$|^(?:x_)?lr(?:\d+|_(?:pg|group|param_group|adamw?|sgd|rmsprop|\d)[a-z0-9_]*)$"
)

# reinforcement learning logs these under "train/", where the word names a phase and not a split
_REINFORCEMENT = {
    "entropy",
    "entropy_loss",
    "policy_loss",
    "policy_gradient_loss",
    "value_loss",
    "actor_loss",
    "critic_loss",
    "ent_coef",
    "ent_coef_loss",
    "approx_kl",
    "clip_fraction",
    "clip_range",
    "explained_variance",
    "n_updates",
}

_SEPARATORS = "_/ .-:"
_JOINED = re.compile(r"^(train|trn|val|valid|vld|dev|test|eval)(loss|acc|accuracy)$", re.I)
_EVALUATION_SET = re.compile(r"^(?:validation|valid)_(\d+)(?:[-_/ :.]+(.+))?$", re.I)
_NUMBERED_EVAL = re.compile(r"^eval_(\d+)[-_/ :.]+(.+)$", re.I)
_STEPS = ("step", "batch", "minibatch", "mini-batch", "iter", "iteration")
_GRAINS = {"epoch": "epoch", **dict.fromkeys(_STEPS, "step")}
_GRAIN_BEFORE = re.compile(r"^(epoch|step|batch|mini-?batch|iter|iteration)[_/ .-]+", re.I)
_MINI_BATCH = re.compile(r"^mini-?batch[_/ .-]+", re.I)  # MATLAB's "Mini-batch RMSE"
_GRAIN_AFTER = re.compile(r"[_/ .-]+(?:vs[_ ])?(epoch|step|batch|iter|iteration)s?$", re.I)
_MEAN_BEFORE = re.compile(r"^(?:avg|average|mean|running)[_/ .-]+", re.I)
_MEAN_AFTER = re.compile(r"[_/ .-]+(?:avg|average|mean)$", re.I)
_CURVE_BEFORE = re.compile(r"^(?:history|hist|list)[_ .-]+", re.I)
_CURVE_AFTER = re.compile(r"[_ .-]+(?:history|hist|curve|list|values?|array)_?$", re.I)
# the words of these patterns; most names have none of them
_LETTERS = re.compile("[a-z]+")
_AROUND = {
    *("epoch", "epochs", "step", "steps", "batch", "batchs", "minibatch", "iter", "iters"),
    *("iteration", "iterations", "avg", "average", "mean", "running", "history", "hist", "list"),
    *("curve", "value", "values", "array"),
}
_UNIT = re.compile(r"\s*[(\[{]\s*(?:%|nats?|bits?|pct|percent|a\.?u\.?)\s*[)\]}]\s*$", re.I)
_POSSESSIVE = re.compile(r"^cv_agg['’]s\s+|(?<=\w)['’]s\b", re.I)  # LightGBM's "valid_0's auc"
# what LightGBM and CatBoost call losses that have a usual name
BOOSTER_LOSSES = {
    "l2": "mse",
    "l1": "mae",
    "multiclass": "logloss",
    "multiclassonevsall": "logloss",
}
_COCO = re.compile(r"^(?:bbox|segm|keypoints)[/_]m?AP", re.I)  # measured on held-out pictures
_BRACKETS = {"(": ")", "[": "]", "{": "}"}

_COLLECTIONS = ("metrics/", "logs/", "log/", "scalars/", "results/", "history/", "data/")
_RAY = "ray/tune/"  # before the names in the event files of Ray Tune

# attributes of scikit-learn's networks, whose score is the accuracy on the part kept for validation
_WHOLE_NAMES = {"validation_scores": ("val", "accuracy")}


def read(tag: str, context: Context = NO_CONTEXT) -> Reading:
    """Read the split, the metric and the grain of one name; keep an unknown name unchanged.

    ``context`` is what the other names of the log say about words that mean several things.
    """
    return _read_within(tag, context)


@lru_cache(maxsize=REMEMBERED)  # below a function that fills in the default: one key for each name
def _read_within(tag: str, context: Context) -> Reading:
    if tag.startswith(_RAY):
        return read(tag.removeprefix(_RAY), context)
    loader = DATALOADER.search(tag)
    if loader and kind((inner := read(tag[: loader.start()], context)).metric) is not None:
        return replace(inner, metric=inner.metric + (loader[1] or ""))
    if normal(tag.rpartition("/")[2]) in _REINFORCEMENT:
        return Reading("", tag)
    if tag.startswith(_COLLECTIONS):  # "metrics/train/loss" says no more than "train/loss"
        inner = read(tag.partition("/")[2], context)
        if inner.split and kind(inner.metric) is not None:
            return inner
    name = english(tag, context)
    name, of_a_set = _POSSESSIVE.subn("", name)
    name = _UNIT.sub("", name)
    reading = _read(name)
    if of_a_set and reading.split:
        metric = BOOSTER_LOSSES.get(normal(reading.metric), reading.metric)
        reading = replace(reading, metric=metric)
    if not reading.split and reading.metric == name:
        is_translated = fold(name) != fold(tag) and kind(name) is not None
        return Reading("", name if is_translated else tag, reading.grain)
    return reading


def _read(tag: str) -> Reading:
    """Read a name in English."""
    if whole := _WHOLE_NAMES.get(normal(tag).rstrip("_")):
        return Reading(*whole)
    if match := _EVALUATION_SET.match(tag) or _NUMBERED_EVAL.match(tag):
        return replace(_read_rest(match[2] or "loss"), split="val")
    if _COCO.match(tag):
        return Reading("val", tag)
    if match := _SHORT_BEFORE.match(tag) or _SHORT_AFTER.match(tag):
        return replace(_read_rest(match["metric"]), split=_SHORT_SPLITS[match["split"].lower()])
    if match := _JOINED.match(tag):
        return replace(_read_rest(match[2]), split=SPLITS[match[1].lower()])
    split, rest = _take_split(tag)
    if not split:
        return _read_rest(tag)
    if not rest:
        return Reading("train", "loss") if normal(tag) == "learn" else Reading("", tag)
    again, without = _take_split(rest)
    if again == split and without and _read_known(without):  # "train/train_loss"
        rest = without
    head, _, behind = rest.replace(" ", "_").partition("_")
    if head.lower() in OF_A_SPLIT and _read_known(behind):  # "Test set loss"
        rest = behind
    return replace(_read_rest(rest), split=split)


def parse_meaning(name: str, meaning: str) -> Reading:
    """Read what the user says a name means: "val/loss", "train/accuracy", or "lr" without a split.

    Raises ConfigError if the part before the slash is not a split.
    """
    split, slash, metric = meaning.strip().rpartition("/")
    if not metric or (slash and split not in ("train", "val", "test")):
        raise ConfigError(
            f'"{name}={meaning}": must be SPLIT/METRIC, e.g. {name}=val/loss, or a metric alone'
        )
    return Reading(split, metric)


def is_judged(name: str) -> bool:
    """Say whether a name means a loss or a score; a bare "score" may be anything's."""
    reading = read(name)
    if not reading.split and normal(name) == "score":
        return False
    return kind(reading.metric) is not None


def is_ambiguous(name: str) -> bool:
    """Say whether a name is a split alone: "train" or "val" may be a loss or an accuracy."""
    return normal(name) in SPLITS and read(name).metric == name


class _SplitWord(NamedTuple):
    """A word that names a split; ``edges`` is how many of its ends also end a path segment."""

    split: str
    start: int
    end: int
    edges: int


def _take_split(tag: str) -> tuple[str, str]:
    """Return the split that a name says, or "", and the name without that word."""
    for word in _split_words(tag):
        before, after = tag[: word.start].rstrip(_SEPARATORS), tag[word.end :].lstrip(_SEPARATORS)
        if before and after.startswith(_BRACKETS.get(before[-1], "\0")):  # "dice (val)"
            before, after = before[:-1].rstrip(_SEPARATORS), after[1:].lstrip(_SEPARATORS)
        joint = tag[len(before) : len(tag) - len(after)]
        rest = ("/" if "/" in joint else "_").join(filter(None, (before, after)))
        # within a segment, only a known metric shows that the word is a split and not prose
        if word.edges or not (before and after) or _read_known(rest):
            return word.split, rest
    return "", tag


def splits_inside(tag: str) -> list[tuple[str, str]]:
    """Return each split that a word inside a name may mean, with the name without that word.

    Only the other names of the log can tell whether it means one ("reg_val_loss").
    """
    inside = [word for word in _split_words(tag) if not word.edges]
    return [
        (word.split, f"{tag[: word.start]}{tag[word.end :].lstrip(_SEPARATORS)}") for word in inside
    ]


def _split_words(tag: str) -> list[_SplitWord]:
    """Return the words of a name that are splits, whole path segments first."""
    if SPLITS.keys().isdisjoint(lower_words(tag)):
        return []
    found = []
    for match in WORD.finditer(tag):
        before = tag[max(match.start() - 1, 0) : match.start()]
        after = tag[match.end() : match.end() + 1]
        edges = (before in ("", "/")) + (after in ("", "/"))
        word = match[0].lower()
        is_whole = edges == 2 or before in _BRACKETS
        is_split = is_whole or word not in _WHOLE_SEGMENT_ONLY or _is_learnt(tag, match.end())
        if word in SPLITS and is_split:
            found.append(_SplitWord(SPLITS[word], match.start(), match.end(), edges))
    return sorted(found, key=lambda word: word.edges < 2)


def _is_learnt(tag: str, end: int) -> bool:
    """Say whether a name goes on with a loss or a score after "learn" (CatBoost) or "dev"."""
    rest = tag[end:].lstrip(_SEPARATORS)
    return fold(tag[:end]).lower() in _WHOLE_SEGMENT_ONLY and kind(rest) is not None


def _read_rest(name: str) -> Reading:
    """Read a name without a split; keep an unknown one unchanged."""
    known = _read_known(name)
    rest = _MINI_BATCH.sub("", name)
    if known is None and rest != name and kind(rest) is not None:
        return Reading("", rest, "step")
    return known or Reading("", name)


def _read_known(name: str) -> Reading | None:
    """Read the canonical metric and the grain of a name without a split, None if unknown."""
    bare = normal(name).lstrip("_").removeprefix("current_").removeprefix("cur_")
    if bare in _CANONICAL:
        return Reading("", _CANONICAL[bare])
    if _LR_OF_A_GROUP.match(bare):
        return Reading("", "lr")
    if name.isascii() and _AROUND.isdisjoint(_LETTERS.findall(name.lower())):
        return _read_group(name)
    for pattern in (_GRAIN_BEFORE, _GRAIN_AFTER):
        match = pattern.search(name)
        rest = _read_known(name[: match.start()] + name[match.end() :]) if match else None
        if match and rest:
            return replace(rest, grain=_GRAINS[match[1].lower()])
    means = (_MEAN_BEFORE, _MEAN_AFTER)
    for pattern in (*means, _CURVE_BEFORE, _CURVE_AFTER):
        match = pattern.search(name)
        rest = _read_known(name[: match.start()] + name[match.end() :]) if match else None
        if rest:
            return replace(rest, grain="epoch") if pattern in means else rest
    return _read_group(name)


def _read_group(name: str) -> Reading | None:
    """Read a name whose group and member say the same, such as "Loss/loss"; else None."""
    if "/" not in name:
        return None
    known: list[Reading] = []
    for part in reversed(name.split("/")):
        reading = _read_known(part)
        if reading is None:
            return None
        known.insert(0, reading)
    if len({part.metric for part in known}) > 1:
        return None
    return Reading("", known[0].metric, max(part.grain for part in known))

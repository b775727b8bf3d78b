"""Tell what kind of metric a name means: a loss, a score, an axis, or none of these."""

from __future__ import annotations

import re
from functools import cache

from analyzer.metrics.words import WORD, Context, english, fold

# the losses of reinforcement learning are not expected to fall
_REINFORCEMENT_WORDS = {"policy", "value", "actor", "critic", "entropy"}

_LOSS_WORDS = set(
    """
    loss losses nll logloss mlogloss crossentropy xent bce mse msle mae rmse rmsle rmsd mape smape
    mase error errors err merror hinge brier perplexity ppl bpb bpc bpd wer cer lpips fid eer
    """.split()
)
_LOSS_NAMES = {"l1", "l2", "huber"}  # what LightGBM calls its losses; in a longer name, a penalty
_SCORE_WORDS = set(
    """
    accuracy acc auc auroc auprc aupr f1 f1score fscore fbeta precision recall sensitivity
    specificity map map50 ap iou miou dice jaccard psnr ssim bleu rouge meteor cider chrf ndcg mrr
    r2 kappa mcc top1 top5 winrate
    """.split()
)
_SCORE_PAIRS = ({"success", "rate"}, {"win", "rate"}, {"hit", "rate"})

_SHARE_WORDS = set(
    """
    accuracy acc auc auroc auprc aupr f1 f1score fscore fbeta precision recall sensitivity
    specificity map map50 ap iou miou dice jaccard ssim
    """.split()
)

_REWARD_WORDS = {"reward", "rewards", "rew"}
_RETURN_WORDS = {"return", "returns", "ret"}
_OF_EPISODES = set(
    """
    ep episode episodes episodic cumulative discounted undiscounted average avg mean max min eval
    """.split()
)
# of a preference (DPO), a model of rewards or a setting: not what an agent earned
_NO_REWARD = set(
    """
    chosen rejected margin margins accuracy accuracies model loss losses error penalty shaping clip
    len length num steps
    """.split()
)
_UNBOUNDED_WORDS = {"psnr", "cider"}

# a name that ends with one of these is about a metric and is none
_ABOUT_A_METRIC = set(
    """
    scale scaler scaling weight weights coef coeff coefficient lambda factor time times second
    seconds sec secs ms runtime duration std stdev stdv stddev sem var count counts counter lr decay
    patience threshold thresh ratio delta diff rank version id idx index flag enabled type size
    """.split()
)

_BOUNDS = ("__MIN", "__MAX")  # of the points behind one pixel of a W&B chart

STEP_AXES = (
    "step",
    "steps",
    "global_step",
    "_step",
    "trainer_global_step",
    "total_timesteps",
    "time_total_timesteps",
    "training_iteration",
    "iteration",
    "iterations",
    "iter",
    "iters",
    "time_iterations",
    "n_iter",
    "batch",
)
EPOCH_AXES = ("epoch", "epochs", "epoch_number", "epoch_num", "n_epoch")
WALL_TIME_AXES = ("wall_time", "walltime", "_timestamp", "timestamp", "unix_time")


def normal(name: str, context: Context = Context()) -> str:
    """Return a name in English and lower case, one underscore for each run of other characters."""
    name = fold(english(name, context))
    lead = "_" if name.startswith("_") else ""
    return lead + re.sub(r"[^\w]+|_+", "_", name.strip().lower()).strip("_")


@cache
def kind(metric: str) -> str | None:
    """Return "loss" (lower is better), "score" (higher is better) or None (cannot be judged)."""
    if metric.endswith(_BOUNDS):
        return None
    words = _words(metric)
    if _is_about_a_metric(metric):
        return None
    if {"cross", "entropy"} <= words or normal(metric) in _LOSS_NAMES:
        return "loss"
    if words & _REINFORCEMENT_WORDS:
        return None
    for candidates in (_words(metric.rpartition("/")[2]), words):  # "Loss/acc" is an accuracy
        if candidates & _LOSS_WORDS:
            return "loss"
        if candidates & _SCORE_WORDS or any(pair <= candidates for pair in _SCORE_PAIRS):
            return "score"
    return "score" if is_reward(metric) else None


@cache
def is_reward(metric: str) -> bool:
    """Say whether a metric is what an agent earned: any number, more is better."""
    words = _words(metric)
    if words & _NO_REWARD or _is_about_a_metric(metric):
        return False
    if words & _REWARD_WORDS or words & {"epret"} or normal(metric) == "return":
        return True
    return bool(words & _RETURN_WORDS and words & _OF_EPISODES)


def is_bounded(metric: str) -> bool:
    """Say whether a score has a best possible value: a reward and a PSNR have none."""
    return not (is_reward(metric) or _words(metric) & _UNBOUNDED_WORDS)


@cache
def share_family(metric: str) -> str | None:
    """Return the name of the scores that have the same scale as a metric, 0 to 1 or 0 to 100.

    None for a metric that does not have these two scales: BLEU, ROUGE, R2 and MCC are not shares.
    A script logs all of its accuracies on one scale; an F1 beside them may be on the other.
    """
    words = _words(metric)
    if metric == "accuracy" or "top" in {word.rstrip("0123456789") for word in words}:
        return "accuracy"
    if kind(metric) == "score" and words & _SHARE_WORDS:
        return metric
    return None


def is_axis(name: str) -> bool:
    """Say whether a column of this name counts steps or epochs."""
    return normal(name) in STEP_AXES or normal(name) in EPOCH_AXES


def _is_about_a_metric(name: str) -> bool:
    """Say whether a name is a weight, a time or a spread and not a metric itself."""
    words = [word.casefold() for word in WORD.findall(name)]
    words = [word for word in words if not word.isdigit()]
    if {"grad", "norm"} <= set(words) or {"gradient", "norm"} <= set(words):
        return True
    return bool(words) and words[-1] in _ABOUT_A_METRIC


def _words(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)} | set(normal(name).split("_"))

"""Tell what kind of metric a name means: a loss, a score, an axis, or none of these."""

from __future__ import annotations

import re
from functools import cache

# the losses of reinforcement learning are not expected to fall
_REINFORCEMENT_WORDS = {"policy", "value", "actor", "critic", "entropy"}

_LOSS_WORDS = {
    "loss",
    "losses",
    "nll",
    "logloss",
    "mlogloss",
    "crossentropy",
    "xent",
    "mse",
    "mae",
    "rmse",
    "mape",
    "error",
    "merror",
    "perplexity",
    "ppl",
    "bpb",
    "bpc",
    "wer",
    "cer",
}
_SCORE_WORDS = {
    "accuracy",
    "acc",
    "auc",
    "auroc",
    "f1",
    "precision",
    "recall",
    "map",
    "map50",
    "iou",
    "miou",
    "dice",
    "bleu",
    "rouge",
    "r2",
    "kappa",
    "mcc",
    "top1",
    "top5",
}

_SHARE_WORDS = {
    "accuracy",
    "acc",
    "auc",
    "auroc",
    "f1",
    "precision",
    "recall",
    "map",
    "map50",
    "iou",
    "miou",
    "dice",
}

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
EPOCH_AXES = (
    "epoch",
    "epochs",
    "epoch_number",
    "epoch_num",
    "epoch_no",
    "epoch_idx",
    "epoch_index",
    "n_epoch",
    "época",
    "epoca",
)
WALL_TIME_AXES = ("wall_time", "walltime", "_timestamp", "timestamp", "unix_time")

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


def normal(name: str) -> str:
    """Return a name in lower case, with one underscore for each run of other characters."""
    lead = "_" if name.startswith("_") else ""
    return lead + re.sub(r"[^\w]+|_+", "_", name.strip().lower()).strip("_")


@cache
def kind(metric: str) -> str | None:
    """Return "loss" (lower is better), "score" (higher is better) or None (cannot be judged)."""
    if metric.endswith(_BOUNDS):
        return None
    words = _words(metric)
    if {"cross", "entropy"} <= words:
        return "loss"
    if words & _REINFORCEMENT_WORDS:
        return None
    for candidates in (_words(metric.rpartition("/")[2]), words):  # "Loss/acc" is an accuracy
        if candidates & _LOSS_WORDS:
            return "loss"
        if candidates & _SCORE_WORDS:
            return "score"
    return None


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


def _words(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)} | set(normal(name).split("_"))

"""The one place that reads a split or a metric out of a name.

Names come from trackers and from people: ``val_loss``, ``loss/train``, ``epoch_accuracy``, ``Train Loss``,
``eval/loss``, ``validation_0-logloss``. ``read`` takes one name, ``read_all`` the names of one log, because a bare
``loss`` beside a ``val_loss`` is the training loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from analyzer.errors import ConfigError


@dataclass(frozen=True)
class Reading:
    """How a name was read; ``grain`` is "epoch" or "step" where the name says over what a value was taken."""

    split: str
    metric: str
    grain: str = ""


SPLITS = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "learn": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "validate": "val",
    "eval": "val",
    "evaluation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
}
_WHOLE_SEGMENT_ONLY = {"learn", "dev"}  # learn_rate and std_dev speak of no split

_NAMES = {
    "loss": ("loss", "losses", "total_loss", "loss_total", "totalloss", "tot_loss"),
    "accuracy": (
        "accuracy",
        "acc",
        "accuracies",
        "binary_accuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
    ),
    "lr": ("lr", "learning_rate", "learning_rates", "learningrate", "learn_rate"),
    "grad_norm": ("grad_norm", "gradient_norm", "gradnorm", "total_grad_norm", "global_grad_norm"),
}
_CANONICAL = {name: metric for metric, names in _NAMES.items() for name in names}
_LR_OF_A_GROUP = re.compile(r"^lr_(?:pg|group|param_group|adamw?|sgd|rmsprop|\d)[a-z0-9_]*$")

# Reinforcement learning files its losses under "train/", where the word names a phase and not a data split, and they
# are not expected to fall.
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

_BOUNDS = ("__MIN", "__MAX")  # of the points that one pixel of a W&B chart stands for

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
EPOCH_AXES = ("epoch", "epochs", "epoch_number", "epoch_num", "n_epoch", "época", "epoca")
WALL_TIME_AXES = ("wall_time", "walltime", "_timestamp", "timestamp", "unix_time")

_SEPARATORS = "_/ .-:"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_JOINED = re.compile(r"^(train|val|valid|test|eval)(loss|acc|accuracy)$", re.I)
_EVALUATION_SET = re.compile(r"^validation_(\d+)(?:[-_/ ](.+))?$", re.I)
_GRAINS = {
    "epoch": "epoch",
    "step": "step",
    "batch": "step",
    "minibatch": "step",
    "iter": "step",
    "iteration": "step",
}
_GRAIN_BEFORE = re.compile(r"^(epoch|step|batch|minibatch|iter|iteration)[_/ .-]+", re.I)
_GRAIN_AFTER = re.compile(r"[_/ .-]+(?:vs[_ ])?(epoch|step|batch|iter|iteration)s?$", re.I)
_MEAN_BEFORE = re.compile(r"^(?:avg|average|mean|running)[_/ .-]+", re.I)


def normal(name: str) -> str:
    """Return a name in lower case with one underscore for each run of other characters."""
    lead = "_" if name.startswith("_") else ""
    return lead + re.sub(r"[^\w]+|_+", "_", name.strip().lower()).strip("_")


@cache
def read(tag: str) -> Reading:
    """Read the split, the metric and the grain out of one name; an unknown name passes through unchanged."""
    if normal(tag.rpartition("/")[2]) in _REINFORCEMENT:
        return Reading("", tag)
    if match := _EVALUATION_SET.match(tag):
        return replace(_read_rest(match[2] or "loss"), split="val")
    if match := _JOINED.match(tag):
        return replace(_read_rest(match[2]), split=SPLITS[match[1].lower()])
    split, rest = _take_split(tag)
    if not split:
        return _read_rest(tag)
    if not rest:
        return Reading("train", "loss") if normal(tag) == "learn" else Reading("", tag)
    return replace(_read_rest(rest), split=split)


def read_all(tags: Iterable[str], *, unsaid: str = "") -> dict[str, Reading]:
    """Read the names of one log; ``unsaid`` is the split of names that say none.

    A metric that is logged for val or test under a name with a split, and also under a name without one and never for
    train, was logged for train by the latter (``loss`` beside ``val_loss``).
    """
    readings = {tag: read(tag) for tag in tags}
    splits: dict[str, set[str]] = {}
    for one in readings.values():
        splits.setdefault(one.metric, set()).add(one.split)
    for tag, one in readings.items():
        said = splits[one.metric]
        if one.split == "" and "train" not in said and said & {"val", "test"}:
            readings[tag] = replace(one, split="train")
        elif one.split == "" and kind(one.metric) is not None:
            readings[tag] = replace(one, split=unsaid)
    return readings


@cache
def kind(metric: str) -> str | None:
    """Return "loss" (lower is better), "score" (higher is better) or None for a metric that nobody can judge."""
    if metric.endswith(_BOUNDS):
        return None
    words = _words(metric)
    if {"cross", "entropy"} <= words:
        return "loss"
    if words & _REINFORCEMENT_WORDS:
        return None
    for said in (_words(metric.rpartition("/")[2]), words):  # "Loss/acc" is an accuracy
        if said & _LOSS_WORDS:
            return "loss"
        if said & _SCORE_WORDS:
            return "score"
    return None


@cache
def share_family(metric: str) -> str | None:
    """Return what scores a metric shares its scale with, 0 to 1 or 0 to 100, None for one that has no such two scales.

    A script logs its accuracies on one scale; an F1 beside them may be on the other. BLEU, ROUGE, R2 and MCC are no
    shares of anything.
    """
    words = _words(metric)
    if metric == "accuracy" or {word.rstrip("0123456789") for word in words} & {"top"}:
        return "accuracy"
    return metric if kind(metric) == "score" and words & _SHARE_WORDS else None


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)} | set(normal(name).split("_"))


def parse_meaning(name: str, meaning: str) -> Reading:
    """Return what the user says a name means: "val/loss", "train/accuracy", or "lr" where there is no split.

    Raises ConfigError where the part before the slash is no split.
    """
    split, slash, metric = meaning.strip().rpartition("/")
    if not metric or (slash and split not in ("train", "val", "test")):
        raise ConfigError(
            f'"{name}={meaning}": say split/metric, such as {name}=val/loss, or a metric alone'
        )
    return Reading(split, metric)


def settle(readings: Mapping[str, Reading], names: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return the readings of one log with the user's in place; what they leave unsaid is read again around them."""
    settled = {tag: names.get(tag, one) for tag, one in readings.items()}
    held_out = {one.metric for one in settled.values() if one.split in ("val", "test")}
    trained = {one.metric for one in settled.values() if one.split == "train"}
    for tag, one in settled.items():
        if one.split == "" and tag not in names and one.metric in held_out - trained:
            settled[tag] = replace(one, split="train")
    return settled


def is_axis(name: str) -> bool:
    """Say whether a column of this name counts steps or epochs."""
    return normal(name) in STEP_AXES or normal(name) in EPOCH_AXES


def is_judged(name: str) -> bool:
    """Say whether a name is that of a metric that somebody can judge: a loss or a score."""
    return kind(read(name).metric) is not None


def is_ambiguous(name: str) -> bool:
    """Say whether a name says a split and no metric: "train" or "val" may be a loss or an accuracy."""
    return normal(name) in SPLITS and read(name).metric == name


def folder_split(name: str) -> str:
    """Return the split that a folder is named for (train, validation, eval, learn ...), or ""."""
    return SPLITS.get(name.lower(), "")


def _take_split(tag: str) -> tuple[str, str]:
    """Return the split that a name speaks of and the name without that word."""
    for start, end, sides in _split_words(tag):
        before, after = tag[:start].rstrip(_SEPARATORS), tag[end:].lstrip(_SEPARATORS)
        link = "/" if "/" in tag[len(before) : len(tag) - len(after)] else "_"
        rest = link.join(filter(None, (before, after)))
        if (
            sides or not (before and after) or _metric(rest)
        ):  # mid-segment, only a known metric can be told from prose
            return SPLITS[tag[start:end].lower()], rest
    return "", tag


def _split_words(tag: str) -> list[tuple[int, int, int]]:
    """Return (start, end, sides on which it ends a path segment) of the words that are splits, whole segments first."""
    found = []
    for match in _WORD.finditer(tag):
        before, after = (
            tag[max(match.start() - 1, 0) : match.start()],
            tag[match.end() : match.end() + 1],
        )
        sides = (before in ("", "/")) + (after in ("", "/"))
        word = match[0].lower()
        if word in SPLITS and (sides == 2 or word not in _WHOLE_SEGMENT_ONLY):
            found.append((match.start(), match.end(), sides))
    return sorted(found, key=lambda one: one[2] < 2)


def _read_rest(name: str) -> Reading:
    """Read a name that says no split: its grain, and its canonical metric where it has one."""
    known = _metric(name)
    if known is not None:
        return Reading("", known[0], known[1])
    return Reading("", name)


def _metric(name: str) -> tuple[str, str] | None:
    """Return the canonical metric and the grain of a name, or None where it is unknown."""
    bare = normal(name).lstrip("_")
    if bare in _CANONICAL:
        return _CANONICAL[bare], ""
    if _LR_OF_A_GROUP.match(bare):
        return "lr", ""
    for pattern in (_GRAIN_BEFORE, _GRAIN_AFTER):
        match = pattern.search(name)
        rest = _metric(name[: match.start()] + name[match.end() :]) if match else None
        if match and rest:
            return rest[0], _GRAINS[match[1].lower()]
    match = _MEAN_BEFORE.match(name)
    rest = _metric(name[match.end() :]) if match else None
    return (rest[0], "epoch") if rest else _metric_of_group(name)


def _metric_of_group(name: str) -> tuple[str, str] | None:
    """Return what a group and its member say alike, as in "Loss/loss"."""
    said = [_metric(part) for part in name.split("/")] if "/" in name else []
    known = [one for one in said if one]
    if not known or len(known) < len(said) or len({metric for metric, _ in known}) > 1:
        return None
    return known[0][0], max(grain for _, grain in known)

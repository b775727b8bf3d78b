"""Read the split, the metric and the grain out of a name. Nothing else in the package does.

Names come from trackers and from people: ``val_loss``, ``loss/train``, ``epoch_accuracy``,
``Train Loss``, ``eval/loss``, ``validation_0-logloss``. ``read`` takes one name and ``read_all``
the names of one log, because a bare ``loss`` beside a ``val_loss`` is the training loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from analyzer.errors import ConfigError
from analyzer.metrics.kinds import WORD, kind, normal


@dataclass(frozen=True)
class Reading:
    """What a name says; an unknown split is "".

    ``grain`` is "epoch" or "step" if the name says what the value was taken over.
    """

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
_WHOLE_SEGMENT_ONLY = {"learn", "dev"}  # learn_rate and std_dev do not name a split

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


@cache
def read(tag: str) -> Reading:
    """Read the split, the metric and the grain of one name; keep an unknown name unchanged."""
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


def read_all(tags: Iterable[str], *, default_split: str = "") -> dict[str, Reading]:
    """Read the names of one log, in their order.

    A name without a split is the training curve of a metric (``loss`` beside ``val_loss``) if the
    log has that metric for val or test and not for train. If not, a loss or a score gets
    ``default_split``.
    """
    readings = {tag: read(tag) for tag in tags}
    splits: dict[str, set[str]] = {}
    for reading in readings.values():
        splits.setdefault(reading.metric, set()).add(reading.split)
    for tag, reading in readings.items():
        if reading.split:
            continue
        logged = splits[reading.metric]
        if "train" not in logged and logged & {"val", "test"}:
            readings[tag] = replace(reading, split="train")
        elif kind(reading.metric) is not None:
            readings[tag] = replace(reading, split=default_split)
    return readings


def parse_meaning(name: str, meaning: str) -> Reading:
    """Read what the user says a name means: "val/loss", "train/accuracy", or "lr" without a split.

    Raises ConfigError if the part before the slash is not a split.
    """
    split, slash, metric = meaning.strip().rpartition("/")
    if not metric or (slash and split not in ("train", "val", "test")):
        raise ConfigError(
            f'"{name}={meaning}": say split/metric, such as {name}=val/loss, or a metric alone'
        )
    return Reading(split, metric)


def settle(readings: Mapping[str, Reading], meanings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return the readings of one log with the user's meanings in place.

    A name that the user did not map and that has no split becomes the training curve if its metric
    now has a held-out curve and no training curve.
    """
    settled = {tag: meanings.get(tag, reading) for tag, reading in readings.items()}
    held_out = {reading.metric for reading in settled.values() if reading.split in ("val", "test")}
    trained = {reading.metric for reading in settled.values() if reading.split == "train"}
    for tag, reading in settled.items():
        is_open = reading.split == "" and tag not in meanings
        if is_open and reading.metric in held_out - trained:
            settled[tag] = replace(reading, split="train")
    return settled


def is_judged(name: str) -> bool:
    """Say whether a name means a loss or a score."""
    return kind(read(name).metric) is not None


def is_ambiguous(name: str) -> bool:
    """Say whether a name is a split alone: "train" or "val" may be a loss or an accuracy."""
    return normal(name) in SPLITS and read(name).metric == name


def folder_split(name: str) -> str:
    """Return the split that a folder is named for (train, validation, eval, learn ...), or ""."""
    return SPLITS.get(name.lower(), "")


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
        joint = tag[len(before) : len(tag) - len(after)]
        rest = ("/" if "/" in joint else "_").join(filter(None, (before, after)))
        # within a segment, only a known metric shows that the word is a split and not prose
        if word.edges or not (before and after) or _read_known(rest):
            return word.split, rest
    return "", tag


def _split_words(tag: str) -> list[_SplitWord]:
    """Return the words of a name that are splits, whole path segments first."""
    found = []
    for match in WORD.finditer(tag):
        before = tag[max(match.start() - 1, 0) : match.start()]
        after = tag[match.end() : match.end() + 1]
        edges = (before in ("", "/")) + (after in ("", "/"))
        word = match[0].lower()
        if word in SPLITS and (edges == 2 or word not in _WHOLE_SEGMENT_ONLY):
            found.append(_SplitWord(SPLITS[word], match.start(), match.end(), edges))
    return sorted(found, key=lambda word: word.edges < 2)


def _read_rest(name: str) -> Reading:
    """Read a name without a split; keep an unknown one unchanged."""
    return _read_known(name) or Reading("", name)


def _read_known(name: str) -> Reading | None:
    """Read the canonical metric and the grain of a name without a split, None if unknown."""
    bare = normal(name).lstrip("_")
    if bare in _CANONICAL:
        return Reading("", _CANONICAL[bare])
    if _LR_OF_A_GROUP.match(bare):
        return Reading("", "lr")
    for pattern in (_GRAIN_BEFORE, _GRAIN_AFTER):
        match = pattern.search(name)
        rest = _read_known(name[: match.start()] + name[match.end() :]) if match else None
        if match and rest:
            return replace(rest, grain=_GRAINS[match[1].lower()])
    match = _MEAN_BEFORE.match(name)
    rest = _read_known(name[match.end() :]) if match else None
    return replace(rest, grain="epoch") if rest else _read_group(name)


def _read_group(name: str) -> Reading | None:
    """Read a name whose group and member say the same, such as "Loss/loss"; else None."""
    if "/" not in name:
        return None
    parts = [_read_known(part) for part in name.split("/")]
    known = [part for part in parts if part]
    if len(known) < len(parts) or len({part.metric for part in known}) > 1:
        return None
    return Reading("", known[0].metric, max(part.grain for part in known))

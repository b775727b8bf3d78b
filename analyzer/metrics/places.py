"""Read the split out of what holds values without a name of its own: a folder, a cell."""

from __future__ import annotations

import re

from analyzer.metrics.kinds import normal
from analyzer.metrics.names import OF_A_SPLIT, SPLITS
from analyzer.metrics.words import english


def folder_split(name: str) -> str:
    """Return the split that a folder is named for (train, validación, eval, learn ...), or ""."""
    if any(map(str.isdecimal, name)):  # a run's number: no split, and not worth remembering
        return ""
    return SPLITS.get(english(name).lower(), "")


# what Lightning and others call training and evaluation, and what is neither
_STAGES = {"fit": "train", "fitting": "train", "validating": "val", "evaluating": "val"}
_ASIDE = {"sanity", "predict", "predicting", "prediction", "inference", "calibration"}
_OF_AN_ASIDE = {*OF_A_SPLIT, "check", "checking", "val", "validation", "run", "step"}


# what a set of data is made of, and other items that are no classes
EXAMPLES = (
    *("image", "img", "case", "sample", "example", "subject", "patient", "slice", "volume"),
    *("scan", "frame", "video"),
)
ITEMS = (
    *EXAMPLES,
    *("item", "instance", "object", "file", "document", "sentence", "query", "user", "client"),
    *("node", "speaker", "site", "task", "domain", "dataset", "language", "layer", "head", "level"),
    *("scale", "channel", "view", "bin", "bucket"),
)


# "Training vs. Validation Loss": a metric of both
_BOTH = re.compile(
    r"([^\W\d_]+)(?: *(?:\b(?:vs|versus|and)\b\.?|[&/,+-]) *|_(?:vs_|and_)?)(?=([^\W\d_]+))", re.I
)


def shared_metric(name: str) -> str:
    """Return the metric of a name that gives two splits, of which the place chooses one; or ""."""
    name = english(name)
    for match in _BOTH.finditer(name):
        splits = {SPLITS.get(word.lower(), "") for word in match.groups()}
        if len(splits) == 2 and "" not in splits:  # two of them
            rest = f"{name[: match.start()]} {name[match.end(2) :]}"
            return re.sub(r"^[\W_]+|[\W_]+$", "", rest)
    return ""


def is_split(place: str) -> bool:
    """Say whether the place of a cell is a split."""
    return place in ("train", "val", "test")


def cell_place(word: str) -> str:
    """Return the split that a cell names, or the word for what is no split: "sanity"; else ""."""
    words = normal(word).split("_")
    if words[0] in _ASIDE and set(words[1:]) <= _OF_AN_ASIDE:
        return words[0]
    return cell_split(word) or (_STAGES.get(words[0], "") if len(words) == 1 else "")


def cell_split(word: str) -> str:
    """Return the split that a cell or a record names ("Training set", "entrenamiento"), or ""."""
    words = [part for part in normal(word).split("_") if part not in OF_A_SPLIT]
    return SPLITS.get(words[0], "") if len(words) == 1 else ""

"""What is particular to the console output of LightGBM, XGBoost, CatBoost and scikit-learn."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from analyzer import metrics
from analyzer.parsers._text_plan import ROUND
from analyzer.parsers._text_rows import SCORE, Column

_OF_A_SET = re.compile(r"(?P<set>.+?)'s (?P<metric>.+)")  # LightGBM: "valid_1's auc"
_SET_NUMBER = re.compile(r"[_ -]?\d+$")
_CATBOOST = {"learn": "train", "test": "val"}
_LOSS, _SCORE = "loss", "score"


def is_of_a_set(name: str) -> bool:
    """Say whether a name is LightGBM's, of a set and a metric."""
    return _OF_A_SET.fullmatch(name) is not None


def renamed(columns: Sequence[Column]) -> list[Column]:
    """Return LightGBM's columns under their metric, with the split of their set.

    Of two sets that are both called valid, the first is the training set. A set that is not named
    for a split keeps its whole name.
    """
    sets = {match["set"] for column in columns if (match := _OF_A_SET.fullmatch(column.key.name))}
    splits = {name: metrics.SPLITS.get(_SET_NUMBER.sub("", name).lower(), "") for name in sets}
    if sorted(splits) == ["valid_0", "valid_1"]:
        splits["valid_0"] = "train"
    twice = {split for split in splits.values() if list(splits.values()).count(split) > 1}
    found = []
    for column in columns:
        match = _OF_A_SET.fullmatch(column.key.name)
        split = splits[match["set"]] if match else ""
        if match and split and split not in twice:
            key = column.key._replace(name=match["metric"], split=split)
            column = column._replace(key=key)
        found.append(column)
    return found


def catboost_kind(columns: Sequence[Column], step_names: Sequence[str]) -> str:
    """Return what CatBoost's "learn" and "test" are, "" if the columns are not CatBoost's.

    The line does not name the metric: it is a score if it lies between 0 and 1 and rises.
    """
    logged = {column.key.name: column.values for column in columns}
    values = logged.get("learn", logged.get("test"))
    if values is None or tuple(step_names) != (ROUND,):
        return ""
    values = values[np.isfinite(values)]
    if len(values) and values[-1] > values[0] and values.min() >= 0 and values.max() <= 1:
        return _SCORE
    return _LOSS


def catboost_split(name: str) -> str:
    """Return the split of "learn", "test" or "test1", "" for any other name."""
    return _CATBOOST.get(name.rstrip("0123456789"), "")


def with_rounds(columns: Sequence[Column], step_names: Sequence[str]) -> list[Column]:
    """Return the columns of boosters and scikit-learn with their rounds as epochs, too.

    LightGBM counts rounds from 1; its steps count from 0 as those of the other boosters do.
    """
    from_one = any("'s " in column.key.name for column in columns)
    names = {column.key.name for column in columns}
    is_round = step_names == (ROUND,)
    is_sklearn = step_names == ("Iteration",) and names <= {"loss", SCORE}
    if not is_round and not is_sklearn:
        return list(columns)
    if any(np.isfinite(column.epoch).any() for column in columns):
        return list(columns)
    shift = 1.0 if is_round and from_one else 0.0
    return [column._replace(epoch=column.step, step=column.step - shift) for column in columns]

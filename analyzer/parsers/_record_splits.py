"""Read the split that a word in a record names: ``{"mode": "val", "loss": 0.5}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from analyzer import metrics
from analyzer.parsers._series import Points

_KEYS = (
    "mode",
    "split",
    "phase",
    "stage",
    "subset",
    "event",
    "type",
    "kind",
    "set",
    "dataset",
    "data",
    "data_split",
    "partition",
    "loop",
    "loader",
    "dataloader",
    "fase",
    "etapa",
    "modo",
    "conjunto",
    "particion",
)
_LONGEST = 40  # characters of a word that names a split


class RecordSplit(NamedTuple):
    """The split of a record, and the key that names it; both "" if none does.

    What is neither training nor an evaluation has the word itself: "sanity".
    """

    name: str = ""
    key: str = ""


def split_of_record(row: Mapping[str, Any]) -> RecordSplit:
    """Return the split that a word in a record names."""
    for key, word in row.items():
        if isinstance(word, str) and _names_a_split(key):
            split = _place_of(word[:_LONGEST])
            if split:
                return RecordSplit(split, key)
    return RecordSplit()


@lru_cache(maxsize=4096)
def _names_a_split(key: str) -> bool:
    return metrics.normal(key) in _KEYS


@lru_cache(maxsize=4096)
def _place_of(word: str) -> str:
    return metrics.cell_place(word)


def placed(points: Sequence[Points], split: str) -> list[Points]:
    """Return points under the split of their records, unless their name gives one.

    Losses and scores aside from training and evaluations have the word for it before their names.
    """
    if not split:
        return list(points)
    found = []
    for tagged in points:
        if metrics.is_split(split):
            own = metrics.read(tagged.tag).split
            found.append(tagged if own else replace(tagged, split=split))
        elif metrics.is_judged(tagged.tag):
            found.append(replace(tagged, tag=f"{split}/{tagged.tag}"))
        else:
            found.append(tagged)
    return found

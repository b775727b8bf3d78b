"""Read the split out of what holds values without a name of its own: a folder, a cell."""

from __future__ import annotations

from analyzer.metrics.kinds import normal
from analyzer.metrics.names import OF_A_SPLIT, SPLITS
from analyzer.metrics.words import english


def folder_split(name: str) -> str:
    """Return the split that a folder is named for (train, validación, eval, learn ...), or ""."""
    if any(map(str.isdecimal, name)):  # a run's number: no split, and not worth remembering
        return ""
    return SPLITS.get(english(name).lower(), "")


def cell_split(word: str) -> str:
    """Return the split that a cell or a record names ("Training set", "entrenamiento"), or ""."""
    words = [part for part in normal(word).split("_") if part not in OF_A_SPLIT]
    return SPLITS.get(words[0], "") if len(words) == 1 else ""

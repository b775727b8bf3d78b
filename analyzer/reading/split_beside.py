"""Notice that only one split of a run was passed: its other splits lie in folders beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.safe.names import printable


def split_beside(root: Path) -> list[LogIssue]:
    """Return an issue if event files of another split lie beside the analysed folder.

    ``logs/train`` has ``logs/validation`` beside it, ``run/Loss_train`` has ``run/Loss_val``.
    """
    folder = root.resolve()
    if not folder.is_dir():
        folder = folder.parent
    before, split = _before_split(folder.name)
    if not split:
        return []
    for name in _folders_with_events(folder.parent):
        other = metrics.folder_split(name[len(before) :])
        if name.startswith(before) and other and other != split:
            values = {"folder": printable(f"../{name}")}
            return [LogIssue("info", printable(folder.name), "split_beside", values=values)]
    return []


def _before_split(name: str) -> tuple[str, str]:
    """Return what stands before the split in the name of a folder, and the split, "" if none."""
    lead, line, word = name.rpartition("_")
    return lead + line, metrics.folder_split(word)


def _folders_with_events(parent: Path) -> Iterator[str]:
    """Yield the names of the folders that hold an event file, in their order."""
    try:
        names = sorted(entry.name for entry in os.scandir(parent) if entry.is_dir())
        for name in names:
            if metrics.folder_split(name.rpartition("_")[2]) and _has_events(parent / name):
                yield name
    except OSError:
        return


def _has_events(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any("tfevents" in entry.name for entry in entries)
    except OSError:
        return False

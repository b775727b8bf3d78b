"""Names of runs: for the folder or the file they lie in, each name once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.parsers._base import Group

_GENERIC = {
    "history",
    "training_history",
    "training",
    "train",
    "metrics",
    "results",
    "log",
    "logs",
    "progress",
    "run",
    "training_log",
    "output",
}


def run_name(root: Path, group: Group, logs: Mapping[Path, int]) -> str:
    """Return the name of a run whose log gives none: that of its folder or of its file.

    The folder names the run if it has no other log or if the file name is generic. ``logs`` counts
    by folder the files that gave a run.
    """
    if group.name == Path():
        return _folder_name(root.resolve())
    first = group.files[0].relative
    if root.is_dir():
        if group.name.name != first.stem or logs[first.parent] > 1:
            return group.name.as_posix()
        return first.parent.as_posix() if first.parent != Path() else root.resolve().name or "run"
    here = root.resolve()
    if group.name.name.lower() in _GENERIC and here.parent.name:
        return here.parent.name
    return group.name.as_posix()


def _folder_name(root: Path) -> str:
    """Return the name of the folder that holds the run; of its parent if it is a split folder."""
    folder = root if root.is_dir() else root.parent
    if metrics.folder_split(folder.name) and folder.parent.name:
        folder = folder.parent
    return folder.name or "run"


def numbered(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with a number behind each repeated name."""
    own = {run.name for run in runs}
    taken: set[str] = set()
    renamed = []
    for run in runs:
        name = run.name
        for number in count(2):
            if name not in taken and (name == run.name or name not in own):
                break
            name = f"{run.name} ({number})"
        taken.add(name)
        renamed.append(run if name == run.name else replace(run, name=name))
    return renamed

"""Read the names of files that lie side by side: which split and metric they hold, of which run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path, PurePath
from typing import NamedTuple

from analyzer import metrics
from analyzer.parsers._base import Group, LogFile

_WORD = re.compile(r"[^\W_]+")
_COPY = re.compile(r"\s*\(\d+\)$")  # what a browser adds to a second download
_JOINED = re.compile(r"(train|valid|val|test|eval)(loss|acc|accuracy)", re.I)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # trainLoss
_GRAINS = {"epoch", "step", "batch", "iter", "iteration"}


class FileName(NamedTuple):
    """What the name of a file says: the run, the split and the name of a metric, "" if not."""

    run: str
    split: str
    metric: str

    @property
    def tag(self) -> str:
        """The name of the metric with its split."""
        return "_".join(filter(None, (self.split, self.metric)))


def is_named_for(name: str, words: re.Pattern[str], suffixes: Collection[str]) -> bool:
    """Say whether a file has one of some suffixes, and words of a pattern before it."""
    stem, dot, suffix = name.rpartition(".")
    return f"{dot}{suffix.lower()}" in suffixes and words.search(stem) is not None


def read_name(stem: str) -> FileName:
    """Read the name of a file: "exp1_train_loss" is the training loss of the run exp1.

    A name with two splits says none.
    """
    words = _words(stem)
    splits = [word for word in words if metrics.folder_split(word)]
    if len(splits) > 1:
        return FileName("_".join(words), "", "")
    rest = [word for word in words if word not in splits]
    metric = [word for word in rest if metrics.is_judged(word)]
    if metric:
        metric = [word for word in rest if word in metric or word.lower() in _GRAINS]
    run = "_".join(word for word in rest if word not in metric)
    split = metrics.folder_split(splits[0]) if splits else ""
    return FileName(run, split, "_".join(metric))


def split_of_place(place: PurePath) -> str:
    """Return the split that the name of a file gives, else that of its folder ("validacion")."""
    splits = list(filter(None, map(metrics.folder_split, _words(place.stem))))
    return splits[0] if len(splits) == 1 else metrics.folder_split(place.parent.name)


def _words(stem: str) -> list[str]:
    """Return the words of the name of a file, without what a browser adds to it."""
    words: list[str] = []
    for word in _WORD.findall(_HUMP.sub("_", _COPY.sub("", stem))):
        match = _JOINED.fullmatch(word)
        words += match.groups() if match else [word]
    return words


def side_by_side(files: Iterable[LogFile]) -> list[Group]:
    """Return files as groups: those of a folder whose names differ in split or metric are one.

    So are files of one name in folders that are named for splits: train/log.csv, val/log.csv.
    """
    places: dict[tuple[Path, str], list[LogFile]] = {}
    rest = []
    for file in files:
        folder = file.relative.parent
        if metrics.folder_split(folder.name):
            places.setdefault((folder.parent, file.relative.name), []).append(file)
        else:
            rest.append(file)
    joined = {}
    for place, members in places.items():
        splits = {metrics.folder_split(file.relative.parent.name) for file in members}
        if len(splits) == len(members) > 1:
            joined[place] = members
        else:
            rest += members
    logs = Counter(folder for folder, _ in joined)
    groups = []
    for (folder, name), members in joined.items():
        own = folder if logs[folder] == 1 else folder / Path(name).stem
        groups.append(Group(own, tuple(members)))
    return groups + _by_name(rest)


def _by_name(files: Iterable[LogFile]) -> list[Group]:
    """Return files as groups: those of a folder whose names differ in split are one."""
    places: dict[tuple[Path, str], list[LogFile]] = {}
    for file in files:
        name = read_name(file.stem)
        key = name.run.lower() if name.split else f"\0{file.relative.name}"
        places.setdefault((file.relative.parent, key), []).append(file)
    groups = []
    for (folder, run), members in places.items():
        names = {read_name(file.stem) for file in members}
        if len({name.split for name in names}) > 1 and len(names) == len(members):
            groups.append(Group(place_of(folder, run, members), tuple(members)))
            continue
        groups += [Group(file.bare, (file,)) for file in members]
    return groups


def place_of(folder: Path, run: str, members: list[LogFile]) -> Path:
    """Return the name of a group: its folder, and the run that the names of the files give."""
    generic = {"", "log", "logs", "history", "metrics", "results", "curve", "curves", "data"}
    if run in generic:
        return folder
    return folder / read_name(members[0].stem).run

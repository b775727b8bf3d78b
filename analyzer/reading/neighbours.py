"""Find logs in folders beside each other that may be of one run: loggers with folders of their own.

Lightning keeps ``csv_logs/version_0`` beside ``tb_logs/version_0``, or ``version_0`` beside
``version_1``; a Keras script writes ``log.csv`` above the folder of its event files.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

MOST = 200  # runs compared with each other; with more, they were hardly all logged twice
_FEW = 8  # runs beside or below a log whose names say nothing of it
_LEVELS_BELOW = 3
_VERSION = re.compile(r"version_\d+")


def neighbours(folders: Sequence[Path], formats: Sequence[str]) -> list[list[int]]:
    """Return the places of logs that may be of one run, the likeliest first.

    Logs of one folder come first. Beyond it, only those count that have no other format in their
    folder, since a run that is there in two formats has been found.
    """
    if len(set(formats)) < 2:
        return []
    found = []
    alone: list[int] = []
    for places in _grouped(folders, range(len(folders))):
        if len({formats[place] for place in places}) == 1:
            alone += places
        elif len(places) <= MOST:
            found.append(places)
    for key in (_same_name, _same_version, _versions, _siblings):
        most = _FEW if key is _siblings else MOST
        for places in _grouped([key(folder) for folder in folders], alone):
            if len(places) <= most:
                found.append(places)
    found += _below(folders, alone)
    return [places for places in found if len({formats[place] for place in places}) > 1]


def _same_name(folder: Path) -> Hashable:
    """Return what ``csv/run1`` and ``tb/run1`` share."""
    return folder.parent.parent, folder.name


def _same_version(folder: Path) -> Hashable:
    """Return what ``logs/csv/version_0`` and ``tb/model/version_0`` share."""
    if not _VERSION.fullmatch(folder.name):
        return None
    return folder.parent.parent.parent, folder.name


def _versions(folder: Path) -> Hashable:
    """Return what ``version_0`` and ``version_1`` share."""
    return folder.parent if _VERSION.fullmatch(folder.name) else None


def _siblings(folder: Path) -> Hashable:
    return folder.parent


def _grouped(keys: Sequence[Hashable], places: Iterable[int]) -> list[list[int]]:
    """Return the places that share a key, keys in the order of their first place."""
    grouped: dict[Hashable, list[int]] = {}
    for place in places:
        if keys[place] is not None:
            grouped.setdefault(keys[place], []).append(place)
    return list(grouped.values())


def _below(folders: Sequence[Path], places: Sequence[int]) -> list[list[int]]:
    """Return the logs of each folder with the few that lie up to three levels below it."""
    own: dict[Path, list[int]] = {}
    below: dict[Path, list[int]] = {}
    for place in places:
        own.setdefault(folders[place], []).append(place)
        for above in list(folders[place].parents)[:_LEVELS_BELOW]:
            below.setdefault(above, []).append(place)
    together = [members + below[folder] for folder, members in own.items() if folder in below]
    return [members for members in together if len(members) <= _FEW]

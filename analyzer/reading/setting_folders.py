"""Which files with settings lie in a folder: listed once, none outside the analysed path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from analyzer.model.issues import Skipped
from analyzer.parsers._base import LogFile
from analyzer.parsers._matrix_files import is_matrix_name
from analyzer.parsers._prediction_files import is_prediction_name
from analyzer.parsers._report_files import is_report_name
from analyzer.parsers._setting_files import is_loose, is_setting_file
from analyzer.reading.files import HYDRA, OF_HYDRA, regular_file

LEVELS = 3  # folders above that of a log that are looked at
MOST_FILES = 20  # with settings in one folder; more are a collection of something else
_RESULTS = (is_prediction_name, is_matrix_name, is_report_name)
_MOST_LISTINGS = 1024  # kept by a walk, which goes from one folder to the next
_REMEMBERED = 64  # folders: those above the logs of a batch are listed for each of them


class Listing(NamedTuple):
    """The files of a folder: those with settings, with results of a model, and those of Hydra.

    ``others`` are the names of all others.
    """

    settings: tuple[LogFile, ...]
    hydra: tuple[LogFile, ...]
    results: tuple[LogFile, ...]
    others: tuple[str, ...]


class _Kinds(NamedTuple):
    """The names of a folder that say settings, leave them open, say results, and all but these."""

    named: tuple[str, ...]
    loose: tuple[str, ...]
    results: tuple[str, ...]
    others: tuple[str, ...]


class Folders:
    """Lists the folders under a root, each once; paths are relative to the root.

    If the root is a file, its folder is the only one.
    """

    def __init__(self, root: Path) -> None:
        self.root = root if root.is_dir() else root.parent
        self.is_alone = self.root is not root
        self._real = os.path.realpath(self.root)
        self._listings: dict[Path, Listing] = {}

    def listing(self, folder: Path) -> Listing:
        """Return what lies in a folder below the root."""
        if folder not in self._listings:
            if len(self._listings) >= _MOST_LISTINGS:
                self._listings.clear()
            self._listings[folder] = self._list(folder)
        return self._listings[folder]

    def above(self, folder: Path, most: int) -> list[Path]:
        """Return the parents of a folder up to the root, at most so many."""
        if self.is_alone or folder == Path():
            return []
        return list(folder.parents)[:most]

    def files_beside(self, folders: Sequence[Path]) -> tuple[LogFile, ...]:
        """Return the files that may hold settings of logs in some folders, each once."""
        found: dict[Path, LogFile] = {}
        for folder in folders:
            for place in (folder, *self.above(folder, LEVELS + 1)):
                listing = self.listing(place)
                for file in (*listing.settings, *listing.hydra, *listing.results):
                    found[file.relative] = file
        return tuple(found.values())

    def _list(self, folder: Path) -> Listing:
        listed = self._names(folder)
        kinds = _kinds_of(tuple(listed))
        settings = [self.file(folder / name) for name in (*kinds.named, *kinds.loose)]
        results = [self.file(folder / name) for name in kinds.results]
        recorded = OF_HYDRA if HYDRA in listed else ()
        hydra = [self.file(folder / HYDRA / name) for name in recorded]
        return Listing(
            tuple(file for file in settings if file is not None),
            tuple(file for file in hydra if file is not None),
            tuple(file for file in results if file is not None),
            kinds.others,
        )

    def _names(self, folder: Path) -> list[str]:
        try:
            return sorted(os.listdir(self.root / folder))  # noqa: PTH208 - names alone, faster
        except OSError:
            return []

    def file(self, relative: Path) -> LogFile | None:
        """Return a regular file that does not lie outside the root, by a link or otherwise."""
        path = self.root / relative
        real = os.path.realpath(path)
        if real != self._real and not real.startswith(self._real.rstrip(os.sep) + os.sep):
            return None
        file = regular_file(path, relative)
        return None if isinstance(file, Skipped) else file


@lru_cache(maxsize=_REMEMBERED)
def _kinds_of(listed: tuple[str, ...]) -> _Kinds:
    """Sort the names of a folder by what they say; names alone decide, so nothing goes stale."""
    names = [name for name in listed if not name.startswith(".")]
    named = [name for name in names if is_setting_file(name)][:MOST_FILES]
    loose = [name for name in names if name not in named and is_loose(name)][:MOST_FILES]
    results = [name for name in names if any(is_named(name) for is_named in _RESULTS)]
    others = [name for name in names if name not in named]
    return _Kinds(tuple(named), tuple(loose), tuple(results[:MOST_FILES]), tuple(others))

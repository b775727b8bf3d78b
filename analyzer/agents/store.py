"""Logs that are read once and kept while they do not change, within bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analyzer import registry
from analyzer.agents.marking import Marker, mark, named_for_agents, unmark
from analyzer.agents.place import inside, open_folder
from analyzer.config import Config
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.issues import Skipped
from analyzer.model.run import Run, RunSet
from analyzer.parsers._base import LogFile, ReadOptions
from analyzer.reading.claims import claim, parsers_for
from analyzer.reading.files import files_under
from analyzer.reading.load import meanings_of, require_runs, scan

MOST_BYTES = 1 << 29  # of the logs that one question may read: they are held in memory
MOST_POINTS = 10_000_000  # kept in all, about 0.5 GB; the last path asked for is always kept
_MOST_NAMES = 8  # of runs in a message

Stamp = tuple[tuple[str, tuple[int, int, int]], ...]


@dataclass(frozen=True, eq=False)
class Loaded:
    """The runs under one path, with marked names, and the diagnoses made so far."""

    stamp: Stamp
    runs: RunSet
    settings: Config
    made: dict[int, Diagnosis] = field(default_factory=dict)
    markers: dict[int, Marker] = field(default_factory=dict)

    def diagnosis(self, index: int) -> Diagnosis:
        """Return the diagnosis of a run, made once."""
        if index not in self.made:
            self.made[index] = diagnose(self.runs[index], self.settings)
        return self.made[index]

    def marker(self, index: int) -> Marker:
        """Return what marks the texts of a run's log, made once."""
        if index not in self.markers:
            checks = self.diagnosis(index).checks
            values: list[Any] = [check.reason_values for check in checks]
            for check in checks:
                values += [finding.values for finding in check.findings]
            self.markers[index] = Marker([self.runs[index]], values)
        return self.markers[index]

    @property
    def points(self) -> int:
        """How many points it holds."""
        return sum(run.points for run in self.runs)


class Store:
    """What the logs of one folder say; nothing outside the folder is read."""

    def __init__(
        self,
        folder: Path,
        settings: Config,
        *,
        most_bytes: int = MOST_BYTES,
        most_points: int = MOST_POINTS,
    ) -> None:
        """Raise PathNotFound if ``folder`` is no folder."""
        self.folder = open_folder(folder)
        self.settings = settings
        self.most_bytes = most_bytes
        self.most_points = most_points
        self._kept: OrderedDict[Path, Loaded] = OrderedDict()

    def load(self, path: str) -> Loaded:
        """Return what is under a path, read again only if a file changed.

        Raises AnalyzerError for a path outside the folder, without logs, or with too many bytes of
        them.
        """
        real = inside(self.folder, path)
        files = [item for item in files_under(real) if isinstance(item, LogFile)]
        stamp = tuple((file.relative.as_posix(), file.stamp) for file in files)
        known = self._kept.get(real)
        if known is None or known.stamp != stamp:
            self._kept.pop(real, None)  # its memory is needed for the new one
            self._check_size(real, files)
            known = self._read(real, stamp)
        self._kept[real] = known
        self._kept.move_to_end(real)
        self._forget()
        return known

    def index_of(self, loaded: Loaded, name: str) -> int:
        """Return the index of the run with a name, marked or not. Raises AnalyzerError."""
        wanted = mark(unmark(name))
        names = [run.name for run in loaded.runs]
        registry.check_name("run", wanted, names)
        return names.index(wanted)

    def one(self, path: str, name: str) -> tuple[Loaded, int]:
        """Return a run by its name, or the only one under a path. Raises AnalyzerError.

        A name that is a path of the folder stands for the only run there.
        """
        loaded = self.load(path)
        if not name and len(loaded.runs) == 1:
            return loaded, 0
        if not name:
            names = _listed([run.name for run in loaded.runs])
            raise AnalyzerError(f"{len(loaded.runs)} runs there; name one with run: {names}")
        try:
            return loaded, self.index_of(loaded, name)
        except AnalyzerError:
            there = self._at(name)
            if there is None or len(there.runs) > 1:
                raise
            return there, 0

    def _at(self, name: str) -> Loaded | None:
        """Return what is under a name that is a path of the folder, None if there is no such."""
        try:
            return self.load(name)
        except PathNotFound:
            return None

    def _check_size(self, real: Path, files: Sequence[LogFile]) -> None:
        """Raise AnalyzerError if the logs at a path have too many bytes to be held."""
        if sum(file.size for file in files) <= self.most_bytes:
            return
        parsers = parsers_for(ReadOptions(names=meanings_of(self.settings.metrics)))
        claimed = [claim(file, parsers) for file in files]
        size = sum(item.file.size for item in claimed if not isinstance(item, Skipped))
        if size > self.most_bytes:
            shown = mark(real.relative_to(self.folder).as_posix())
            raise AnalyzerError(
                f"{shown}: {size >> 20} MiB of logs, limit {self.most_bytes >> 20}; ask with the "
                "path of a folder or file in it, or summarise all with analyzer batch"
            )

    def _read(self, real: Path, stamp: Stamp) -> Loaded:
        settings = self.settings
        found = scan(
            real,
            names=settings.metrics,
            split_files=settings.split_files,
            lines=settings.text,
            folder_settings=settings.folder_settings,
        )
        require_runs(real, found, strict=False)
        runs = replace(found, runs=tuple(named_for_agents(run) for run in found))
        return Loaded(stamp, _distinct(runs), settings)

    def _forget(self) -> None:
        """Drop what was asked for longest ago while there are too many points."""
        while len(self._kept) > 1:
            if sum(loaded.points for loaded in self._kept.values()) <= self.most_points:
                return
            self._kept.popitem(last=False)


def _distinct(runs: RunSet) -> RunSet:
    """Return runs with different names: two that differ in what was cut get a number."""
    taken: dict[str, int] = {}
    renamed: list[Run] = []
    for run in runs:
        count = taken.get(run.name, 0) + 1
        taken[run.name] = count
        name = run.name if count == 1 else mark(f"{unmark(run.name)}-{count}")
        renamed.append(replace(run, name=name))
    return replace(runs, runs=tuple(renamed))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")

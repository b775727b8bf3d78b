"""Complete the configuration of runs from files that lie beside their logs.

A file belongs to a run if it lies in the folder of the log and no other run does, or if its name
says which log it means; else a file in a folder above, if no nearer one has settings and that
folder has no run itself. The log's own settings win. docs/formats.md has the rules for users.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from analyzer import metrics
from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue, Skipped
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._setting_files import (
    core,
    is_loose,
    read_loose,
    read_named_alike,
    read_settings,
)
from analyzer.reading.setting_columns import setting_columns
from analyzer.reading.setting_folders import LEVELS, Folders
from analyzer.reading.setting_merge import completed
from analyzer.reading.setting_patterns import settings_from
from analyzer.safe.names import printable

_NAMED_ALIKE = (".json", ".yaml", ".yml", ".toml")

HasRuns = Callable[[Path, Run | None], bool]  # whether a folder has a run, or one beside a run


class Attached(NamedTuple):
    """The runs with their settings, and the files of which it is unclear whose they are."""

    runs: list[Run]
    unclear: list[Skipped]


@dataclass
class _Found:
    """What was found for a run: settings by file, nearest first, and what could not be read."""

    documents: list[tuple[LogFile, Mapping[str, Any]]] = field(default_factory=list)
    issues: list[LogIssue] = field(default_factory=list)
    unclear: list[LogFile] = field(default_factory=list)
    results: list[LogFile] = field(default_factory=list)  # of the model, such as predictions


def with_settings(
    root: Path,
    runs: Sequence[Run],
    others: HasRuns | None = None,
    patterns: Sequence[str] = (),
) -> Attached:
    """Return runs with the settings that stand beside their logs.

    ``others`` says of a folder whether it has runs that are not among ``runs``; None if there are
    no others. ``patterns`` are of names of folders that hold settings, too.
    """
    search = _Search(Folders(root), runs, others)
    attached = []
    unclear: dict[str, Skipped] = {}
    for run in runs:
        found = search.settings_of(run)
        attached.append(_with(run, found, patterns))
        for file in found.unclear:
            unclear[file.shown] = Skipped(file.shown, "settings_unclear")
    used = {name for run in attached for name in run.meta.config_files}
    return Attached(attached, [file for name, file in unclear.items() if name not in used])


def _with(run: Run, found: _Found, patterns: Sequence[str]) -> Run:
    """Return a run with the settings found beside it and those that its columns repeat."""
    source = next(iter(run.meta.files), run.name)
    documents = [(file.shown, document) for file, document in found.documents]
    if patterns and run.paths:
        name, fields = settings_from(patterns, Path(run.paths[0]).absolute())
        if fields:
            documents.append((printable(name), fields))
    columns = setting_columns(run)
    if not (documents or any(columns) or found.issues or found.results):
        return run
    result = completed(run.config, documents, columns, source)
    files = (*run.meta.config_files, *(shown for shown, _ in documents))
    meta = replace(run.meta, config_files=files)
    issues = (*run.issues, *found.issues, *result.issues)
    results = tuple(dict.fromkeys(str(file.path) for file in found.results))
    return replace(run, config=result.config, meta=meta, issues=issues, results=results)


def _kind(log: str) -> str:
    """Return what logs of one kind share: their suffix, and one word for all event files."""
    return "tfevents" if "tfevents" in Path(log).name else Path(log).suffix.lower()


class _Search:
    """Finds the files of each run; reads each file once."""

    def __init__(self, folders: Folders, runs: Sequence[Run], others: HasRuns | None) -> None:
        self.folders = folders
        self.others = others
        self.logs = {path for run in runs for path in run.paths}
        self.places: dict[str, Path | None] = {}  # of each log
        sets = {run.paths for run in runs}  # the runs of one file share its settings
        self.counts = Counter(place for paths in sets for place in self._places(paths))
        self.documents: dict[Path, Mapping[str, Any] | ParseError] = {}

    def settings_of(self, run: Run) -> _Found:
        """Return the settings beside the logs of a run, or in the nearest folder above."""
        found = _Found()
        places = self._places(run.paths)
        for place in places:
            self._take_own(run, place, found)
        self._take_results(run, places, found)
        if found.documents or found.unclear or run.config:
            return found
        for place in places[:1]:
            child = place
            for folder in self.folders.above(place, LEVELS):
                self._take_above(folder, child, found)
                if found.documents:
                    return found
                child = folder
        return found

    def _places(self, paths: Sequence[str]) -> list[Path]:
        """Return the folders of some logs below the root; a split folder counts as its parent."""
        places = {place for path in paths if (place := self._place(path)) is not None}
        return sorted(places, key=lambda place: (len(place.parts), place))

    def _place(self, path: str) -> Path | None:
        if path not in self.places:
            self.places[path] = self._new_place(path)
        return self.places[path]

    def _new_place(self, path: str) -> Path | None:
        try:
            place = Path(path).parent.relative_to(self.folders.root)
        except ValueError:
            return None
        is_split = place.name and metrics.folder_split(place.name)
        return place.parent if is_split and not self._holds_a_run(place, path) else place

    def _holds_a_run(self, place: Path, log: str) -> bool:
        """Say whether a folder named for a split holds a whole run, as Ultralytics' train/ does.

        It has settings beside its log, and no folder of another split has a log of that kind.
        """
        listing = self.folders.listing(place)
        beside = any(str(file.path) not in self.logs for file in listing.settings)
        if not (beside or listing.hydra):
            return False
        for name in self.folders.listing(place.parent).others:
            if name == place.name or not metrics.folder_split(name):
                continue
            others = self.folders.listing(place.parent / name).others
            if any(_kind(other) == _kind(log) for other in others):
                return False
        return True

    def _take_own(self, run: Run, place: Path, found: _Found) -> None:
        """Add the files with settings in the folder of a log that belong to it."""
        listing = self.folders.listing(place)
        names = [Path(path).name for path in run.paths if self._place(path) == place]
        own = {core(name) for name in names}
        is_alone: bool | None = None
        for file in listing.settings:
            if str(file.path) in self.logs:
                continue
            words = core(file.path.name)
            if own == {words} or (words and words in (*own, core(self._name(place)))):
                self._take(file, found)
                continue
            if is_alone is None:
                is_alone = self._is_alone(run, place)
            if is_alone:
                self._take(file, found, is_named=not words)
            elif not words and not is_loose(file.path.name):
                found.unclear.append(file)
        for file in self._named_alike(names, place, listing.others):
            self._take(file, found, is_named=False)
        self._take_hydra(listing.hydra, found)

    def _name(self, place: Path) -> str:
        return place.name or self.folders.root.resolve().name

    def _named_alike(
        self, names: Sequence[str], place: Path, others: Sequence[str]
    ) -> list[LogFile]:
        """Return the files that have the stem of a log, such as run_a.json of run_a.csv."""
        others = [name for name in others if name.endswith(_NAMED_ALIKE)]
        if not others:
            return []
        stems = {Path(name).stem for name in names}
        wanted = {f"{stem}{suffix}" for stem in stems for suffix in _NAMED_ALIKE}
        files = [self.folders.file(place / name) for name in others if name in wanted]
        return [file for file in files if file is not None and str(file.path) not in self.logs]

    def _take_above(self, folder: Path, child: Path, found: _Found) -> None:
        """Add the files with settings in a folder above that hold for what lies below."""
        listing = self.folders.listing(folder)
        has_runs: bool | None = None
        for file in listing.settings:
            words = core(file.path.name)
            if str(file.path) in self.logs or file.path.suffix == ".py":
                continue
            if words and words == core(child.name):
                self._take(file, found)
            elif not words:
                if has_runs is None:
                    has_runs = self._has_runs(folder)
                if not has_runs:
                    self._take(file, found)
        self._take_hydra(listing.hydra, found)

    def _is_alone(self, run: Run, place: Path) -> bool:
        """Say whether no other run lies in the folder of a run."""
        if self.counts[place] > 1:
            return False
        return self.others is None or not self.others(place, run)

    def _has_runs(self, folder: Path) -> bool:
        if self.counts[folder]:
            return True
        return self.others is not None and self.others(folder, None)

    def _take_results(self, run: Run, places: Sequence[Path], found: _Found) -> None:
        """Add the predictions beside the logs of a run, or above them if there is no other run."""
        for place in places:
            results = self.folders.listing(place).results
            names: set[str] = set()
            for path in run.paths if results else ():
                names.update(core(Path(path).name) if self._place(path) == place else ())
            for file in results:
                is_named = not names.isdisjoint(core(file.path.name))
                if str(file.path) in self.logs:
                    continue
                if is_named or self._is_alone(run, place):
                    found.results.append(file)
        if found.results or self.others is not None or len(self.counts) > len(places):
            return
        for folder in self.folders.above(places[0], LEVELS) if places else ():
            found.results += self.folders.listing(folder).results
            if found.results:
                return

    def _take_hydra(self, files: Sequence[LogFile], found: _Found) -> None:
        """Add what Hydra recorded: the configuration, or else what was changed in it."""
        for file in files:
            before = len(found.documents)
            self._take(file, found)
            if len(found.documents) > before:
                return

    def _take(self, file: LogFile, found: _Found, *, is_named: bool = True) -> None:
        """Add the settings of a file, or why it could not be read."""
        if any(file.path == taken.path for taken, _ in found.documents):
            return
        if file.path not in self.documents:
            read = read_settings if is_named else read_named_alike
            if is_loose(file.path.name):
                read = read_loose
            try:
                self.documents[file.path] = read(file)
            except ParseError as error:
                self.documents[file.path] = error
            except Exception as error:  # settings beside a log never cost its points
                why = error.strerror if isinstance(error, OSError) else type(error).__name__
                self.documents[file.path] = ParseError("settings_unread", error=why)
        document = self.documents[file.path]
        if isinstance(document, ParseError):
            issue = LogIssue("info", file.shown, document.key, values=document.values)
            found.issues.append(issue)
        elif document:
            found.documents.append((file, document))

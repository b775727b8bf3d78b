"""What one worker does: read a unit, diagnose its runs, write their reports, within limits."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyzer.batch import memory
from analyzer.batch.record import Record, folder_name, record_of
from analyzer.batch.result import UnitResult
from analyzer.batch.tree import Unit, content_of
from analyzer.batch.writing import TEMPORARY, inside, put
from analyzer.config import Config
from analyzer.engine import diagnose
from analyzer.errors import ParseError, PluginWarning
from analyzer.model.run import Run, RunSet
from analyzer.model.serial import document_of
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.reading.failures import is_out_of_memory
from analyzer.reading.groups import folder_of, read_groups, with_path
from analyzer.reading.load import meanings_of
from analyzer.reading.setting_patterns import checked
from analyzer.reading.site import RUN_POINTS, RUNS, STATE
from analyzer.remote.mirror import empty, ensure
from analyzer.report.html import page
from analyzer.safe.names import printable

_OTHER_NAMES = 50  # logged names of a unit that a message about a mapped one may need


@dataclass(frozen=True)
class Task:
    """What every unit of a batch has in common.

    ``root`` is where the logs are read, ``url`` where they come from if that is a store,
    ``site_url`` where the site goes to if that is one.
    """

    root: str
    site: str
    config: Config
    lang: str
    reports: bool
    found_only: bool = False
    points: bool = False
    url: str = ""
    site_url: str = ""


def read_options(config: Config) -> ReadOptions:
    """Return how the settings of a user have logs read. Raises ConfigError if one is invalid."""
    return ReadOptions(
        split_files=config.split_files,
        names=meanings_of(config.metrics),
        lines=config.text,
        folder_settings=checked(config.folder_settings),
    )


def work(task: Task, unit: Unit) -> UnitResult:
    """Read and diagnose a unit, and return its result.

    Writes ``runs/<folder>/report.html`` and ``diagnosis.json`` for each run, each whole or not at
    all.
    """
    if task.url:
        ensure(Path(task.root), task.url)
    if task.site_url:
        ensure(Path(task.site), task.site_url, is_empty=True)
        with inside(task.site, STATE, make=True) as state, state.inside(TEMPORARY, make=True):
            pass
    try:
        return _worked(task, unit)
    finally:
        empty([file.path for file in unit.files])


def _worked(task: Task, unit: Unit) -> UnitResult:
    parsers = parsers_for(read_options(task.config))
    root = Path(task.root)
    found = read_groups(
        root,
        unit.groups,
        parsers,
        logs=unit.logs,
        path=_path(root, unit),
        is_crowded=unit.is_crowded,
    )
    for issue in filter(is_out_of_memory, found.issues):
        # of the limit on this process, which the pool tells by its size
        raise MemoryError(issue.values["error"])
    return UnitResult(
        records=tuple(_diagnosed(task, unit, run) for run in _with_own_paths(root, unit, found)),
        issues=tuple(replace(issue, values=_plain(issue.values)) for issue in found.issues),
        skipped=tuple(replace(file, values=_plain(file.values)) for file in found.skipped),
        content=_content(unit),
        names=_names([*_run_names(found), *_refused_names(found)], task.config.metrics),
        used=tuple(dict.fromkeys(name for run in found for name in run.meta.config_files)),
    )


def _path(root: Path, unit: Unit) -> Path | None:
    """Return the file or folder that holds a unit, None if it lies in several folders."""
    folders = {folder_of(root, group) for _, group in unit.groups}
    if len(folders) > 1:
        return None
    if len(unit.groups) > 1:
        return folders.pop()
    path = root / unit.groups[0].group.name
    return path if path.is_dir() else root / unit.key


def _with_own_paths(root: Path, unit: Unit, runs: Iterable[Run]) -> list[Run]:
    """Return the runs of a unit, with the path of its log for the only run of one log.

    What a page says of a run must not depend on the logs that were read with it.
    """
    runs = list(runs)
    if len(unit.parts) == 1:
        return runs
    for part in unit.parts:
        files = {str(file.path) for file in part.files}
        own = [run for run in runs if not files.isdisjoint(run.paths)]
        if len(own) == 1 and files.issuperset(own[0].paths) and _path(root, part) is not None:
            place = runs.index(own[0])
            (runs[place],) = with_path(own, _path(root, part) or root, alone=True)
    return runs


def _run_names(runs: Iterable[Run]) -> list[str]:
    names: list[str] = []
    for run in runs:
        names += [series.tag for series in run.series]
    return names


def _refused_names(found: RunSet) -> list[str]:
    """Return the names of files that were refused because none of their names is known."""
    names: list[str] = []
    for file in found.skipped:
        names += file.values.get("logged", ())
    return names


def _names(logged: Iterable[str], mapped: Collection[str]) -> tuple[str, ...]:
    """Return logged names where the user maps some: those that are mapped, and the first others."""
    if not mapped:
        return ()
    names = dict.fromkeys(logged)
    others = [name for name in names if name not in mapped]
    return (*(name for name in names if name in mapped), *others[:_OTHER_NAMES])


def _diagnosed(task: Task, unit: Unit, run: Run) -> Record:
    """Diagnose a run, write its files, and return its record."""
    diagnosis = diagnose(run, task.config)
    source = next(iter(run.meta.files), printable(unit.key))
    own_folder = folder_name(run.name, _first(task, unit, run))
    record = record_of(diagnosis, str(source), own_folder, task.lang)
    folder = Path(task.site) / RUNS / record.folder
    document = document_of(diagnosis.data)
    put(task.site, folder / "diagnosis.json", document.encode("utf-8", "replace"))
    report = folder / "report.html"
    if task.reports and (record.findings or not task.found_only):
        home = "../" * (record.folder.count("/") + 2)
        shown = page(diagnosis, task.lang, home=home)
        put(task.site, report, shown.encode("utf-8", "replace"))
    else:
        with inside(task.site, RUNS, *record.folder.split("/")) as written:
            written.remove(report.name)  # one of an earlier call is out of date now
    if task.points:
        from analyzer.batch.parquet import points_of

        put(task.site, folder / RUN_POINTS, points_of(run, record.folder))
    return record


def _first(task: Task, unit: Unit, run: Run) -> str:
    """Return the path below the root of the first file of a run, whatever else is in its unit."""
    root = Path(task.root)
    paths = [Path(path) for path in run.paths]
    below = [path.relative_to(root) for path in paths if path.is_relative_to(root)]
    return min(below).as_posix() if below else unit.key


def _content(unit: Unit) -> str | None:
    try:
        return content_of(unit)
    except (OSError, ParseError):  # it has gone or cannot be read: the next call looks again
        return None


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as plain JSON: what JSON cannot hold becomes a text."""
    plain: dict[str, Any] = {}
    for key, value in values.items():
        if value is None or isinstance(value, bool | int | float | str):
            plain[key] = value
        elif isinstance(value, Mapping):
            plain[key] = _plain(value)
        else:
            plain[key] = str(value)
    return plain


def limit(most: int) -> None:
    """Prepare a worker: it leaves Ctrl-C to its parent, and takes so many bytes at most."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    import warnings

    warnings.simplefilter("ignore", RuntimeWarning)
    warnings.simplefilter("ignore", PluginWarning)  # the parent has said it
    warnings.formatwarning = lambda message, *_, **__: f"{message}\n"
    memory.limit(most)

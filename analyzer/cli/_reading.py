"""From the arguments of a command to settings, runs and diagnoses."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from analyzer.cli._options import FOLDER_SETTINGS
from analyzer.cli._progress import reading_progress
from analyzer.cli._remote import as_given
from analyzer.cli._saying import fail, say_error, say_issues, say_note, say_unreadable
from analyzer.safe.names import printable

_MOST_NAMES = 8  # in a message

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.config import Config
    from analyzer.model.diagnosis import Diagnosis
    from analyzer.model.issues import LogIssue
    from analyzer.model.run import Run, RunSet


def read_settings(path: Path | None, maps: Sequence[str], *, split_files: bool = False) -> Config:
    """Return the settings of a file (default: of the current folder) with those of the options."""
    from dataclasses import replace

    from analyzer.config import read_config

    settings = read_config(path)
    meanings = dict(settings.metrics)
    for option in maps:
        name, equals, meaning = option.rpartition("=")
        if not equals:
            fail(f'--map "{option}": must be NAME=SPLIT/METRIC, e.g. my_nll=val/loss')
        meanings[name] = meaning
    return replace(
        settings,
        metrics=meanings,
        split_files=split_files or settings.split_files,
        folder_settings=_patterns() or settings.folder_settings,
    )


def _patterns() -> tuple[str, ...]:
    """Return the patterns of the option --folder-settings, which config_option adds."""
    import click

    context = click.get_current_context(silent=True)
    patterns: tuple[str, ...] = context.meta.get(FOLDER_SETTINGS, ()) if context else ()
    return patterns


def read_runs(
    path: Path,
    settings: Config,
    *,
    strict: bool,
    lang: str,
    system_stats: bool = False,
    empty: bool = False,
) -> RunSet:
    """Read a path, with a progress bar on a terminal; ``empty`` allows a path without logs."""
    from analyzer.reading.load import require_runs, scan

    with reading_progress() as progress:
        found = scan(
            path,
            names=settings.metrics,
            system_stats=system_stats,
            split_files=settings.split_files,
            lines=settings.text,
            folder_settings=settings.folder_settings,
            progress=progress,
        )
        if not found:
            _check_offered(found)
        if not empty:
            require_runs(path, found, strict=strict, lang=lang)
    return found


def _check_offered(found: RunSet) -> None:
    """Raise ConfigError for a name of --map if none of the files refused has logged it."""
    import click

    context = click.get_current_context(silent=True)
    logged: set[str] = set()
    for file in found.skipped:
        logged.update(file.values.get("logged", ()))
    if context and logged:
        check_mapped(context.params.get("maps", ()), logged)


def runs_of(paths: Sequence[Path], settings: Config, *, strict: bool, lang: str) -> RunSet:
    """Return the runs of several paths, each with a name of its own, and say what was lost.

    Of several paths, those without a log are skipped, and a line says why: a shell lists whatever
    lies beside the runs. Raises NothingReadable if no path has a run.
    """
    from dataclasses import replace

    from analyzer.cli._run_places import with_places
    from analyzer.errors import NothingReadable
    from analyzer.reading.load import require_runs
    from analyzer.reading.naming import numbered

    runs: list[Run] = []
    places: list[Path] = []
    by_path: dict[Path, RunSet] = {}  # a path may be given twice
    empty: dict[Path, RunSet] = {}
    reasons: list[str] = []
    for path in paths:
        found = read_runs(path, settings, strict=strict, lang=lang, empty=True)
        try:
            require_runs(path, found, strict=strict, lang=lang)
        except NothingReadable as error:
            reasons.append(_named(str(error), path, paths))
            empty[path] = found
            continue
        runs += found.runs
        places += [path] * len(found)
        say_issues([*found.issues, *issues_of(found)], lang)
        by_path[path] = found
    last = "" if runs else reasons.pop()
    for why in reasons:
        say_error(why)
    if last:
        raise NothingReadable(last)
    say_unreadable(together(*by_path.values()).unreadable, lang)
    every = together(*by_path.values(), *empty.values())
    return replace(every, runs=tuple(numbered(with_places(runs, places, paths))))


def _named(why: str, path: Path, paths: Sequence[Path]) -> str:
    """Return why a path has no run; a file that is named by its last part is named in full."""
    if len(paths) == 1 or path.is_dir() or not why.startswith(f"{path.name}: "):
        return why
    return f"{_shown(path, paths)}{why.removeprefix(path.name)}"


def _shown(path: Path, paths: Sequence[Path]) -> str:
    """Return a path as it was given; of an absolute one only what tells it from the others."""
    given = as_given(path.as_posix())
    if given != path.as_posix() or not path.is_absolute():
        return given
    try:
        above = os.path.commonpath([other for other in paths if other.is_absolute()])
    except ValueError:  # on two drives
        return path.name
    apart = path.relative_to(above).as_posix()
    return path.name if apart == "." else apart


def check_maps(maps: Sequence[str], runs: Iterable[Run]) -> None:
    """Raise ConfigError for a name of ``--map`` that no run has logged."""
    if maps:
        logged: set[str] = set()
        for run in runs:
            logged.update(series.tag for series in run.series)
        check_mapped(maps, logged)


def check_mapped(maps: Sequence[str], logged: Collection[str]) -> None:
    """Raise ConfigError for a name of ``--map`` that is not among the logged ones."""
    from analyzer.registry import check_name

    for option in maps:
        check_name("--map name", option.rpartition("=")[0], logged)


def issues_of(runs: Iterable[Run]) -> list[LogIssue]:
    """Return the issues of all runs."""
    return list(chain.from_iterable(run.issues for run in runs))


def run_at(place: str, runs: Sequence[Run]) -> str:
    """Return the name of the first run that was read from a path; a name is returned as it is."""
    is_name = any(run.name == place for run in runs)
    if not place or is_name or not os.path.exists(place):  # noqa: PTH110 - may be too long
        return place
    from pathlib import Path

    wanted = os.stat(place)  # noqa: PTH116 - as above
    same: dict[Path, bool] = {}  # not by name: a disk may ignore case
    for run in runs:
        for path in run.paths:
            log = Path(os.path.realpath(path))
            for above in (log, *log.parents):
                if above not in same:
                    same[above] = _is_at(above, wanted)
                if same[above]:
                    return run.name
    return place


def _is_at(path: Path, wanted: os.stat_result) -> bool:
    """Say whether a path leads to the file or folder with a status; one that went does not."""
    try:
        return os.path.samestat(path.stat(), wanted)
    except OSError:
        return False


def pick(runs: RunSet, name: str | None) -> Sequence[Run]:
    """Return all runs, or the one with a name; bytes that are not UTF-8 are U+FFFD in a name."""
    if name is None:
        return runs.runs
    chosen = [run for run in runs if run.name in (name, printable(name))]
    if not chosen:
        from analyzer.registry import nearest_first

        names = nearest_first(printable(name), (run.name for run in runs))
        fail(f'no run "{name}"; there are: {listed(names) or "none"}')
    return chosen


def is_baseline_missing(path: Path | None, missing: str, lang: str) -> bool:
    """Say whether a baseline does not exist yet, and tell the user, where ``missing`` is "ok"."""
    if path is None or missing != "ok":
        return False
    try:
        with os.scandir(path) as entries:
            if any(entries):
                return False
    except FileNotFoundError:
        pass
    except OSError:  # a file, or a folder that may not be read: the reading says so
        return False
    from analyzer.text import words

    say_note(words(lang).ui("baseline_missing", path=str(path)))
    return True


def together(*sets: RunSet) -> RunSet:
    """Return the runs, the issues and the skipped files of several paths as one set."""
    from analyzer.model.run import RunSet

    return RunSet(
        tuple(chain.from_iterable(found.runs for found in sets)),
        tuple(chain.from_iterable(found.issues for found in sets)),
        tuple(chain.from_iterable(found.skipped for found in sets)),
    )


def spare_logs(found: RunSet, output: Path, roots: Iterable[Path]) -> None:
    """Reject an output that would replace a log that was read or refused, or a file beside it.

    Files beside a log are settings and results such as predictions.

    ``roots`` are the paths that were read.
    """
    if not os.path.exists(output):  # noqa: PTH110 - Path.exists raises for a name that is too long
        return
    from pathlib import Path

    own = chain.from_iterable((*run.paths, *run.results) for run in found)
    logs = [Path(path) for path in own]
    sources = {issue.source for issue in found.issues}
    sources.update(file.source for file in found.skipped if file.is_spared)
    for run in found:
        sources.update(run.meta.config_files)
    for root in roots:
        logs += [root / source for source in sources] if root.is_dir() else [root]
    if any(log.exists() and output.samefile(log) for log in logs):
        fail(f"{output}: is a log that was read; choose another file")


def run_names(runs: Sequence[Run]) -> str:
    """Return the names of the first runs, for a message."""
    return listed([run.name for run in runs])


def listed(names: Sequence[str]) -> str:
    """Return the first of some names, for a message."""
    return ", ".join(names[:_MOST_NAMES]) + (" ..." if len(names) > _MOST_NAMES else "")


def diagnose_all(runs: Sequence[Run], settings: Config) -> list[Diagnosis]:
    """Return the diagnosis of each run; one that the memory does not suffice for has no points."""
    return [_diagnosed(run, settings) for run in runs]


def _diagnosed(run: Run, settings: Config) -> Diagnosis:
    from dataclasses import replace

    from analyzer.engine import diagnose
    from analyzer.model.issues import LogIssue

    try:
        return diagnose(run, settings)
    except MemoryError:
        source = run.paths[0] if run.paths else run.name
        lost = sum(map(len, run.series))
        issue = LogIssue("error", source, "memory_full", kept=0, lost=lost)
        return diagnose(replace(run, series=(), issues=(*run.issues, issue)), settings)

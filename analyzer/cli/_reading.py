"""From the arguments of a command to settings, runs and diagnoses."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.cli._progress import reading_progress
from analyzer.cli._saying import fail, say_issues

if TYPE_CHECKING:
    from analyzer.config import Config
    from analyzer.model.diagnosis import Diagnosis
    from analyzer.model.run import Run, RunSet


def read_settings(path: Path | None, maps: Sequence[str]) -> Config:
    """Return the settings of a file (or of the folder one stands in), with the meanings of the command line on top."""
    from dataclasses import replace

    from analyzer.config import read_config

    settings = read_config(path)
    said = dict(settings.metrics)
    for one in maps:
        name, equals, meaning = one.partition("=")
        if not equals:
            fail(f'--map "{one}": write NAME=SPLIT/METRIC, such as my_nll=val/loss')
        said[name] = meaning
    return replace(settings, metrics=said)


def read_runs(
    path: Path, settings: Config, *, strict: bool, system_stats: bool = False, empty: bool = False
) -> RunSet:
    """Read a path, with a progress bar on a terminal; ``empty`` allows it to hold no log."""
    from analyzer.reading.load import load, scan

    with reading_progress() as progress:
        if empty:
            return scan(path, names=settings.metrics, system_stats=system_stats, progress=progress)
        return load(
            path,
            strict=strict,
            names=settings.metrics,
            system_stats=system_stats,
            progress=progress,
        )


def runs_of(paths: Sequence[Path], settings: Config, *, strict: bool, lang: str) -> list[Run]:
    """Return the runs of several paths under names of their own."""
    from dataclasses import replace

    from analyzer.reading.naming import numbered

    runs: list[Run] = []
    for path in paths:
        found = read_runs(path, settings, strict=strict)
        taken = {run.name for run in runs}
        runs += [
            replace(run, name=f"{path}/{run.name}") if run.name in taken else run for run in found
        ]
        say_issues([*found.issues, *(issue for run in found for issue in run.issues)], lang)
    return numbered(runs)


def run_at(place: str, runs: Sequence[Run]) -> str:
    """Return the name of the first run that was read from under a path, and any other text as it is."""
    if not place or any(run.name == place for run in runs) or not os.path.exists(place):  # noqa: PTH110
        return place
    real = Path(os.path.realpath(place))
    for run in runs:
        if any(
            real in (log, *log.parents)
            for log in (Path(os.path.realpath(one)) for one in _logs_of([run]))
        ):
            return run.name
    return place


def pick(runs: RunSet, name: str | None) -> Sequence[Run]:
    """Return all runs, or the one of a name."""
    if name is None:
        return runs.runs
    chosen = [run for run in runs if run.name == name]
    if not chosen:
        fail(f'no run "{name}"; there are: {run_names(runs.runs) or "none"}')
    return chosen


def spare_logs(runs: Iterable[Run], output: Path) -> None:
    """Refuse an output that would replace a log that was read."""
    if not os.path.exists(output):  # noqa: PTH110 - Path.exists raises for a name that is too long
        return
    if any(log.exists() and output.samefile(log) for log in _logs_of(runs)):
        fail(f"{output}: is a log that was read; choose another file")


def _logs_of(runs: Iterable[Run]) -> list[Path]:
    """Return the files that runs were read from."""
    return [Path(path) for run in runs for path in run.paths]


def run_names(runs: Sequence[Run]) -> str:
    """Return the names of the first runs, for a message."""
    return ", ".join(run.name for run in runs[:8]) + (" ..." if len(runs) > 8 else "")


def diagnose_all(runs: Sequence[Run], settings: Config) -> list[Diagnosis]:
    """Return the diagnosis of each run."""
    from analyzer.engine import diagnose

    return [diagnose(run, settings) for run in runs]

"""The reading loop: groups of files to named runs, for a whole path or for one unit of a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.garbage import no_searches
from analyzer.model.issues import LogIssue, Skipped
from analyzer.model.run import Run, RunSet
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.reading.claims import ClaimedGroup
from analyzer.reading.failures import failure, key_of, refusal
from analyzer.reading.files import cannot_open
from analyzer.reading.naming import numbered, run_name
from analyzer.reading.other_runs import OtherRuns
from analyzer.reading.settings_beside import Attached, with_settings
from analyzer.reading.side_by_side import in_parts
from analyzer.reading.split_files import crowd_of, join_split_files
from analyzer.reading.twins import merge_twins
from analyzer.safe import secrets
from analyzer.safe.names import printable

Progress = Callable[[int, int, str], None]


@no_searches()
def read_groups(
    root: Path,
    groups: Sequence[ClaimedGroup],
    parsers: Mapping[str, Parser],
    *,
    logs: Mapping[Path, int] | None = None,
    path: Path | None = None,
    progress: Progress | None = None,
    beside: bool = True,
    is_crowded: bool = False,
) -> RunSet:
    """Read groups of files; return their runs by name, issues of the other logs, files skipped.

    Parameters
    ----------
    root
        Folder (or the only file) that the groups were found under; names are relative to it.
    logs
        How many files of each folder a parser claims, where ``groups`` may be only some of them.
        How many of them gave a run decides how a run is named.
    path
        What a user passes to read these runs again; ``root`` by default, where a run must be
        chosen by its name if the groups are only some of those under it.
    progress
        Called before each group with the bytes done, the bytes in all and the file's shown name.
    is_crowded
        Whether the only group has a file that is one of too many to be joined with the others.
    beside
        Whether to look for settings beside the logs. With ``logs``, and if ``root`` is a file,
        there are runs that are not among these.
    """
    total, done = sum(group.size for _, group in groups), 0
    runs: list[Run] = []
    sources: list[Group] = []  # of each run
    issues: list[LogIssue] = []
    skipped: list[Skipped] = []
    for name, group in groups:
        if progress is not None:
            progress(done, total, group.files[0].shown)
        found = _read_group(parsers[name], group)
        runs += found.runs
        sources += [group] * len(found)
        issues += found.issues
        skipped += found.skipped
        done += group.size
    claimed = [group for _, group in groups]
    crowd = crowd_of([name for name, _ in groups], claimed)
    if is_crowded:
        crowd = frozenset(group.files[0].path for group in claimed)
    runs, sources = join_split_files(runs, sources, crowd)
    is_part = logs is not None or root.is_file()
    is_whole = logs is None or path is not None
    logs = _logs_by_folder(claimed, sources, logs)
    for index, group in enumerate(sources):
        name = _name(runs[index].name, root, group, logs)
        runs[index] = replace(runs[index], name=name)
    runs = merge_twins(runs, [folder_of(root, group) for group in sources])
    runs = numbered(sorted(runs, key=lambda run: run.name))
    if beside:
        others = OtherRuns(root, groups, parsers, read_groups).has_runs if is_part else None
        patterns = next((parser.options.folder_settings for parser in parsers.values()), ())
        attached = with_settings(root, runs, others, patterns)
        runs = attached.runs
        if not is_part:
            skipped = _explained(skipped, attached)
    runs = with_path(runs, path or root, alone=is_whole and len(runs) == 1)
    return RunSet(tuple(runs), tuple(issues), tuple(skipped))


def _name(label: str, root: Path, group: Group, logs: Mapping[Path, int]) -> str:
    """Return the name of a run that its parser gave a label, "" if none."""
    if label.startswith("/"):  # a fold of the only run of a log
        return printable(run_name(root, group, logs) + label)
    if label.startswith("#"):  # one of several runs of a folder
        return printable(f"{run_name(root, group, logs)} {label}")
    return printable(label or run_name(root, group, logs))


def _explained(skipped: Sequence[Skipped], attached: Attached) -> list[Skipped]:
    """Return the skipped files without those that gave settings, and why others gave none."""
    used: set[str] = set()
    for run in attached.runs:
        used.update(run.meta.config_files)
    unclear = {file.source for file in attached.unclear}
    kept = [file for file in skipped if file.source not in used | unclear]
    return [*kept, *attached.unclear]


def folder_of(root: Path, group: Group) -> Path:
    """Return the folder of a run: the group's own if it is one (event files), else its file's."""
    place = root / group.name
    return place if place.is_dir() else place.parent


def _read_group(parser: Parser, group: Group) -> RunSet:
    """Return the runs of a group that have points, or why there are none.

    A parser that fails loses the files on which it fails alone; the others are read together.
    """
    try:
        return _parsed(parser, group)
    except (Exception, SystemExit) as error:
        failed: dict[LogFile, BaseException] = dict.fromkeys(group.files, error)
    if len(group.files) > 1:
        failed = _failing(parser, group) or failed
    issues = [
        LogIssue("error", file.shown, key_of(error), values=failure(parser, error))
        for file, error in failed.items()
    ]
    rest = tuple(file for file in group.files if file not in failed)
    found = _read_group(parser, replace(group, files=rest)) if rest else RunSet(())
    return RunSet(found.runs, (*issues, *found.issues), found.skipped)


def _failing(parser: Parser, group: Group) -> dict[LogFile, BaseException]:
    """Return the files of a group on which a parser fails alone, with what it raised."""
    failed: dict[LogFile, BaseException] = {}
    for file in group.files:
        try:
            _parsed(parser, replace(group, files=(file,)))
        except (Exception, SystemExit) as error:
            failed[file] = error
    return failed


def _parsed(parser: Parser, group: Group) -> RunSet:
    """Return the runs of a group that have points, or the reason its parser gives for none."""
    try:
        parsed = parser.parse(group)
    except NotThisFormat as error:
        skipped = [refusal(file, parser, error) for file in group.files]
        return RunSet((), _badly_packed(group), tuple(skipped))
    except ParseError as error:
        line = error.values.get("line")
        issues = [
            LogIssue("error", file.shown, error.key, line, values=error.values)
            for file in group.files
        ]
        return RunSet((), (*issues, *_badly_packed(group)))
    except OSError as error:
        return RunSet((), (), tuple(cannot_open(file.shown, error) for file in group.files))
    paths = tuple(str(file.path) for file in group.files)
    runs: list[Run] = []
    damaged = _badly_packed(group)
    empty: list[LogIssue] = []
    names = parser.options.names
    for run in chain.from_iterable(in_parts(run, names) for run in parsed):
        run = _with_tags(run, parser.options.tags)
        if run.points:
            run = replace(run, paths=run.paths or paths, issues=(*run.issues, *damaged))
            runs.append(settled(run, names))
        else:
            empty += run.issues
    empty += () if runs else damaged
    silent: tuple[LogFile, ...] = ()
    if not runs and not empty and parser.options.tags is None:  # no file goes without a word
        silent = group.files
    return RunSet(
        tuple(runs), tuple(empty), tuple(Skipped(file.shown, "no_points") for file in silent)
    )


def _badly_packed(group: Group) -> tuple[LogIssue, ...]:
    """Return an issue for each file of which gzip gave only a part."""
    return tuple(
        LogIssue("warning", file.shown, file.packing_issue)
        for file in group.files
        if file.packing_issue
    )


def _with_tags(run: Run, tags: frozenset[str] | None) -> Run:
    """Return a run with the series of some tags alone."""
    if tags is None:
        return run
    return replace(run, series=tuple(series for series in run.series if series.tag in tags))


def settled(run: Run, meanings: Mapping[str, metrics.Reading]) -> Run:
    """Return a run in which the user's readings of names replace ours."""
    if not any(series.tag in meanings for series in run.series):
        return run
    readings = {
        series.tag: metrics.Reading(series.split, series.metric, series.grain)
        for series in run.series
    }
    readings = metrics.settle(readings, meanings)
    series_read = []
    for series in run.series:
        reading = readings[series.tag]
        series_read.append(
            replace(series, split=reading.split, metric=reading.metric, grain=reading.grain)
        )
    issues = [
        issue
        for issue in run.issues
        if issue.key not in metrics.ASSUMPTIONS or issue.values["name"] not in meanings
    ]
    return replace(run, series=tuple(series_read), issues=tuple(issues))


def _logs_by_folder(
    claimed: Sequence[Group], sources: Sequence[Group], logs: Mapping[Path, int] | None
) -> Mapping[Path, int]:
    """Return how many logs each folder holds: those that gave a run, wherever all were read.

    ``sources`` are the groups of the runs.
    """
    gave_runs = _count_logs(sources)
    if logs is None:
        return gave_runs
    counts = Counter(logs)
    for folder, read in _count_logs(claimed).items():
        if read >= counts[folder]:
            counts[folder] = gave_runs[folder]
    return counts


def _count_logs(groups: Sequence[Group]) -> Counter[Path]:
    """Count the files of groups by folder; a file with several runs counts once."""
    logs: Counter[Path] = Counter()
    for group in {id(group): group for group in groups}.values():
        logs.update([file.relative.parent for file in group.files])
    return logs


def with_path(runs: Sequence[Run], path: Path, *, alone: bool) -> list[Run]:
    """Return the runs with the path to pass to read them again, which a report shows."""
    shown = printable(secrets.path(path.as_posix()))
    return [replace(run, meta=replace(run.meta, path=shown, alone=alone)) for run in runs]

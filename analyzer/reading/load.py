"""Find the logs under a path, give each to its parser, and return the runs with all that was passed over and why."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from analyzer import metrics, registry
from analyzer.errors import NothingReadable, NotThisFormat, ParseError, PathNotFound
from analyzer.model.run import LogIssue, Run, RunSet, Skipped
from analyzer.parsers._base import Group, LogFile, Parser, ReadOptions
from analyzer.reading.files import cannot_open, files_under
from analyzer.reading.twins import merge_twins
from analyzer.registry.words import reason
from analyzer.safe import secrets
from analyzer.safe.names import printable

Progress = Callable[[int, int, str], None]
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
_PICKLE_NAMES = (".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pt", ".pth", ".ckpt")


def load(
    path: str | os.PathLike[str],
    *,
    strict: bool = False,
    names: Mapping[str, str] | None = None,
    system_stats: bool = False,
    progress: Progress | None = None,
) -> RunSet:
    """Read every log under a path: a file, or a folder with any mix of formats.

    ``names`` says what names mean that cannot be read (``{"my_nll": "val/loss"}``); ``system_stats`` also reads what a
    tracker recorded of the machine; ``progress(done, total, shown)`` is called before each run, in bytes. Raises
    PathNotFound where the path does not exist and NothingReadable where no log in it holds a point; with ``strict``
    also ParseError on the first damaged or refused file.
    """
    found = scan(path, names=names, system_stats=system_stats, progress=progress)
    if strict:
        _raise_on_damage(found)
    if not found:
        raise NothingReadable(_nothing(Path(path), found))
    return found


def scan(
    path: str | os.PathLike[str],
    *,
    names: Mapping[str, str] | None = None,
    system_stats: bool = False,
    progress: Progress | None = None,
) -> RunSet:
    """Read every log under a path, which may hold none; raises PathNotFound where the path does not exist."""
    meanings = meanings_of(names or {})
    root = Path(path)
    if not os.path.exists(root):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise PathNotFound(f"{printable(str(root))}: no such file or folder; check the path")
    parsers = parsers_for(ReadOptions(system_stats, meanings))
    claimed = [claim(item, parsers) for item in files_under(root)]
    skipped = [item for item in claimed if isinstance(item, Skipped)]
    work = groups_of([item for item in claimed if not isinstance(item, Skipped)], parsers)
    read: list[tuple[Group, Run]] = []
    issues: list[LogIssue] = []
    total, done = sum(group.size for _, group in work), 0
    for name, group in work:
        if progress is not None:
            progress(done, total, group.files[0].shown)
        found, refused, passed_over = read_group(parsers[name], group, meanings)
        read += [(group, run) for run in found]
        issues += refused
        skipped += passed_over
        done += group.size
    logs = Counter(
        file.relative.parent for group in {group for group, _ in read} for file in group.files
    )
    runs = sorted(named(root, read, logs), key=lambda run: run.name)
    skipped.sort(key=lambda one: one.source)
    return RunSet(tuple(asked_for(numbered(runs), root)), tuple(issues), tuple(skipped))


def meanings_of(names: Mapping[str, str]) -> dict[str, metrics.Reading]:
    """Return what the user says of names, understood. Raises ConfigError where it cannot be."""
    return {name: metrics.parse_meaning(name, meaning) for name, meaning in names.items()}


def groups_of(
    claimed: Sequence[tuple[str, LogFile]], parsers: Mapping[str, Parser]
) -> list[tuple[str, Group]]:
    """Return (name of the parser, files of a run) for all claimed files; nothing is opened."""
    files: dict[str, list[LogFile]] = {}
    for name, file in claimed:
        files.setdefault(name, []).append(file)
    return [(name, group) for name, own in files.items() for group in parsers[name].groups(own)]


def read_group(
    parser: Parser, group: Group, meanings: Mapping[str, metrics.Reading]
) -> tuple[list[Run], list[LogIssue], list[Skipped]]:
    """Return the runs of a group that hold points, the issues of the others, and what turned out to be no log."""
    found, refused, passed_over = _parse(parser, group)
    paths = tuple(str(file.path) for file in group.files)
    return [_settled(replace(run, paths=paths), meanings) for run in found], refused, passed_over


def named(root: Path, read: Sequence[tuple[Group, Run]], logs: Mapping[Path, int]) -> list[Run]:
    """Return runs with their names, those that are one run in two formats joined; ``logs`` counts logs by folder."""
    return merge_twins(
        [
            (
                replace(run, name=printable(run.name or _run_name(root, group, logs))),
                folder_of(root, group),
            )
            for group, run in read
        ]
    )


def folder_of(root: Path, group: Group) -> Path:
    """Return the folder of a run: the group's own where it is one (event files), else that of its file."""
    place = root / group.name
    return place if place.is_dir() else place.parent


def _settled(run: Run, meanings: Mapping[str, metrics.Reading]) -> Run:
    """Return a run with the user's readings in place of ours."""
    if not any(one.tag in meanings for one in run.series):
        return run
    said = {one.tag: metrics.Reading(one.split, one.metric, one.grain) for one in run.series}
    readings = metrics.settle(said, meanings)
    series = [
        replace(one, split=reading.split, metric=reading.metric, grain=reading.grain)
        for one, reading in ((one, readings[one.tag]) for one in run.series)
    ]
    return replace(run, series=tuple(series))


def parsers_for(options: ReadOptions) -> dict[str, Parser]:
    """Return the parsers in the order in which they are asked."""
    kinds = registry.discover("analyzer.parsers", Parser)
    return {
        name: kinds[name](options)
        for name in sorted(kinds, key=lambda name: (-kinds[name].specificity, name))
    }


def claim(item: LogFile | Skipped, parsers: Mapping[str, Parser]) -> tuple[str, LogFile] | Skipped:
    """Return a file with the name of the first parser, in their order, whose it is; or why it is nobody's."""
    if isinstance(item, Skipped):
        return item
    try:
        name = next((name for name, parser in parsers.items() if parser.claims(item)), None)
    except ParseError as error:
        return Skipped(item.shown, error.key, error.values)
    except OSError as error:  # a read that fails after the file was opened
        return cannot_open(item.shown, error)
    return Skipped(item.shown, _why_unclaimed(item)) if name is None else (name, item)


def _parse(parser: Parser, group: Group) -> tuple[list[Run], list[LogIssue], list[Skipped]]:
    """Return the runs of a group that hold points, the issues of the others, and what turned out to be no log."""
    try:
        parsed = parser.parse(group)
    except NotThisFormat as error:
        return [], [], [Skipped(file.shown, error.key, error.values) for file in group.files]
    except ParseError as error:
        line = error.values.get("line")
        return (
            [],
            [
                LogIssue("error", one.shown, error.key, line, values=error.values)
                for one in group.files
            ],
            [],
        )
    except OSError as error:
        return [], [], [cannot_open(file.shown, error) for file in group.files]
    empty = [issue for run in parsed if not run.points for issue in run.issues]
    return [run for run in parsed if run.points], empty, []


def _why_unclaimed(file: LogFile) -> str:
    head = file.head
    if file.size == 0:
        return "empty_file"
    if (
        head[:1] == b"\x80"
        or head[:2] == b"PK"
        or head.startswith(b"\x93NUMPY")
        or file.path.suffix in _PICKLE_NAMES
    ):
        return "pickle" if file.path.suffix in _PICKLE_NAMES or head[:1] == b"\x80" else "archive"
    if head[:2] == b"\x1f\x8b":
        return "archive"
    return "not_a_log"


def _run_name(root: Path, group: Group, logs: Mapping[Path, int]) -> str:
    """Name a run for its folder where it is the only log there (or its file name says nothing), else for its file.

    ``logs`` counts the files that gave a run, by folder.
    """
    here = root.resolve()
    if group.name == Path():
        return _folder_name(here)
    folder = group.files[0].relative.parent
    alone = logs[folder] == 1
    if root.is_dir():
        if group.name.name != group.files[0].relative.stem or not alone:
            return group.name.as_posix()
        return folder.as_posix() if folder != Path() else here.name or "run"
    return (
        here.parent.name
        if group.name.name.lower() in _GENERIC and here.parent.name
        else group.name.as_posix()
    )


def _folder_name(root: Path) -> str:
    """Return the name of the folder that holds the run; that of its parent where it is named for a split."""
    folder = root if root.is_dir() else root.parent
    if metrics.folder_split(folder.name) and folder.parent.name:
        folder = folder.parent
    return folder.name or "run"


def numbered(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with a number behind names that meet."""
    own = {run.name for run in runs}
    taken: set[str] = set()
    out = []
    for run in runs:
        names = (run.name if number == 1 else f"{run.name} ({number})" for number in count(1))
        name = next(
            one for one in names if one not in taken and (one == run.name or one not in own)
        )
        taken.add(name)
        out.append(replace(run, name=name))
    return out


def asked_for(runs: Sequence[Run], path: Path) -> list[Run]:
    """Return the runs with a note of the path that was asked for, from which a report says how to make it again."""
    shown = printable(secrets.path(path.as_posix()))
    return [replace(run, meta={**run.meta, "path": shown, "alone": len(runs) == 1}) for run in runs]


def _raise_on_damage(found: RunSet) -> None:
    for issue in (*found.issues, *(issue for run in found for issue in run.issues)):
        if issue.severity in ("error", "warning"):
            error = ParseError(issue.key, **issue.values)
            error.args = (str(issue),)
            raise error


def _nothing(root: Path, found: RunSet) -> str:
    """Say in one line why a path gave no run."""
    if found.issues:
        return "; ".join(str(issue) for issue in found.issues[:3])
    if len(found.skipped) == 1:
        (only,) = found.skipped
        return f"{only.source}: {reason(only.key, only.values)}"
    return (
        f"{printable(secrets.path(root.as_posix()))}: no training log found among {len(found.skipped)} files; "
        "'analyzer inspect' says why each was skipped"
    )

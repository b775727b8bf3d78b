"""Find the logs under a path, give each to its parser, and return the runs with all that was passed over and why."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer import metrics, redact, registry
from analyzer.errors import NothingReadable, NotThisFormat, ParseError, PathNotFound
from analyzer.model import LogIssue, Run, RunSet, Skipped
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._files import files_under
from analyzer.resources import words

_GENERIC = {"history", "training_history", "training", "train", "metrics", "results", "log", "logs", "progress", "run",
            "training_log", "output"}  # fmt: skip
_PICKLE_NAMES = (".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pt", ".pth", ".ckpt")


def load(path: str | os.PathLike[str], *, strict: bool = False) -> RunSet:
    """Read every log under a path: a file, or a folder with any mix of formats.

    Raises PathNotFound where the path does not exist and NothingReadable where no log in it holds a point; with
    ``strict`` also ParseError on the first damaged or refused file.
    """
    root = Path(path)
    if not root.exists():
        raise PathNotFound(f"{root}: no such file or folder; check the path")
    parsers = {name: kind() for name, kind in registry.discover("analyzer.parsers", Parser).items()}
    claimed, skipped = _claim(root, parsers)
    runs: list[Run] = []
    issues: list[LogIssue] = []
    for name, files in claimed.items():
        for group in parsers[name].groups(files):
            read, refused, passed_over = _parse(parsers[name], group)
            runs += [replace(run, name=run.name or _run_name(root, group, claimed)) for run in read]
            issues += refused
            skipped += passed_over
    runs.sort(key=lambda run: run.name)
    found = RunSet(_named(root, runs), tuple(issues), tuple(sorted(skipped, key=lambda one: one.source)))
    if strict:
        _raise_on_damage(found)
    if not runs:
        raise NothingReadable(_nothing(root, found))
    return found


def _claim(root: Path, parsers: Mapping[str, Parser]) -> tuple[dict[str, list[LogFile]], list[Skipped]]:
    """Ask the parsers, in the order of their names, whose each file is; return {parser: files} and the rest."""
    claimed: dict[str, list[LogFile]] = {}
    skipped: list[Skipped] = []
    for item in files_under(root):
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        try:
            name = next((name for name, parser in parsers.items() if parser.claims(item)), None)
        except ParseError as error:
            skipped.append(Skipped(item.shown, error.key, error.values))
            continue
        if name is None:
            skipped.append(Skipped(item.shown, _why_unclaimed(item)))
        else:
            claimed.setdefault(name, []).append(item)
    return claimed, skipped


def _parse(parser: Parser, group: Group) -> tuple[list[Run], list[LogIssue], list[Skipped]]:
    """Return the runs of a group that hold points, the issues of the others, and what turned out to be no log."""
    try:
        parsed = parser.parse(group)
    except NotThisFormat as error:
        return [], [], [Skipped(file.shown, error.key, error.values) for file in group.files]
    except ParseError as error:
        line = error.values.get("line")
        return [], [LogIssue("error", one.shown, error.key, line, values=error.values) for one in group.files], []
    empty = [issue for run in parsed if not run.points for issue in run.issues]
    return [run for run in parsed if run.points], empty, []


def _why_unclaimed(file: LogFile) -> str:
    head = file.head
    if file.size == 0:
        return "empty_file"
    if head[:1] == b"\x80" or head[:2] == b"PK" or head.startswith(b"\x93NUMPY") or file.path.suffix in _PICKLE_NAMES:
        return "pickle" if file.path.suffix in _PICKLE_NAMES or head[:1] == b"\x80" else "archive"
    if head[:2] == b"\x1f\x8b":
        return "archive"
    return "not_a_log"


def _run_name(root: Path, group: Group, claimed: dict[str, list[LogFile]]) -> str:
    """Name a run for its folder where it is the only log there (or its file name says nothing), else for its file."""
    here = root.resolve()
    if group.name == Path():
        return _folder_name(here)
    folder = group.files[0].relative.parent
    alone = sum(file.relative.parent == folder for files in claimed.values() for file in files) == 1
    if root.is_dir():
        if group.name.name != group.files[0].relative.stem or not alone:
            return group.name.as_posix()
        return folder.as_posix() if folder != Path() else here.name or "run"
    return here.parent.name if group.name.name.lower() in _GENERIC and here.parent.name else group.name.as_posix()


def _folder_name(root: Path) -> str:
    """Return the name of the folder that holds the run; that of its parent where it is named for a split."""
    folder = root if root.is_dir() else root.parent
    if metrics.folder_split(folder.name) and folder.parent.name:
        folder = folder.parent
    return folder.name or "run"


def _named(root: Path, runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs with a number behind names that meet, and a note of the path that was asked for."""
    counts: dict[str, int] = {}
    out = []
    for run in runs:
        counts[run.name] = counts.get(run.name, 0) + 1
        name = run.name if counts[run.name] == 1 else f"{run.name} ({counts[run.name]})"
        meta = {**run.meta, "path": redact.path(root.as_posix()), "alone": len(runs) == 1}
        out.append(replace(run, name=name, meta=meta))
    return tuple(out)


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
        return f"{only.source}: {words('_reasons')['en'][only.key].format(**only.values)}"
    return (
        f"{redact.path(root.as_posix())}: no training log found among {len(found.skipped)} files; "
        "'analyzer inspect' says why each was passed over"
    )

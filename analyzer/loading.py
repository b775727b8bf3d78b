"""Find the logs under a path, give each to its parser, and return the runs with all that was passed over and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer import redact, registry
from analyzer.errors import NothingReadable, NotThisFormat, ParseError, PathNotFound
from analyzer.model import LogIssue, Run, RunSet, Skipped
from analyzer.parsers._base import Group, LogFile, Parser

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
    skipped: list[Skipped] = []
    claimed: dict[str, list[LogFile]] = {}
    parsers = {name: kind() for name, kind in registry.discover("analyzer.parsers", Parser).items()}  # type: ignore[type-abstract]
    for item in _files(root):
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
    runs: list[Run] = []
    issues: list[LogIssue] = []
    for name, files in claimed.items():
        for group in parsers[name].groups(files):
            for result in _parse(parsers[name], group):
                if isinstance(result, Run):
                    runs.append(replace(result, name=result.name or _run_name(root, group, claimed)))
                else:
                    (issues if isinstance(result, LogIssue) else skipped).append(result)  # type: ignore[arg-type]
    runs.sort(key=lambda run: run.name)
    found = RunSet(_unique(root, runs), tuple(issues), tuple(sorted(skipped, key=lambda one: one.source)))
    if strict:
        _raise_on_damage(found)
    if not runs:
        raise NothingReadable(_nothing(root, found))
    return found


def _parse(parser: Parser, group: Group) -> Iterator[Run | LogIssue | Skipped]:
    """Yield the runs of a group with points in them; the issues of the others; what turned out to be no log."""
    try:
        parsed = parser.parse(group)
    except NotThisFormat as error:
        yield from (Skipped(file.shown, error.key, error.values) for file in group.files)
        return
    except ParseError as error:
        position = error.values.get("line")
        for file in group.files:
            yield LogIssue("error", file.shown, error.key, position, values=error.values)
        return
    for run in parsed:
        if run.points:
            yield run
        else:
            yield from run.issues


def _files(root: Path) -> Iterator[LogFile | Skipped]:
    """Yield the regular files under a path in the order of their names; each real file once, no link out of the folder."""
    if root.is_file() or not root.is_dir():
        yield _log_file(root, Path(root.name), root)
        return
    real_root = root.resolve()
    seen: set[Path] = set()
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield Skipped(_shown(folder, root), "cannot_open", {"error": error.strerror or type(error).__name__})
            continue
        below = []
        for entry in entries:
            here = Path(entry.path)
            if entry.name.startswith("."):
                continue
            real = here.resolve()
            if real_root not in (real, *real.parents):
                yield Skipped(_shown(here, root), "link_out_of_folder")
            elif entry.is_dir():
                if real not in seen:
                    seen.add(real)
                    below.append(here)
            elif real not in seen:
                seen.add(real)
                yield _log_file(here, here.relative_to(root), root)
        folders.extend(reversed(below))


def _log_file(path: Path, relative: Path, root: Path) -> LogFile | Skipped:
    shown = _shown(path, root)
    try:
        status = path.stat()
    except OSError as error:
        return Skipped(shown, "cannot_open", {"error": error.strerror or type(error).__name__})
    if not stat.S_ISREG(status.st_mode):
        return Skipped(shown, "not_a_regular_file")
    return LogFile(path, relative, shown, status.st_size)


def _shown(path: Path, root: Path) -> str:
    """Return a path as a user may see it: below the root, without host names."""
    relative = Path(path.name) if path == root else path.relative_to(root)
    return (relative.parent / redact.file_name(relative.name)).as_posix()


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
    if group.name == Path("."):
        return _folder_name(here)
    folder = group.files[0].relative.parent
    alone = sum(file.relative.parent == folder for files in claimed.values() for file in files) == 1
    if root.is_dir():
        if group.name.name != group.files[0].relative.stem or not alone:
            return group.name.as_posix()
        return folder.as_posix() if folder != Path(".") else here.name or "run"
    return here.parent.name if group.name.name.lower() in _GENERIC and here.parent.name else group.name.as_posix()


def _folder_name(root: Path) -> str:
    """Return the name of the folder that holds the run; that of its parent where it is named for a split."""
    from analyzer import metrics

    folder = root if root.is_dir() else root.parent
    if metrics.folder_split(folder.name) and folder.parent.name:
        folder = folder.parent
    return folder.name or "run"


def _unique(root: Path, runs: Sequence[Run]) -> tuple[Run, ...]:
    """Number the runs whose names meet, and note under which path all were asked for."""
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
        from analyzer.resources import words

        (only,) = found.skipped
        return f"{only.source}: {words('_reasons')['en'][only.key].format(**only.values)}"
    return (
        f"{redact.path(root.as_posix())}: no training log found among {len(found.skipped)} files; "
        "'analyzer inspect' says why each was passed over"
    )



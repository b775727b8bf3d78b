"""W&B run folders on disk: the folder of a file, the files beside a log, copies of a log."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from analyzer.parsers import _leveldb
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._wandb_records import History, read_record

_FOLDER = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-(.+)")
_LATEST = "latest-run"  # a link to the newest run folder, or a copy if links were followed
_BESIDE = {
    "config.yaml",
    "wandb-summary.json",
    "wandb-metadata.json",
    "requirements.txt",
    "conda-environment.yaml",
    "diff.patch",
    "debug.log",
    "debug-internal.log",
    "debug-core.log",
}
_NAMED_BY_WANDB = {"wandb-summary.json", "wandb-metadata.json"}
_CONSOLE = "output.log"


def is_log(file: LogFile) -> bool:
    """Say whether a file is the log of a run: by its first bytes, or by its name if damaged."""
    return file.head.startswith(_leveldb.MAGIC) or file.suffix == ".wandb"


def is_beside_log(file: LogFile) -> bool:
    """Say whether a file is one of those that W&B keeps beside the log of a run."""
    name = file.name
    if name in _NAMED_BY_WANDB:
        return True
    if name not in _BESIDE and name != _CONSOLE:
        return False
    folder = _run_folder(file)
    if folder is None:
        return False
    if name in _BESIDE:
        return True
    return file.relative.parts[-2:-1] == ("files",) and _logs_history(folder)


def is_console(file: LogFile) -> bool:
    """Say whether a file beside a log is what the process printed."""
    return file.name == _CONSOLE


def groups(files: Sequence[LogFile]) -> list[Group]:
    """Return a group per run: its log, copies of it, the files beside; other files are alone."""
    logs = [file for file in files if is_log(file)]
    in_folder = Counter(map(_folder, logs))
    beside: dict[Path | None, list[LogFile]] = {}
    for file in files:
        if not is_log(file):
            beside.setdefault(_run_folder(file), []).append(file)
    found = []
    for copies in _recordings(logs):
        members = list(copies)
        for log in copies:
            folder = _folder(log)
            if in_folder[folder] == 1 or _is_named_for(folder, log):
                members += beside.pop(folder, ())
        found.append(Group(_name(copies), tuple(members)))
    for rest in beside.values():
        found += [Group(file.relative, (file,)) for file in rest]
    return found


def _folder(file: LogFile) -> Path:
    """Return the folder of a file without links."""
    return Path(os.path.realpath(file.path)).parent


def _run_folder(file: LogFile) -> Path | None:
    """Return the run folder whose ``files/`` or ``logs/`` has a file, or None.

    A run folder is recognised by its name, or by a log in it.
    """
    folder = _folder(file)
    if folder.name not in ("files", "logs"):
        return None
    run = folder.parent
    if _FOLDER.fullmatch(run.name) or run.name == _LATEST or _logs_in(run):
        return run
    return None


def _logs_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.wandb")) if path.is_file()]


def _logs_history(folder: Path) -> bool:
    """Say whether a log in a run folder has a metric, so that console output only repeats it."""
    for path in _logs_in(folder):
        log = LogFile(path, Path(path.name), path.name, path.stat().st_size)
        with log.open() as handle:
            for item in _leveldb.records(handle, log.length):
                if not isinstance(item, Damage) and _is_history(item.payload):
                    return True
    return False


def _is_history(payload: bytes) -> bool:
    try:
        record = read_record(payload)
    except ValueError:
        return False
    return isinstance(record, History)


def _recordings(logs: Sequence[LogFile]) -> list[list[LogFile]]:
    """Return logs with their copies, the largest first.

    Copies have the same run id and the same beginning, which includes the start time: a resumed run
    has one id and a log for each stretch, and each is a recording of its own.
    """
    by_name: dict[str, list[list[LogFile]]] = {}
    for log in sorted(logs, key=lambda log: (-log.size, _folder(log).name == _LATEST, log.shown)):
        recordings = by_name.setdefault(log.path.name, [])
        for copies in recordings:
            if copies[0].head.startswith(log.head):
                copies.append(log)
                break
        else:
            recordings.append([log])
    return sorted(chain(*by_name.values()), key=lambda copies: copies[0].shown)


def _is_named_for(folder: Path, log: LogFile) -> bool:
    """Say whether a folder is named for the id of a run, so that the files in it are the run's."""
    match = _FOLDER.fullmatch(folder.name)
    return match is not None and log.path.stem == f"run-{match[1]}"


def _name(copies: Sequence[LogFile]) -> Path:
    """Name a run for its folder, but not for ``latest-run``; a log elsewhere for its file."""
    for log in copies:
        folder = _folder(log)
        if _FOLDER.fullmatch(folder.name):
            return log.relative.parent.parent / folder.name
    return copies[0].bare

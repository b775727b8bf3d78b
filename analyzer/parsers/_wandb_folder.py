"""W&B run folders on disk: which folder a file belongs to, what lies there beside the log, and copies of one log."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from analyzer.parsers import _leveldb
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._wandb_records import History, read_record

_FOLDER = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-(.+)")
_LATEST = "latest-run"  # a link to the newest run folder, or a copy of it where links were followed
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
    """Say whether a file is the log of a run: by its first bytes, or by its name where they are damaged."""
    return file.head.startswith(_leveldb.MAGIC) or file.path.suffix == ".wandb"


def is_beside_log(file: LogFile) -> bool:
    """Say whether a file is one of those that W&B keeps beside the log of a run."""
    name = file.path.name
    if name in _NAMED_BY_WANDB:
        return True
    if name not in _BESIDE and name != _CONSOLE:
        return False
    folder = _run_folder(file)
    if folder is None:
        return False
    return name in _BESIDE or (file.relative.parts[-2:-1] == ("files",) and _logs_history(folder))


def groups(files: Sequence[LogFile]) -> list[Group]:
    """Return one group a run: its log first, then copies of it, then what lies beside; else each file is one."""
    logs = [file for file in files if is_log(file)]
    in_folder = Counter(map(_folder, logs))
    beside: dict[Path | None, list[LogFile]] = {}
    for file in files:
        if not is_log(file):
            beside.setdefault(_run_folder(file), []).append(file)
    found = []
    for copies in _recordings(logs):
        own = [
            _folder(one)
            for one in copies
            if in_folder[_folder(one)] == 1 or _is_named_for(_folder(one), one)
        ]
        found.append(
            Group(
                _name(copies),
                (*copies, *(file for folder in own for file in beside.pop(folder, ()))),
            )
        )
    return found + [Group(file.relative, (file,)) for rest in beside.values() for file in rest]


def _folder(file: LogFile) -> Path:
    """Return the folder that a file really lies in."""
    return Path(os.path.realpath(file.path)).parent


def _run_folder(file: LogFile) -> Path | None:
    """Return the run folder that holds ``files/`` or ``logs/`` with this file: known by its name, or by a log in it."""
    folder = _folder(file)
    if folder.name not in ("files", "logs"):
        return None
    run = folder.parent
    return run if _FOLDER.fullmatch(run.name) or run.name == _LATEST or _logs_in(run) else None


def _logs_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.wandb")) if path.is_file()]


def _logs_history(folder: Path) -> bool:
    """Say whether a log in a run folder holds a metric, so that the console output is no more than an echo of it."""
    for path in _logs_in(folder):
        log = LogFile(path, Path(path.name), path.name, path.stat().st_size)
        with log.open() as handle:
            for item in _leveldb.records(handle, log.size):
                if not isinstance(item, Damage) and _is_history(item[1]):
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

    Copies have the same run id and the same beginning, where the start time stands: a run that was resumed has one id
    and a log for each stretch, and each is a recording of its own.
    """
    by_name: dict[str, list[list[LogFile]]] = {}
    for log in sorted(logs, key=lambda one: (-one.size, _folder(one).name == _LATEST, one.shown)):
        named = by_name.setdefault(log.path.name, [])
        copies = next((copies for copies in named if copies[0].head.startswith(log.head)), None)
        if copies is None:
            named.append([log])
        else:
            copies.append(log)
    return sorted(
        (copies for named in by_name.values() for copies in named),
        key=lambda copies: copies[0].shown,
    )


def _is_named_for(folder: Path, log: LogFile) -> bool:
    """Say whether a folder bears the id of a run, and so holds its files even where another log lies there."""
    match = _FOLDER.fullmatch(folder.name)
    return match is not None and log.path.stem == f"run-{match[1]}"


def _name(copies: Sequence[LogFile]) -> Path:
    """Name a run for its folder, a real one rather than ``latest-run``; a log elsewhere for its file."""
    by_folder = [one for one in copies if _FOLDER.fullmatch(_folder(one).name)]
    if not by_folder:
        return copies[0].relative.with_suffix("")
    first = by_folder[0]
    return first.relative.parent.parent / _folder(first).name

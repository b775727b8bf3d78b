"""What one worker does: read a unit, diagnose its runs, write their reports; and the limits it works under."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyzer import redact
from analyzer.batch.record import folder_name, record_of
from analyzer.batch.tree import Unit, content_of
from analyzer.config import Config
from analyzer.engine import diagnose
from analyzer.errors import ParseError
from analyzer.loading import meanings_of, named, parsers_for, read_group
from analyzer.model import LogIssue, Run, Skipped
from analyzer.parsers._base import ReadOptions
from analyzer.parsers._files import printable


@dataclass(frozen=True)
class Task:
    """What holds for every unit of a batch."""

    root: str
    site: str
    config: Config
    lang: str
    reports: bool


def work(task: Task, unit: Unit) -> dict[str, Any]:
    """Return the result of a unit: records of its runs, issues of logs that gave none, what turned out to be no log.

    Writes ``runs/<folder>/report.html`` and ``diagnosis.json`` for each run, each whole or not at all.
    """
    parsers, meanings = (
        parsers_for(ReadOptions(False, meanings_of(task.config.metrics))),
        meanings_of(task.config.metrics),
    )
    root = Path(task.root)
    read, issues, skipped = [], [], []
    for name, group in unit.groups:
        found, refused, passed_over = read_group(parsers[name], group, meanings)
        read += [(group, run) for run in found]
        issues += refused
        skipped += passed_over
    runs = _numbered(sorted(named(root, read, unit.logs), key=lambda run: run.name))
    return {
        "runs": [_one(task, unit, run, alone=len(runs) == 1) for run in runs],
        "issues": [_issue(one) for one in issues],
        "skipped": [_skipped(one) for one in skipped],
        "content": _content(unit),
    }


def _one(task: Task, unit: Unit, run: Run, *, alone: bool) -> dict[str, Any]:
    from analyzer.batch.writing import put
    from analyzer.serial import dumps

    place = unit.groups[0][1].name if Path(task.root, unit.groups[0][1].name).is_dir() else Path(unit.key)
    shown = printable(redact.path((Path(task.root) / place).as_posix()))
    diagnosis = diagnose(replace(run, meta={**run.meta, "path": shown, "alone": alone}), task.config)
    source = str(next(iter(run.meta.get("files", ())), printable(unit.key)))
    record = record_of(diagnosis, source, folder_name(run.name, printable(unit.key)))
    folder = Path(task.site) / "runs" / folder_name(run.name, printable(unit.key))
    put(task.site, folder / "diagnosis.json", dumps(diagnosis.to_dict()).encode("utf-8", "replace"))
    if task.reports:
        from analyzer.report.html import page

        put(task.site, folder / "report.html", page(diagnosis, task.lang).encode("utf-8", "replace"))
    else:
        (folder / "report.html").unlink(missing_ok=True)  # that of an earlier call is out of date now
    return record


def _numbered(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of a unit with a number behind names that meet."""
    count: dict[str, int] = {}
    out = []
    for run in runs:
        count[run.name] = count.get(run.name, 0) + 1
        out.append(run if count[run.name] == 1 else replace(run, name=f"{run.name} ({count[run.name]})"))
    return out


def _content(unit: Unit) -> str | None:
    try:
        return content_of(unit)
    except (OSError, ParseError):  # it has gone or cannot be read: the next call looks again
        return None


def _issue(issue: LogIssue) -> dict[str, Any]:
    return {"severity": issue.severity, "source": issue.source, "key": issue.key, "position": issue.position,
            "kept": issue.kept, "lost": issue.lost, "bytes": issue.bytes, "values": _plain(issue.values)}  # fmt: skip


def _skipped(one: Skipped) -> dict[str, Any]:
    return {"source": one.source, "key": one.key, "values": _plain(one.values)}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: one if isinstance(one, bool | int | float | str) or one is None else str(one)
        for key, one in values.items()
    }


def limit(memory: int) -> None:
    """Prepare a worker: it leaves Ctrl-C to its parent, and its runs get so many bytes where that can be set."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    import warnings

    warnings.simplefilter("ignore", RuntimeWarning)
    try:
        import resource
    except ImportError:  # no such limit on this system
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory + _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _address_space() -> int:
    """Return how many bytes of addresses the process has taken already, mostly for libraries; 0 where nobody says."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")

"""What one worker does: read a unit, diagnose its runs, write their reports.

And the limits it works under.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.batch.record import folder_name, record_of
from analyzer.batch.tree import Unit, content_of
from analyzer.batch.writing import put
from analyzer.config import Config
from analyzer.engine import diagnose
from analyzer.errors import ParseError, PluginWarning
from analyzer.model.run import Run
from analyzer.model.serial import dumps
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.reading.groups import read_groups
from analyzer.reading.load import meanings_of
from analyzer.report.html import page
from analyzer.safe.names import printable

# Set for the server of the workers: they leave the screen to their parent.
QUIET = "ANALYZER_BATCH_SERVER"


@dataclass(frozen=True)
class Task:
    """What holds for every unit of a batch."""

    root: str
    site: str
    config: Config
    lang: str
    reports: bool


def work(task: Task, unit: Unit) -> dict[str, Any]:
    """Return the result of a unit.

    Records of its runs, issues of logs that gave none, what turned out to be no log.

    Writes ``runs/<folder>/report.html`` and ``diagnosis.json`` for each run, each whole or not at
    all.
    """
    meanings = meanings_of(task.config.metrics)
    parsers, root = (
        parsers_for(ReadOptions(False, task.config.split_files, meanings, task.config.text)),
        Path(task.root),
    )
    path = root / unit.groups[0].group.name
    if not path.is_dir():
        path = root / unit.key
    found = read_groups(root, unit.groups, parsers, logs=unit.logs, path=path)
    return {
        "runs": [_one(task, unit, run) for run in found],
        "issues": [_plain(vars(issue)) for issue in found.issues],
        "skipped": [_plain(vars(file)) for file in found.skipped],
        "content": _content(unit),
    }


def _one(task: Task, unit: Unit, run: Run) -> dict[str, Any]:
    """Diagnose a run, write its files, and return its record."""
    key = printable(unit.key)
    diagnosis = diagnose(run, task.config)
    record = record_of(
        diagnosis, str(next(iter(run.meta.files), key)), folder_name(run.name, unit.key)
    )
    folder = Path(task.site) / "runs" / record["folder"]
    put(task.site, folder / "diagnosis.json", dumps(diagnosis.to_dict()).encode("utf-8", "replace"))
    if task.reports:
        put(
            task.site, folder / "report.html", page(diagnosis, task.lang).encode("utf-8", "replace")
        )
    else:
        (folder / "report.html").unlink(
            missing_ok=True
        )  # that of an earlier call is out of date now
    return record


def _content(unit: Unit) -> str | None:
    try:
        return content_of(unit)
    except (OSError, ParseError):  # it has gone or cannot be read: the next call looks again
        return None


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON can hold of some values: what it cannot is written out."""
    plain = {}
    for key, value in values.items():
        kept = value is None or isinstance(value, bool | int | float | str)
        plain[key] = value if kept else _plain(value) if isinstance(value, Mapping) else str(value)
    return plain


def limit(memory: int) -> None:
    """Prepare a worker.

    It leaves Ctrl-C to its parent, and its runs get ``memory`` bytes if the system can limit them.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    import warnings

    warnings.simplefilter("ignore", RuntimeWarning)
    warnings.simplefilter("ignore", PluginWarning)  # the parent has said it
    try:
        import resource
    except ImportError:  # no such limit on this system
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory + _address_space()
    resource.setrlimit(
        resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
    )


def _address_space() -> int:
    """Return how many bytes of addresses the process has taken already, mostly for libraries.

    0 where nobody says.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")

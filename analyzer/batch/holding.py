"""Whether a result that a site remembers still holds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from analyzer.batch.result import Options
from analyzer.batch.state import Head
from analyzer.reading.site import RUN_POINTS, RUNS


def holds(head: Head, wanted: str, site: Path, options: Options) -> bool:
    """Say whether a result holds: nothing it rests on changed, and what it wrote is there."""
    if not head.is_final or wanted not in (head.prints.stamps, head.prints.content):
        return False
    for run in head.runs:
        folder = f"{site}/{RUNS}/{run.folder}"
        if not _is_there(f"{folder}/diagnosis.json"):
            return False
        if options.has_report(found=run.found) and not _is_there(f"{folder}/report.html"):
            return False
        if options.points and not _is_there(f"{folder}/{RUN_POINTS}"):
            return False
    return True


def _is_there(path: str) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0

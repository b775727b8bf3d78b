"""Whether a result that a site remembers still holds."""

from __future__ import annotations

import stat
from pathlib import Path

from analyzer.batch.result import Options
from analyzer.batch.state import Stored
from analyzer.batch.tree import UNOPENED
from analyzer.reading.site import RUNS


def holds(stored: Stored, wanted: str, site: Path, options: Options) -> bool:
    """Say whether a result holds: nothing it rests on changed, and what it wrote is there."""
    prints, result = stored.prints, stored.result
    if result.failures or wanted not in (prints.stamps, prints.content):
        return False
    if any(skipped.key == UNOPENED for skipped in result.skipped):
        return False
    for record in result.records:
        folder = site / RUNS / record.folder
        if not _is_there(folder / "diagnosis.json"):
            return False
        if options.reports and not _is_there(folder / "report.html"):
            return False
    return True


def _is_there(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0

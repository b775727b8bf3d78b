"""Whether a result that a site remembers still holds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from analyzer.batch.result import Options
from analyzer.batch.state import Head
from analyzer.reading.site import RUNS


def holds(head: Head, wanted: str, site: Path, options: Options) -> bool:
    """Say whether a result holds: nothing it rests on changed, and what it wrote is there."""
    if not head.is_final or wanted not in (head.prints.stamps, head.prints.content):
        return False
    for run in head.runs:
        folder = f"{site}/{RUNS}/{run.folder}"
        files = options.files_of(found=run.found)
        if not all(_is_there(f"{folder}/{name}") for name, is_asked in files.items() if is_asked):
            return False
    return True


def _is_there(path: str) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0

"""Where a batch reads and writes: a folder of logs, and an empty folder or a site of ours."""

from __future__ import annotations

from pathlib import Path

from analyzer.batch.writing import put
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.site import SITE_NOTE, STATE, is_site
from analyzer.safe.names import printable

_NOTE = SITE_NOTE + b". It marks the folder above as its own to replace.\n"


def check_places(folder: Path, site: Path) -> None:
    """Raise AnalyzerError (PathNotFound for the folder) unless the site may be written there."""
    logs, output = printable(str(folder)), printable(str(site))
    if not folder.exists():
        raise PathNotFound(f"{logs}: no such folder; check the path")
    if not folder.is_dir():
        raise AnalyzerError(f"{logs}: is a file; name its folder, or use 'analyzer report' for it")
    if site.exists() and not site.is_dir():
        raise AnalyzerError(f"{output}: is a file; choose another -o")
    if site.resolve() == folder.resolve():
        raise AnalyzerError(f"{output}: is the folder of the logs itself; choose another -o")
    if site.is_dir() and any(site.iterdir()) and not _is_ours(site):
        raise AnalyzerError(f"{output}: contains other files; choose an empty folder for -o")


def mark_as_ours(site: Path) -> None:
    """Leave a note in the state folder, by which the next batch knows the site as its own."""
    note = site / STATE / "README"
    if not note.exists():
        put(site, note, _NOTE)


def _is_ours(site: Path) -> bool:
    """Say whether a batch made a folder; no part of it may be a link that leads elsewhere."""
    linked = any(path.is_symlink() for path in (site / STATE, site / "runs"))
    return is_site(site, [STATE]) and not linked

"""Where a batch reads and writes: a folder of logs, and an empty folder or a site of ours.

A note in the state folder marks a site, but a stranger can bring such a note. So a batch replaces
files of its own names only, follows no link below the site, and removes a folder of ``runs`` only
if all that is in it are the two files that it writes there.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from analyzer.batch.writing import LOCK, TEMPORARY, inside, put
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.site import (
    PAGES,
    RUN_FILES,
    RUN_FOLDER,
    RUNS,
    SITE_NOTE,
    STATE,
    is_page,
    is_site,
)
from analyzer.safe.folders import is_unfinished
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
    if not site.is_dir():
        return
    try:
        _check_site(site)
    except OSError as error:
        raise AnalyzerError(
            f"{output}: cannot be read: {error.strerror}; choose another -o"
        ) from error


def _check_site(site: Path) -> None:
    """Raise AnalyzerError unless a folder is empty or a site, without links or a user's runs."""
    if not any(site.iterdir()):
        return
    for name in (STATE, RUNS):
        if (site / name).is_symlink():
            _refuse(site / name, "is a link")
    if not is_site(site, [STATE]) and not _is_begun(site):
        _refuse(site, "contains other files", "choose an empty folder for -o")
    for page in (site / name for name in PAGES):
        is_there = page.exists() and not page.is_symlink()  # a link is replaced, not what it is to
        if is_there and not is_page(page):
            _refuse(page, "is not a page that a batch wrote")
    with inside(site, STATE) as state:
        for entry in state.entries():
            if entry.is_symlink():
                _refuse(site / STATE / entry.name, "is a link")
    _check_runs(site)


def _is_begun(site: Path) -> bool:
    """Say whether a folder holds only what a batch makes before its note: it was killed there."""
    if [entry.name for entry in site.iterdir()] != [STATE]:
        return False
    with inside(site, STATE) as state:
        names = {entry.name for entry in state.entries()}
        if not names <= {LOCK, TEMPORARY} or (LOCK in names and not state.has_file(LOCK)):
            return False
        if TEMPORARY not in names:
            return True
        with state.inside(TEMPORARY) as temporary:
            return all(map(is_unfinished, temporary.entries()))


def _check_runs(site: Path) -> None:
    """Raise AnalyzerError for a link or for a folder of the user among those of the runs."""
    if not (site / RUNS).exists():
        return
    with inside(site, RUNS) as runs:
        for entry in runs.entries():
            path = site / RUNS / entry.name
            if entry.is_symlink():
                _refuse(path, "is a link")
            is_ours = RUN_FOLDER.fullmatch(entry.name) or entry.name.startswith(".")
            if entry.is_dir(follow_symlinks=False) and not is_ours:
                _refuse(path, "is a folder that no batch wrote")


def _refuse(path: Path, what: str, fix: str = "move it, or choose another -o") -> NoReturn:
    raise AnalyzerError(f"{printable(str(path))}: {what}; {fix}")


def mark_as_ours(site: Path) -> None:
    """Leave a note in the state folder, by which the next batch knows the site as its own."""
    with inside(site, STATE) as state:
        is_marked = state.has_file("README")
    if not is_marked:
        put(site, site / STATE / "README", _NOTE)


def remove_runs(site: Path, wanted: frozenset[str]) -> tuple[str, ...]:
    """Remove the folders of runs that are no longer wanted; return those that hold other files."""
    if not (site / RUNS).exists():
        return ()
    left = []
    with inside(site, RUNS) as runs:
        for entry in runs.entries():
            name = entry.name
            if name in wanted or not RUN_FOLDER.fullmatch(name):
                continue
            if not entry.is_dir(follow_symlinks=False):
                continue
            with runs.inside(name) as folder:
                files = folder.entries()
                is_ours = all(file.name in RUN_FILES and file.is_file() for file in files)
                if is_ours:
                    for file in files:
                        folder.remove(file.name)
            if is_ours:
                runs.remove_folder(name)
            else:
                left.append(f"{RUNS}/{name}")
    return tuple(left)

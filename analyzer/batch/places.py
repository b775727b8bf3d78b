"""Where a batch reads and writes: a folder of logs, and an empty folder or a site of ours.

A note in the state folder marks a site, but a stranger can bring such a note. So a batch replaces
files of its own names only, follows no link below the site, and removes a folder of ``runs`` only
if all that is in it are the two files that it writes there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from analyzer.batch.writing import LOCK, TEMPORARY, inside, put
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.missing import missing
from analyzer.reading.site import (
    HALF,
    OLD_RUN_FOLDER,
    OPTIONAL,
    PAGES,
    PART,
    PARTS,
    POINTS,
    RUN_FILES,
    RUN_FOLDER,
    RUNS,
    SITE_NOTE,
    STATE,
    is_page,
    is_site,
)
from analyzer.safe.folders import Folder, is_unfinished
from analyzer.safe.names import printable

_NOTE = SITE_NOTE + b". It marks the folder above as its own to replace.\n"


def check_places(folder: Path, site: Path) -> None:
    """Raise AnalyzerError (PathNotFound for the folder) unless the site may be written there."""
    logs, output = printable(str(folder)), printable(str(site))
    if not folder.exists():
        raise PathNotFound(missing(folder, "folder"))
    if not folder.is_dir():
        raise AnalyzerError(f"{logs}: is a file; name its folder, or use 'analyzer report' for it")
    if site.exists() and not site.is_dir():
        raise AnalyzerError(f"{output}: is a file; choose another -o")
    if site.exists() and site.samefile(folder):
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
    for name in (STATE, RUNS, PARTS, POINTS):
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
            _check_entry(entry, f"{RUNS}/{entry.name}", site, (HALF, OLD_RUN_FOLDER))
            if HALF.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with runs.inside(entry.name) as half:
                    for run in half.entries():
                        _check_entry(
                            run, f"{RUNS}/{entry.name}/{run.name}", site, (OLD_RUN_FOLDER,)
                        )


def _check_entry(
    entry: os.DirEntry[str], place: str, site: Path, names: Sequence[re.Pattern[str]]
) -> None:
    """Raise AnalyzerError if an entry is a link, or a folder without one of the names of ours."""
    if entry.is_symlink():
        _refuse(site / place, "is a link")
    is_ours = entry.name.startswith(".") or any(name.fullmatch(entry.name) for name in names)
    if entry.is_dir(follow_symlinks=False) and not is_ours:
        _refuse(site / place, "is a folder that no batch wrote")


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
    left: list[str] = []
    with inside(site, RUNS) as runs:
        for entry in runs.entries():
            if not entry.is_dir(follow_symlinks=False):
                continue
            if HALF.fullmatch(entry.name):
                with runs.inside(entry.name) as half:
                    left += _removed(half, entry.name, wanted)
                with suppress(OSError):  # it is not empty
                    runs.remove_folder(entry.name)
            elif OLD_RUN_FOLDER.fullmatch(entry.name) and not _remove_run(runs, entry.name):
                left.append(f"{RUNS}/{entry.name}")
    return tuple(left)


def _removed(half: Folder, name: str, wanted: frozenset[str]) -> Iterator[str]:
    """Remove the runs of one of the 256 folders that are not wanted; yield those that stay."""
    for entry in half.entries():
        folder = f"{name}/{entry.name}"
        if folder in wanted or not RUN_FOLDER.fullmatch(folder):
            continue
        if entry.is_dir(follow_symlinks=False) and not _remove_run(half, entry.name):
            yield f"{RUNS}/{folder}"


def _remove_run(parent: Folder, name: str) -> bool:
    """Remove the folder of a run; say whether it is gone, not so if it holds other files."""
    with parent.inside(name) as folder:
        files = folder.entries()
        if not all(file.name in RUN_FILES and file.is_file() for file in files):
            return False
        for file in files:
            folder.remove(file.name)
    parent.remove_folder(name)
    return True


def remove_parts(site: Path, wanted: frozenset[str]) -> None:
    """Remove the pages that are no longer wanted: tables, and parts of the index."""
    for name in sorted(OPTIONAL - wanted):
        if is_page(site / name):
            with inside(site) as root:
                root.remove(name)
    if not (site / PARTS).exists():
        return
    with inside(site, PARTS) as parts:
        for entry in parts.entries():
            if PART.fullmatch(entry.name) and f"{PARTS}/{entry.name}" not in wanted:
                parts.remove(entry.name)
    with suppress(OSError), inside(site) as root:
        root.remove_folder(PARTS)

"""Recognise a site that a batch wrote, so that its tables are not read as logs."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from analyzer.safe.files import read_start

STATE = ".state"  # the folder of a site in which a batch remembers what it did
# What a batch keeps there; any other file may be a log that the folder hides.
IN_STATE = frozenset(
    ("README", "files.json", "lock", "options.json", "pages", "tmp", "units.jsonl")
)
SITE_NOTE = b"What analyzer batch remembers between calls"  # how the README there begins
RUNS = "runs"
RUN_FILES = frozenset(("diagnosis.json", "report.html"))  # of each run
NOTES = "notes.jsonl"  # what users noted on runs: a batch reads it and never writes it
RUN_FOLDER = re.compile(r"[a-z0-9-]+-[0-9a-f]{10}")  # see batch.record.folder_name
_DIAGNOSIS = b'{\n  "schema": '
# The pages and tables of a site, with what one of ours begins with.
PAGES = {
    "index.html": (b'<!doctype html>\n<html lang="',),
    "index.md": (b"# Training runs", b"# Ejecuciones de entrenamiento"),
    "runs.csv": (b"run,source,verdict,",),
    "ranking.tex": (b"% \\usepackage{booktabs}\n",),
    "runs.xlsx": (b"PK\x03\x04",),
    "findings.jsonl": (b'{"run": ',),
    "unreadable.jsonl": (b'{"source": ',),
    "register.csv": (b"date,run,source,before,",),
    "register.md": (b"# Register of runs", b"# Registro de ejecuciones"),
}
# Tables for people, without which a site is complete.
OPTIONAL = frozenset(("ranking.tex", "runs.xlsx"))
_NOTES_START = (b'{"note_on": ',)


def is_site(folder: Path, names: Collection[str]) -> bool:
    """Say whether a batch, of any version, wrote a folder; ``names`` are those of its entries."""
    if STATE not in names or (folder / STATE).is_symlink():
        return False
    try:
        return read_start(folder / STATE / "README", len(SITE_NOTE)) == SITE_NOTE
    except OSError:
        return False


def pages_of_site(folder: Path, names: Collection[str]) -> frozenset[str]:
    """Return the names in a folder of what a batch wrote there: tables of runs, no logs.

    A page counts by what it begins with, not by its name alone, since anybody can bring the note
    that marks a site, and with it hide a log.
    """
    if is_site(folder, names):
        pages = {name for name in PAGES if name in names and is_page(folder / name)}
        if NOTES in names and _starts(folder / NOTES, _NOTES_START):
            pages.add(NOTES)
        return frozenset(pages)
    if RUN_FILES.isdisjoint(names) or not RUN_FOLDER.fullmatch(folder.name):
        return frozenset()
    site = folder.parent.parent
    if folder.parent.name != RUNS or not is_site(site, [STATE]):
        return frozenset()
    return RUN_FILES if _starts(folder / "diagnosis.json", (_DIAGNOSIS,)) else frozenset()


def is_page(path: Path) -> bool:
    """Say whether a file has the name of a page of a site and begins like one, or is empty."""
    return _starts(path, PAGES[path.name])


def _starts(path: Path, beginnings: tuple[bytes, ...]) -> bool:
    try:
        start = read_start(path, max(map(len, beginnings)))
    except OSError:
        return False
    return not start or start.startswith(beginnings)

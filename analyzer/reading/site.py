"""Recognise a site that a batch wrote, so that its tables are not read as logs."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from analyzer.remote.fetching import ensure_start
from analyzer.safe.files import read_start
from analyzer.sentences import LANGUAGES

STATE = ".state"  # the folder of a site in which a batch remembers what it did
DATABASE = "results.sqlite"  # in that folder
OF_OLD = ("files.json", "options.json", "pages", "units.jsonl")  # what it was before
# What a batch keeps there; any other file may be a log that the folder hides.
IN_STATE = frozenset(
    (
        *("README", "lock", "tmp", *OF_OLD),
        *(f"{DATABASE}{ending}" for ending in ("", "-wal", "-shm", "-journal")),
    )
)
SITE_NOTE = b"What analyzer batch remembers between calls"  # how the README there begins
RUNS = "runs"
RUN_POINTS = "points.parquet"
RUN_FILES = frozenset(("diagnosis.json", "report.html", RUN_POINTS))  # of each run
RUNS_TABLE = "runs.parquet"
POINTS = "points"  # a folder for each of those of the runs, named by BUCKET
BUCKET = re.compile(r"bucket=[0-9a-f]{2}")
_PARQUET = (b"PAR1",)
NOTES = "notes.jsonl"  # what users noted on runs: a batch reads it and never writes it
# The folder of a run below RUNS, see batch.record.folder_name: in one of 256 folders by its hash.
RUN_FOLDER = re.compile(r"([0-9a-f]{2})/[a-z0-9-]+-\1[0-9a-f]{8}")
HALF = re.compile(r"[0-9a-f]{2}")  # the first part of it
OLD_RUN_FOLDER = re.compile(r"[a-z0-9-]+-[0-9a-f]{10}")  # the only part of it before
PARTS = "pages"  # of the index of many runs: pages of its groups, and what its search loads
PART = re.compile(r"(?:group-[0-9]{4,}-[0-9]+\.html|search-[0-9]{4,}\.js)")
_DIAGNOSIS = b'{\n  "schema": '
_HTML = (b'<!doctype html>\n<html lang="',)


def index_page(lang: str) -> str:
    """Return the name of the index in another language than that of the site."""
    return f"index.{lang}.html"


# The pages and tables of a site, with what one of ours begins with.
PAGES = {
    "index.html": _HTML,
    **{index_page(lang): _HTML for lang in LANGUAGES},
    "index.md": (b"# Training runs", b"# Ejecuciones de entrenamiento"),
    "runs.csv": (b"run,source,verdict,",),
    "ranking.tex": (b"% \\usepackage{booktabs}\n",),
    "runs.xlsx": (b"PK\x03\x04",),
    "findings.jsonl": (b'{"run": ',),
    "unreadable.jsonl": (b'{"source": ',),
    "register.csv": (b"date,run,source,before,",),
    "register.md": (b"# Register of runs", b"# Registro de ejecuciones"),
}
# Tables for people, without which a site is complete, and the index in other languages.
OPTIONAL = frozenset(("ranking.tex", "runs.xlsx", *map(index_page, LANGUAGES)))
_NOTES_START = (b'{"note_on": ',)
_LINE_ENDS = 4  # bytes that other line ends may add to one of these beginnings


def is_site(folder: Path, names: Collection[str]) -> bool:
    """Say whether a batch, of any version, wrote a folder; ``names`` are those of its entries."""
    if STATE not in names or (folder / STATE).is_symlink():
        return False
    try:
        return _start_of(folder / STATE / "README", len(SITE_NOTE)) == SITE_NOTE
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
        if RUNS_TABLE in names and _starts(folder / RUNS_TABLE, _PARQUET):
            pages.add(RUNS_TABLE)
        return frozenset(pages)
    if BUCKET.fullmatch(folder.name) and folder.parent.name == POINTS:
        return frozenset((RUN_POINTS,) if is_site(folder.parent.parent, [STATE]) else ())
    if folder.name == PARTS and is_site(folder.parent, [STATE]):
        return frozenset(filter(PART.fullmatch, names))
    if RUN_FILES.isdisjoint(names) or not _is_of_run(folder):
        return frozenset()
    return RUN_FILES if _starts(folder / "diagnosis.json", (_DIAGNOSIS,)) else frozenset()


def _is_of_run(folder: Path) -> bool:
    """Say whether a folder lies where a batch, of any version, keeps a run."""
    above = folder.parent
    if OLD_RUN_FOLDER.fullmatch(folder.name) and above.name == RUNS:
        return is_site(above.parent, [STATE])
    is_own = RUN_FOLDER.fullmatch(f"{above.name}/{folder.name}") and above.parent.name == RUNS
    return bool(is_own) and is_site(above.parent.parent, [STATE])


def is_page(path: Path) -> bool:
    """Say whether a file has the name of a page of a site and begins like one, or is empty."""
    return _starts(path, PAGES[path.name])


def _starts(path: Path, beginnings: tuple[bytes, ...]) -> bool:
    try:
        start = _start_of(path, max(map(len, beginnings)) + _LINE_ENDS)
    except OSError:
        return False
    start = start.replace(b"\r\n", b"\n")  # as git leaves them in a checkout on Windows
    return not start or start.startswith(beginnings)


def _start_of(path: Path, most: int) -> bytes:
    """Return the first bytes of a file, fetched if it is one of a store. Raises OSError."""
    ensure_start(path)
    return read_start(path, most)

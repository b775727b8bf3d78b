"""Recognise a site that a batch wrote, so that its tables are not read as logs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from analyzer.safe.files import read_start

STATE = ".state"  # the folder of a site in which a batch remembers what it did
SITE_NOTE = b"What analyzer batch remembers between calls"  # how the README there begins
RUNS = "runs"
RUN_FILES = frozenset(("diagnosis.json", "report.html"))  # of each run
# The pages and tables of a site, with what one of ours begins with.
PAGES = {
    "index.html": (b'<!doctype html>\n<html lang="',),
    "index.md": (b"# Training runs", b"# Ejecuciones de entrenamiento"),
    "runs.csv": (b"run,source,verdict,",),
    "findings.jsonl": (b'{"run": ',),
    "unreadable.jsonl": (b'{"source": ',),
}


def is_site(folder: Path, names: Collection[str]) -> bool:
    """Say whether a batch, of any version, wrote a folder; ``names`` are those of its entries."""
    if STATE not in names or (folder / STATE).is_symlink():
        return False
    try:
        return read_start(folder / STATE / "README", len(SITE_NOTE)) == SITE_NOTE
    except OSError:
        return False

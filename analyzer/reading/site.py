"""Recognise a site that a batch wrote, so that its tables are not read as logs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

STATE = ".state"  # the folder of a site in which a batch remembers what it did
SITE_NOTE = b"What analyzer batch remembers between calls"  # how the README there begins


def is_site(folder: Path, names: Collection[str]) -> bool:
    """Say whether a batch, of any version, wrote a folder; ``names`` are those of its entries."""
    if STATE not in names:
        return False
    try:
        return (folder / STATE / "README").read_bytes().startswith(SITE_NOTE)
    except OSError:
        return False

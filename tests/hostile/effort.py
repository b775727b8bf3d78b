"""How long the tests of this folder may take: ANALYZER_LONG=1 tries many times as much."""

from __future__ import annotations

import os

IS_LONG = bool(os.environ.get("ANALYZER_LONG"))


def examples(few: int, many: int = 0) -> int:
    """Return how many examples a law is tried on."""
    return (many or 20 * few) if IS_LONG else few

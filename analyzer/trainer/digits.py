"""Rounding to significant digits, as written to truth.toml and to the corpus."""

from __future__ import annotations

from typing import SupportsFloat


def significant(value: SupportsFloat, digits: int) -> float:
    """Round to a number of significant digits; NaN and infinity stay as they are."""
    return float(f"{float(value):.{digits}g}")

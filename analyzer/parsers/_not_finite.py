"""Read the numbers that are not finite as C prints them: "-nan(ind)", "1.#INF00", "nan(0x8)"."""

from __future__ import annotations

import math
import re

# what C prints on Windows, and on others with a payload; for patterns that ignore case
NAN = r"nan\((?:ind|[qs]?nan|(?:0x)?\d[0-9a-f]*)?\)|1\.#(?:ind|[qs]nan)\d*"
INFINITY = r"1\.#inf\d*"
_NAN = re.compile(rf"[-+]?(?:{NAN})", re.I)
_INFINITY = re.compile(rf"([-+\u2212]?)(?:{INFINITY}|\u221e)", re.I)
_IN_THESE = frozenset("#(\u221e")


def not_finite(cell: str) -> float | None:
    """Return such a NaN or infinity, or None; its mark may be that of the language ("1,#INF")."""
    if _IN_THESE.isdisjoint(cell):
        return None
    text = cell.strip().replace(",", ".")
    if _NAN.fullmatch(text):
        return math.nan
    match = _INFINITY.fullmatch(text)
    if match is None:
        return None
    return math.inf if match[1] in ("", "+") else -math.inf

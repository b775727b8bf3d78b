"""Write JSON with an indent, as ``json.dumps(indent=2)`` does, in a quarter of the time.

The C encoder of the standard library knows no indent, and its Python one asks many questions of
each value. A diagnosis has 1,600 of them.
"""

from __future__ import annotations

import json
import math
from json.encoder import encode_basestring
from typing import Any

_NAMES = {None: "null", True: "true", False: "false"}


def indented(value: Any, margin: str = "\n") -> str:
    """Return JSON text of plain data with two blanks a level, not escaped to ASCII.

    ``margin`` is what a line of this level begins with. Keys must be texts. Raises ValueError for a
    float that is not finite, TypeError for what JSON does not know.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    inner = margin + "  "
    if isinstance(value, dict) and value:
        entries = [f"{encode_basestring(key)}: {indented(value[key], inner)}" for key in value]
        return f"{{{inner}{f',{inner}'.join(entries)}{margin}}}"
    if isinstance(value, list | tuple) and value:
        items = [indented(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{margin}]"
    return _single(value)


def _single(value: Any) -> str:
    """Return a number, a name such as null, or an empty list or object."""
    if value is None or isinstance(value, bool):
        return _NAMES[value]
    if isinstance(value, float) and math.isfinite(value):
        return float.__repr__(value)
    return json.dumps(value, allow_nan=False)

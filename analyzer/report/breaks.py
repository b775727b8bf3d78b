"""Names that break at the ends of their parts instead of anywhere, in HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# A dash before a digit may be a minus: "1e-3" stays whole.
_PART = re.compile(r"[/_,=·]+(?=[^/_,=·\s])|-+(?=[A-Za-z])")


def breakable(name: str) -> Markup:
    """Return a name as HTML, with a place to break after each of its parts."""
    parts, start = [], 0
    for found in _PART.finditer(name):
        parts.append(escape(name[start : found.end()]))
        start = found.end()
    return Markup("<wbr>").join([*parts, escape(name[start:])])

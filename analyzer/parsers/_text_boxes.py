"""Boxes that loggers of reinforcement learning print: a name and a number in each row.

OpenAI Baselines, Stable-Baselines3 and Spinning Up print one box for each step. What it says
belongs together, wherever its step stands, so a box becomes one line: a printed dict.
"""

from __future__ import annotations

import re

from analyzer.parsers._text_tokens import NUMBER

_ROW = rb"\|[^|\n]{1,200}\|[^|\n]{1,200}\|[ \t]*\n"
_BOX = re.compile(rb"^-{8,}[ \t]*\n((?:%b){2,500})-{8,}" % _ROW, re.M)
_LONGEST = 1 << 17  # bytes of a box
_NUMBER = re.compile(NUMBER, re.I)


def joined(data: bytes) -> bytes:
    """Return text in which each whole box is one line."""
    if b"\n|" not in data:
        return data
    return _BOX.sub(lambda match: _line(match[1]), data)


def whole_boxes(data: bytes) -> int:
    """Return where the box begins that whole lines leave open at their end, or their end."""
    end = len(data)
    last = data.rfind(b"\n", 0, max(end - 1, 0)) + 1
    before = data.rfind(b"\n", 0, max(last - 1, 0)) + 1
    if data.startswith(b"-", last) and not data.startswith(b"|", before):
        return last
    if not data.startswith(b"|", last):
        return end
    start = data.rfind(b"\n-", 0, last) + 1
    return start if data.startswith(b"-", start) and end - start < _LONGEST else end


def _line(rows: bytes) -> bytes:
    """Return the rows of a box as a dict; names below a heading ("rollout/") get it before them."""
    found = []
    heading = ""
    for row in rows.decode("latin-1").splitlines():
        name, value = (cell.strip() for cell in row.strip().strip("|").split("|"))
        if not value:
            heading = name if name.endswith("/") else ""
        elif _NUMBER.fullmatch(value) and not set(name) & set("'\"{}"):
            found.append(f"'{heading}{name}': {value}")
    return f"{{{', '.join(found)}}}".encode("latin-1")

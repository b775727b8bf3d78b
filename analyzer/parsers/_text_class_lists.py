"""Name each number of a printed list of scores per class: ``val per-class IoU: [0.9, 0.7]``."""

from __future__ import annotations

import re

from analyzer.parsers._class_lists import FEWEST, MOST, entry_of, score_of_classes

# a match begins at the first of several blanks: from each of them, long blanks would take a square
_LIST = re.compile(rb"(?<! ) *(?:(?P<sign>[:=]) *)?\[(?P<cells>[^\[\]\n]{3,8000})\]")
_LONGEST = 80  # bytes of a name
_CELL = re.compile(rb"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|nan)", re.I)


def with_class_names(data: bytes) -> bytes:
    """Return text in which each number of such a list has a name: "val_IoU/class_0: 0.9"."""
    if b"[" not in data:
        return data
    parts = []
    done = 0
    for match in _LIST.finditer(data):
        start = max(done, match.start() - _LONGEST)
        start = max(start, data.rfind(b"\n", start, match.start()) + 1)
        name = _name_before(data[start : match.start()])
        is_named = name and (match["sign"] or b"." in match["cells"])  # "IoU [3, 4]" is a place
        named = _named(name, match["cells"]) if is_named else b""
        if named:
            parts += [data[done : match.start() - len(name)], named]
            done = match.end()
    return b"".join([*parts, data[done:]]) if parts else data


def _name_before(text: bytes) -> bytes:
    """Return the words at the end of a text: "val IoU" of "epoch 3 val IoU"."""
    words: list[bytes] = []
    for word in reversed(text.split(b" ")):
        if not re.fullmatch(rb"[A-Za-z][\w/-]*", word):
            break
        words.insert(0, word)
    return b" ".join(words)


def _named(name: bytes, content: bytes) -> bytes:
    """Return the numbers of a list with a name for each, b"" if they are no scores of classes."""
    text = name.decode("latin-1")
    score = score_of_classes(text).encode("latin-1")
    if not score:
        return b""
    cells = re.split(rb"[,\s]+", content.strip(b", \t\r"))
    if not FEWEST <= len(cells) <= MOST or not all(map(_CELL.fullmatch, cells)):
        return b""
    entry = entry_of(text).encode()
    return b", ".join(b"%b/%b_%d: %b" % (score, entry, at, cell) for at, cell in enumerate(cells))

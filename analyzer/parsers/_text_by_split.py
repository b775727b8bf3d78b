"""Name the numbers of small tables with a column for each split, as AllenNLP prints for each epoch.

Below ``Training |  Validation`` stands ``loss  |  0.512  |  0.603``. Loops of one's own print the
same without bars.
"""

from __future__ import annotations

import re

from analyzer.parsers._text_tokens import NUMBER

# without their first letter: an expression that begins with letters alone is looked for fast
_HELD_OUT = rb"(?:[Vv]al(?:id(?:ation)?)?|[Dd]ev|[Ee]val|[Tt]est(?:ing)?|VAL|DEV|EVAL|TEST)"
_HEADERS = tuple(
    re.compile(rb"%b(?P<rest>[ \t|]+%b(?:[ \t|]+%b)?)[ \t|]*$" % (word, _HELD_OUT, _HELD_OUT), re.M)
    for word in (rb"rain(?:ing)?", rb"RAIN(?:ING)?")
)
_BEFORE = b" \t]|:\n-"
_NAME = r"[A-Za-z_][\w./%@()-]*(?: [A-Za-z_(][\w./%@()-]*){0,2}"
_NOTHING = r"N/A|-+"
_ROW = re.compile(
    rf"^(?P<lead>.*?[-:\]] +|[ \t|]*)(?P<name>{_NAME})"
    rf"(?P<cells>(?:[ \t|:]+(?:(?:{NUMBER})%?|{_NOTHING})){{2,3}})[ \t|]*$",
    re.IGNORECASE,
)
_CELL = re.compile(r"[^\s|:]+")
_RULE = re.compile(r"[-=+|\s]*")
_MOST_ROWS = 60
_LONGEST_ROW = 400  # characters
_LONGEST_LEAD = 120  # bytes of what a logger puts before a header


def with_splits(data: bytes) -> bytes:
    """Return text whose rows of such tables say the splits: "Training loss: 0.5, ..."."""
    parts = []
    done = 0
    found = [match for header in _HEADERS for match in header.finditer(data)]
    for match in sorted(found, key=lambda match: match.start()):
        splits = _splits(data, match)
        start = data.rfind(b"\n", 0, match.start()) + 1
        if start < done or not splits or match.start() - start > _LONGEST_LEAD:
            continue
        rows, end = _rows(data, match.end() + 1, splits)
        if rows:
            parts += [data[done:start], rows]
            done = end
    return b"".join([*parts, data[done:]]) if parts else data


def _splits(data: bytes, match: re.Match[bytes]) -> list[str]:
    """Return the splits of a header, [] if its first word is no split or two are alike."""
    first = match.start() - 1
    if first < 0 or data[first : first + 1] not in b"tT" or data[first - 1 : first] not in _BEFORE:
        return []
    splits = re.split(r"[\s|]+", data[first : match.end()].decode().strip(" |\t"))
    return splits if len({split.lower() for split in splits}) == len(splits) else []


def _rows(data: bytes, at: int, splits: list[str]) -> tuple[bytes, int]:
    """Return the rows from a place on with their splits, and the place behind them."""
    found = []
    for _ in range(_MOST_ROWS):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        line = data[at:end].decode("latin-1")
        row = _named(line, splits)
        if not row and (not line or _RULE.fullmatch(line) is None):
            break
        found.append(row)
        at = end + 1
        if at >= len(data):
            break
    text = "".join(f"{row}\n" for row in found if row)
    return text.encode("latin-1"), min(at, len(data))


def _named(line: str, splits: list[str]) -> str:
    """Return a row with its numbers behind their names, "" for a line that is no such row."""
    match = _ROW.match(line) if len(line) <= _LONGEST_ROW else None
    cells = _CELL.findall(match["cells"]) if match else []
    if match is None or len(cells) != len(splits):
        return ""
    pairs = zip(splits, cells, strict=True)
    said = [
        f"{split} {match['name']}: {cell}"
        for split, cell in pairs
        if not re.fullmatch(_NOTHING, cell)
    ]
    return match["lead"].rstrip("| \t") + " " + ", ".join(said)

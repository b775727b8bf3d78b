"""Read the number in a cell: grouped digits, percentages, and what tensors and arrays print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from analyzer.parsers._column import number

_BLANK = {"", "no log", "none", "null", "na", "n/a", "-", "<na>"}  # where no value was measured
_LONGEST = 200  # characters; a longer cell is not a number
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf))"
_WRAPPED = (
    # tensor(0.41, device='cuda:0'), np.float32(0.41), array([0.41], dtype=float32)
    re.compile(
        rf"(?:[A-Za-z_]\w*\.)*(?:tensor|[Aa]rray|DeviceArray|b?float\d*|u?int\d*|double|half)"
        rf"\(\[?\s*{_NUMBER}\s*\]?(?:,[^\[\]]*)?\)",
        re.I,
    ),
    re.compile(rf"[\[(]\s*{_NUMBER}\s*,?\s*[\])]", re.I),
    re.compile(rf"<tf\.[^>]*numpy={_NUMBER}>", re.I),
)
_CLOSES = (")", "]", ">")  # how what is wrapped ends
_BLANKS = "\u0020\u00a0\u2009\u202f"  # between groups of digits: space, no-break, thin, narrow
_ALWAYS_GROUPED = re.compile(
    rf"[-+]?\d{{1,3}}(?:([{_BLANKS}'\u2019_])\d{{3}})(?:\1\d{{3}})*([.,]\d+)?"
)
_GROUPED = {
    ",": re.compile(r"[-+]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?"),  # 2,85,000 in India
    ".": re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
}
_MINUS = "\u2212"  # the sign that typesetters and spreadsheets print
_SHORTENED = re.compile(rf"{_NUMBER}\s?([kKMG])")
_FACTORS = {"k": 1e3, "m": 1e6, "g": 1e9}
_FORTRAN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)[dD][-+]?\d+")
_METRIC_UNITS = ("nats", "nat", "bits", "dB", "pct")  # behind a loss or a score
_DEVIATION = re.compile(r"\s*(?:\u00b1|\+/-|\+-).*")  # behind a mean
# what people and tables put beside a value that is the best so far
_MARK_BEHIND = re.compile(
    r"\s*(?:[*\u2020\u2021\u2191\u2193\u25b2\u25bc\u2605\u2713\u2714]+"
    r"|\((?:new )?best\)|(?:<-*|\u2190)\s*(?:new )?best)$",
    re.I,
)
_ABOUT = "~\u2248 "  # before a number that was rounded by hand
_HALF = re.compile(r"\d[.,]$|\d[eE][-+]?0?$|^[-+]$")
_IN_NUMBER = re.compile(r"[\w.,+-]$")  # a cell that ends so could go on
_INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_POINTED = re.compile(r"[-+]?\d*[.,](\d+)(?:[eE][-+]?(\d+))?", re.ASCII)
_COMPARED = 3  # cells that show how a column writes its numbers
_MARKED = re.compile(r"[-+]?\d*(?:[.,]\d+)+(?:[eE][-+]?\d+)?")


class Marks(NamedTuple):
    """How a table writes numbers: the decimal mark, and the mark between thousands, "" if none."""

    decimal_comma: bool
    thousands: str = ""


def read_number(cell: str, marks: Marks) -> float | None:
    """Return the number in a cell, or None. A percentage keeps its scale: "85.3%" is 85.3."""
    text = cell.strip()
    if not text or _is_text(text):
        return None
    found = _as_usual(cell, marks)
    if found is not None:
        return found
    if len(text) > _LONGEST:
        return None
    text = _bare(text)
    if marks.thousands and _GROUPED[marks.thousands].fullmatch(text):
        text = text.replace(marks.thousands, "")
    found = _as_usual(text, Marks(marks.decimal_comma))
    if found is not None:
        return found
    match = _ALWAYS_GROUPED.fullmatch(text)
    if match:
        return number(text.replace(match[1], "").replace(",", "."))
    return _scaled(text) if text else None


def is_blank(cell: str) -> bool:
    """Say whether a cell has nothing, or a word for it: None, null, N/A, "-"."""
    return cell.strip().lower() in _BLANK


def _bare(text: str) -> str:
    """Return a number without its deviation, its unit and the marks of a best value."""
    text = _MARK_BEHIND.sub("", text.strip("*")).lstrip(_ABOUT)
    text = _DEVIATION.sub("", text).replace(_MINUS, "-")
    if text.endswith("%"):
        return text[:-1].rstrip()
    if text.endswith(_METRIC_UNITS):
        return text.rstrip("abdinpcstB").rstrip()
    return text


def _scaled(text: str) -> float | None:
    """Return a number with a short factor ("1.2k"), an exponent of Fortran, or wrapping."""
    match = _SHORTENED.fullmatch(text)
    if match:
        size = number(match[1])
        return None if size is None else size * _FACTORS[match[2].lower()]
    if _FORTRAN.fullmatch(text):
        return number(text.lower().replace("d", "e"))
    return _wrapped(text)


def _wrapped(text: str) -> float | None:
    """Return the number in what a tensor or an array prints, or None."""
    if text[-1:] not in _CLOSES:
        return None
    for pattern in _WRAPPED:
        match = pattern.fullmatch(text)
        if match:
            return number(match[1])
    return None


def _is_text(cell: str) -> bool:
    """Say, at a glance, whether a cell is a word, a number with a unit, a time or a sentence.

    It is neither "nan" nor "infinity", no mean with its deviation, no number with a factor or the
    unit of a metric, and nothing wrapped.
    """
    if "(" not in cell and (":" in cell or (cell[0].isalpha() and cell[0] not in "niNI")):
        return True
    if not cell[-1].isalpha() or cell[-1] in "nNfFyYkKMG" or "\u00b1" in cell or "#" in cell:
        return False
    return not (cell.endswith(_METRIC_UNITS) or cell.lower().endswith("best"))


def _as_usual(cell: str, marks: Marks) -> float | None:
    """Return the number in a cell that has only a decimal mark; most cells are such."""
    if not marks.decimal_comma:
        return number(cell)
    if "," in cell and "." not in cell:
        return number(cell.replace(",", "."))
    return None if marks.thousands else number(cell)


def marks_of(cells: Iterable[str], separator: str) -> Marks:
    """Return how a table writes numbers, from cells that show which mark is which.

    "0,5" and "1.234,5" have a decimal comma; "1,234" could be either. Where no cell decides, a
    comma inside a cell of a table cut at commas groups thousands, and is a decimal mark elsewhere.
    """
    return marks_by(roles_of(cells), separator)


def roles_of(cells: Iterable[str]) -> frozenset[str]:
    """Return what the marks in some cells show; at most the cells up to where no more can."""
    seen: set[str] = set()
    comma_is_open = point_is_open = True  # whether more cells can show something of a mark
    for cell in cells:
        if not ((comma_is_open and "," in cell) or (point_is_open and "." in cell)):
            continue
        text = cell.strip().rstrip("%").rstrip()
        if _MARKED.fullmatch(text):
            seen |= _roles(text)
            comma_is_open, point_is_open = "decimal ," not in seen, "decimal ." not in seen
            if not (comma_is_open or point_is_open):
                break
    return frozenset(seen)


def marks_by(seen: Set[str], separator: str) -> Marks:
    """Return how numbers are written whose marks show some roles."""
    if {"decimal ,", "decimal ."} <= seen:
        return Marks(decimal_comma=True)
    if "decimal ," in seen:
        grouped = {"thousands .", "either ."} & seen
        return Marks(decimal_comma=True, thousands="." if grouped else "")
    if "decimal ." in seen or separator == "," or "thousands ," in seen:
        grouped = {"thousands ,", "either ,"} & seen
        return Marks(decimal_comma=False, thousands="," if grouped else "")
    if "thousands ." in seen:
        return Marks(decimal_comma=True, thousands=".")
    return Marks(decimal_comma="either ," in seen)


def _roles(text: str) -> set[str]:
    """Return what the marks of a number show: "decimal ,", "thousands .", "either ," and so on."""
    mark = "," if text.rfind(",") > text.rfind(".") else "."
    other = "." if mark == "," else ","
    if other in text:
        return {f"decimal {mark}", f"thousands {other}"}
    if text.count(mark) > 1:
        return {f"thousands {mark}"}
    whole, _, digits = text.lstrip("+-").partition(mark)
    if len(digits) == 3 and whole.isdigit() and len(whole) <= 3 and not whole.startswith("0"):
        return {f"either {mark}"}
    return {f"decimal {mark}"}


def rejoined(cells: Sequence[str], separator: str) -> list[str]:
    """Join the cells of a row into which a separator inside brackets cut one cell."""
    joined: list[str] = []
    depth = 0
    for cell in cells:
        if depth > 0:
            joined[-1] += separator + cell
        else:
            joined.append(cell)
        depth += cell.count("[") + cell.count("(") - cell.count("]") - cell.count(")")
    return joined if depth == 0 else list(cells)


def fitted(cells: list[str], names: Sequence[str], separator: str) -> list[str] | None:
    """Return the cells of a row for a header, None if they are too many or too few.

    Blank cells at the end, of the row or of the header, do not count.
    """
    width = len(names)
    if len(cells) == width:
        return cells
    if len(cells) > width and any("[" in cell or "(" in cell for cell in cells):
        cells = rejoined(cells, separator)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    if len(cells) < width and not any(name.strip() for name in names[len(cells) :]):
        return [*cells, *[""] * (width - len(cells))]
    return cells if len(cells) == width else None


def is_torn(cell: str, above: Sequence[str]) -> bool:
    """Say whether a last cell surely ends inside its number, as the cells above it write theirs."""
    if _HALF.search(cell):
        return True
    pointed = [text for text in above if re.search(r"[.,]\d", text)]
    if len(pointed) < _COMPARED or 2 * len(pointed) < len(above) or number(cell) is None:
        return False
    if all("e" in text.lower() for text in pointed):
        return len(cell) < min(map(len, pointed))
    return decimals(cell) < min(map(decimals, pointed))


def is_whole(cell: str, above: Sequence[str]) -> bool:
    """Say whether the last cell of a text without a line end surely has all its characters.

    The cells above it show it: all end with the same sign, all have as many decimals, or count on
    in even steps. "0.71" below "0.8134" and "0.75" may be all of it, or the beginning of "0.7125".
    """
    if not cell:
        return bool(above) and not any(above)
    if not _IN_NUMBER.search(cell):
        return all(text.endswith(cell[-1]) for text in above if text)
    above = [text for text in above if text]
    if len(above) < _COMPARED or _HALF.search(cell):
        return False
    if cell.lower().lstrip("+-") in ("nan", "inf"):
        return True
    if all(map(_INTEGER.fullmatch, (cell, *above))):
        return _counts_on([int(text) for text in (*above, cell)])
    shapes = {_shape(text) for text in above}
    return shapes == {_shape(cell)} and None not in shapes


def _counts_on(numbers: Sequence[int]) -> bool:
    """Say whether whole numbers grow in even steps to the last; 0, 0, 0, 0 do."""
    steps = {after - before for before, after in pairwise(numbers)}
    return len(steps) == 1


def _shape(text: str) -> tuple[int, int] | None:
    """Return how many digits a number has behind its mark and in its exponent, None if no mark."""
    match = _POINTED.fullmatch(text)
    return None if match is None else (len(match[1]), len(match[2] or ""))


def decimals(text: str) -> int:
    """Return how many digits a number has behind its decimal mark."""
    return len(re.split(r"[.,]", text, maxsplit=1)[-1]) if re.search(r"[.,]", text) else 0

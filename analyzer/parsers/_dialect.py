"""Find out how a text is cut into cells: its separator, its decimal mark, where it begins."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from analyzer import metrics
from analyzer.parsers._cell import Marks, fitted, marks_of, read_number
from analyzer.parsers._fold_names import fold_label

BLANKS = " "  # the separator of a table whose cells stand between any number of blanks
_SEPARATORS = (",", ";", "\t", "|")
_OF_ONE_COLUMN = ";"  # separates nothing there, and leaves "0,5" whole
# How a cell that is a number begins. Prose has none, and is far faster to refuse so; the first
# character of an expression is the one that it is looked for by.
_BEGINS = r"[\s\"']*[-+.(\[<]*\s*\d"
_FIRST_NUMBERS = re.compile(rf"\n{_BEGINS}")
_NUMBERS = {separator: re.compile(rf"{re.escape(separator)}{_BEGINS}") for separator in _SEPARATORS}
_NAMED_NUMBER = re.compile(r"\b(?:nan|inf|infinity)\b", re.IGNORECASE)
_CALL = re.compile(r"\w\(")
LONGEST_CELL = 1 << 24  # characters; a text column may have a whole generated sample
_SNIFFED = 40  # lines
_MARKED = 2000  # lines in which the decimal mark is looked for
_HEAD = 4096  # characters in which a table begins
_TITLE_LINES = 10
_FEWEST = 3  # rows of a table without a separator that only tables have
_NUMBERED_FOLDS = re.compile(
    r"(?P<first>[A-Za-z_ ]{0,20})(?P<separator>[,;\t|])(?P<folds>\d{1,3}(?:(?P=separator)\d{1,3})+)"
    r"[ \t]*\r?\n"
)
_SEP_LINE = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n?|\n)', re.I)  # of Excel


@dataclass(frozen=True)
class Dialect:
    """How a text is cut into cells, and how its numbers are written."""

    separator: str
    decimal_comma: bool
    thousands: str = ""

    def number(self, cell: str) -> float | None:
        """Return the number in a cell, or None."""
        return read_number(cell, self.marks)

    @cached_property
    def marks(self) -> Marks:
        """How numbers are written."""
        return Marks(self.decimal_comma, self.thousands)

    @property
    def is_plain(self) -> bool:
        """Whether Python reads the numbers as they are written."""
        return not self.decimal_comma and not self.thousands

    def cells(self, line: str) -> list[str]:
        """Return the cells of one line."""
        if self.separator == BLANKS:
            return line.split()
        return next(csv.reader([line], delimiter=self.separator), [])


class Opening(NamedTuple):
    """A text from its table on, and how many lines stood before."""

    text: str
    lines: int


_PLAIN_DIGITS = 15
_PAIR = 2  # cells of a name and its value
_EITHER_MARK = Dialect("", decimal_comma=True)


def is_number(cell: str) -> bool:
    """Say whether a cell is a number with either decimal mark."""
    if len(cell) <= _PLAIN_DIGITS and cell.isascii() and cell.isdigit():  # most first cells
        return True
    return _EITHER_MARK.number(cell) is not None


def opened(text: str) -> Opening:
    """Return a text without Excel's ``sep=`` line, and a header behind "#" as a line of its own.

    ``np.savetxt(header="epoch loss")`` writes "# epoch loss" over its numbers.
    """
    lines = 0
    match = _SEP_LINE.match(text)
    if match:
        text, lines = text[match.end() :], 1
    title = title_of(text)
    if title:
        lines += text.count("\n", 0, title)
        text = text[title:]
    text = _with_fold_names(text)
    if _is_frame(text):
        return Opening(f"index {text}", lines)
    at = 0
    header = None
    while text.startswith("#", at):
        header = at
        at = text.find("\n", at) + 1
        if not at:
            return Opening(text, lines)
    if header is None:
        return Opening(text, lines)
    names = text[header:at].lstrip("#").strip()
    end = text.find("\n", at)
    first = text[at : end if end > 0 else len(text)].strip()
    if not _is_header_of(names, first):
        return Opening(text, lines)
    lines += text.count("\n", 0, header)
    return Opening(f"{names}\n{text[at:]}", lines)


def _with_fold_names(text: str) -> str:
    """Return a text whose first row of names has words for folds that pandas wrote as numbers.

    "fold,0,0,1,1" above "metric,train_loss,val_loss,train_loss,val_loss" becomes "fold,fold_0,...".
    A row of splits may stand between the two.
    """
    match = _NUMBERED_FOLDS.match(text)
    if match is None:
        return text
    separator = match["separator"]
    below = text[match.end() : match.end() + _HEAD].splitlines()[:2]
    rows = [[cell.strip() for cell in line.split(separator)] for line in below]
    if rows and all(map(metrics.cell_split, rows[0][1:])):
        del rows[0]
    names = rows[0] if rows else []
    folds = match["folds"].split(separator)
    is_header = len(names) == len(folds) + 1 and len(set(folds)) > 1
    if not is_header or not all(map(metrics.is_judged, names[1:])):
        return text
    first = [match["first"], *(fold_label(fold) for fold in folds)]
    return f"{separator.join(first)}\n{text[match.end() :]}"


def _is_frame(text: str) -> bool:
    """Say whether a text is a frame as pandas prints it: no name stands above its index."""
    if not text.startswith("  "):
        return False
    rows = [line.split() for line in text[:_HEAD].splitlines()[: _FEWEST + 1]]
    if len(rows) <= _FEWEST or not any(map(metrics.is_judged, rows[0])):
        return False
    width = len(rows[0]) + 1
    if not all(len(row) == width and all(map(is_number, row)) for row in rows[1:]):
        return False
    counts = [float(row[0]) for row in rows[1:] if row[0].isdecimal()]
    return counts == [counts[0] + at for at in range(_FEWEST)] if counts else False


def title_of(text: str) -> int:
    """Return where the header begins if lines of other text stand above it, else 0."""
    at = 0
    if not any(separator in text for separator in _SEPARATORS):
        return 0
    for place, line in enumerate(text[:_HEAD].splitlines(keepends=True)[:_TITLE_LINES]):
        for separator in _SEPARATORS:
            if separator not in line:
                continue
            if not place:  # the first line could be a header, unless a block stands above one
                return _below_settings(text, separator)
            return at if _names_a_log(line, separator) else 0
        if line.startswith("#"):
            return 0
        at += len(line)
    return 0


def _below_settings(text: str, separator: str) -> int:
    """Return where the header begins below a block of names and values and a blank line, else 0."""
    at = 0
    lines = text[:_HEAD].splitlines(keepends=True)
    for line, below in pairwise(lines[:_TITLE_LINES]):
        at += len(line)
        if not line.strip(f"{separator} \r\n"):
            return at if _names_a_log(below, separator) else 0
        cells = [cell for cell in line.strip().split(separator) if cell]
        if len(cells) > _PAIR or _names_a_log(line, separator):
            return 0
    return 0


def _names_a_log(line: str, separator: str) -> bool:
    """Say whether the cells of a line name an axis and a loss or score."""
    names = [name.strip() for name in line.split(separator) if name.strip()]
    return any(map(metrics.is_axis, names)) and any(map(metrics.is_judged, names))


def _is_header_of(names: str, row: str) -> bool:
    """Say whether a comment names the cells of a row of numbers."""
    for separator in (*_SEPARATORS, BLANKS):
        dialect = Dialect(separator, decimal_comma=separator != ",")
        header, cells = dialect.cells(names), dialect.cells(row)
        if len(cells) > 1 and all(dialect.number(cell) is not None for cell in cells):
            return len(header) == len(cells) and not any(map(is_number, header))
    return False


def sniff(text: str, *, cut: bool = False) -> Dialect | None:
    """Return how a text is cut, or None if its first lines are not a table with a header.

    A table has a header of at least two names, and a row below it with as many cells and a number
    among them. ``cut`` says that the text may end within a line.
    """
    text = opened(text).text
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if cut and len(lines) > 2:
        lines = lines[:-1]
    odd = [at for at, line in enumerate(lines[:_SNIFFED]) if line.count('"') % 2]
    if len(odd) == 1:  # a quote that is never closed would make one cell of all that follows
        lines[odd[0]] = lines[odd[0]].replace('"', "")
    csv.field_size_limit(LONGEST_CELL)  # as the rows are cut
    best: Dialect | None = None
    most = 0
    has_numbers = _has_numbers(text)
    for separator in _SEPARATORS:
        if not any(separator in line for line in lines[:_SNIFFED]):
            continue
        if not has_numbers and not _NUMBERS[separator].search(text):
            continue
        reader = csv.reader(lines[:_SNIFFED], delimiter=separator)
        header = next(reader, [])
        if len(header) <= max(most, 1) or any(map(is_number, header)):
            continue
        if _is_table([header, *reader], separator):
            more = csv.reader(lines[:_MARKED], delimiter=separator)
            marks = marks_of([cell for row in more for cell in row], separator)
            best, most = Dialect(separator, *marks), len(header)
    if len(lines) <= _SNIFFED and not text.endswith(("\n", "\r")):
        lines = lines[:-1] or lines  # a last row without its end may lack cells
    return best or _without_separator(lines)


def _without_separator(lines: Sequence[str]) -> Dialect | None:
    """Return how lines are cut that blanks separate, or that are a single column."""
    if _is_aligned([line.split() for line in lines[:_SNIFFED]]):
        return Dialect(BLANKS, *marks_of(" ".join(lines[1:_MARKED]).split(), BLANKS))
    if _is_one_column(lines[:_SNIFFED]):
        return Dialect(_OF_ONE_COLUMN, *marks_of(lines[1:_MARKED], _OF_ONE_COLUMN))
    return None


def _has_numbers(text: str) -> bool:
    """Say whether a line of a text begins with a number, or a cell may be "nan" or an array."""
    if _FIRST_NUMBERS.search(f"\n{text}") or ("(" in text and _CALL.search(text)):
        return True
    lower = text.lower()
    return ("nan" in lower or "inf" in lower) and _NAMED_NUMBER.search(text) is not None


def _is_table(rows: list[list[str]], separator: str) -> bool:
    """Say whether rows cut at a separator, the first of them names, are a table."""
    same = []
    for row in rows[1:]:
        cells = fitted(row, rows[0], separator)
        if cells is not None:
            same.append(cells)
    if 2 * len(same) < len(rows) - 1:
        return False
    return any(is_number(cell) for row in same for cell in row)


def _is_aligned(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether rows cut at blanks are a table: a header that a log has, and only numbers."""
    if len(rows) <= _FEWEST or len(rows[0]) < 2 or any(map(is_number, rows[0])):
        return False
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        return False
    if not any(metrics.is_judged(name) for name in rows[0]):
        return False
    return all(all(map(is_number, row)) for row in rows[1:])


def _is_one_column(lines: Sequence[str]) -> bool:
    """Say whether lines are the name of a loss or score and a number below it on each line."""
    if len(lines) <= _FEWEST or not metrics.is_judged(lines[0].strip(' \t"')):
        return False
    return _OF_ONE_COLUMN not in "".join(lines) and all(map(is_number, lines[1:]))

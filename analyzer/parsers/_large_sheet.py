"""Read a large table in windows: rows of plain numbers many at a time, others with care.

The result is that of ``read_sheet`` on the whole text, without the text in memory. What needs the
whole text (a quote, an encoding, a table on its side) is left to ``read_sheet``.
"""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

from analyzer.parsers._delimited import Cells, Sheet, head_of, is_closed
from analyzer.parsers._dialect import Dialect, opened, sniff
from analyzer.parsers._number_rows import NumberRows
from analyzer.parsers._rows import Rows
from analyzer.parsers._transposed import is_transposed

SMALLEST = 1 << 18  # bytes; a smaller file is read as a whole
_WINDOW = 8 << 20  # bytes
_MOST_KEPT = 4 * _WINDOW  # bytes of lines that are too long for a window
_SMALLEST_BLOCK = 1 << 16  # bytes; a block with an unusual row is halved until it has so many
_OPENING = 1 << 18  # bytes that show how the table is cut
_FEWEST_LINES = 300  # in them; a table on its side has fewer rows
_LAST_LINES = 300  # that show whether the last cell is whole
_MARGIN = 1.01  # of the rows that are expected: the first ones of a log are often shorter
_MARK = b"\xef\xbb\xbf"  # that UTF-8 may begin with


class LargeSheet(NamedTuple):
    """The columns of a table, and how its text begins."""

    sheet: Sheet
    head: str


def read_large(handle: BinaryIO, source: str, size: int = 0) -> LargeSheet | None:
    """Read a table from the start of a file, None if only the whole text shows what it is.

    ``size`` is that of the file, where it is known.
    """
    start = handle.read(_OPENING).removeprefix(_MARK)
    end = start.rfind(b"\n") + 1
    if not _is_plain(start):
        return None
    head = start[:end].decode()
    dialect = _dialect(head)
    if dialect is None:
        return None
    reader = _Reader(dialect, source, size)
    end = _line_end(start, _FEWEST_LINES)
    reader.add_carefully(start[:end])
    rest = start[end:]
    while window := handle.read(_WINDOW):
        end = _end(window)
        if not end:  # long lines, or the last window
            rest, window = b"", rest + window
            end = _end(window)
        block = b"".join([rest, memoryview(window)[:end]])
        rest = window[end:]
        if len(rest) > _MOST_KEPT or not reader.add(block):
            return None
    if not _is_plain(rest):
        return None
    cells = reader.cells
    cells.is_closed = is_closed(rest.decode(), dialect.separator)
    is_whole = rest.endswith((b"\n", b"\r"))
    reader.add_carefully(rest, is_cut=not is_whole)
    if not reader.has_row and not is_whole:
        return None  # the row that may be cut was read before
    return LargeSheet(Sheet(cells.columns(), cells.lines, cells.issues(), cells.headers), head)


def _dialect(head: str) -> Dialect | None:
    """Return how a table is cut, None if more than the beginning of its text must show it."""
    if head.startswith("#") or opened(head).text is not head or is_transposed(head):
        return None
    rows = sum(bool(line.strip(" ,;\t|")) for line in head.splitlines())
    shown = head_of(head)
    if rows < _FEWEST_LINES or len(shown) >= len(head):
        return None
    return sniff(shown, cut=True)


def _line_end(data: bytes, lines: int) -> int:
    """Return where some lines end."""
    end = 0
    for _ in range(lines):
        end = data.find(b"\n", end) + 1
    return end


def _end(data: bytes) -> int:
    """Return where the last lines begin, 0 if there are no others."""
    end = len(data)
    for _ in range(_LAST_LINES):
        end = data.rfind(b"\n", 0, end)
        if end < 0:
            return 0
    return end + 1


def _is_plain(data: bytes) -> bool:
    """Say whether each line of some bytes is a row, whatever stands around it."""
    if not data.isascii() or b'"' in data or b"\0" in data:
        return False
    return b"\r" not in data or data.count(b"\r") == data.count(b"\r\n") + data.endswith(b"\r")


class _Reader:
    """Collects the rows of windows.

    ``line`` is the number of the next line, ``has_row`` whether the lines that were last read with
    care had a row.
    """

    def __init__(self, dialect: Dialect, source: str, size: int) -> None:
        self.separator = dialect.separator
        self.cells = Cells(dialect, source, has_nul=False)
        self.size = size
        self.line = 1
        self.has_row = False
        self.fast = NumberRows((), dialect.separator)

    def add(self, block: bytes) -> bool:
        """Add the rows of some lines; return False if only the whole text shows what they are."""
        if len(block) >= _SMALLEST_BLOCK and self.cells.dialect.is_plain:
            if self.fast.names != self.cells.current:
                self.fast = NumberRows(self.cells.current, self.separator)
            columns = self.fast.columns(block)
            if columns is not None:
                self.cells.expected = int(_MARGIN * self.size * len(columns[0]) / len(block))
                self.cells.add_columns(columns, self.line)
                self.line += len(columns[0])
                return True
            half = block.rfind(b"\n", 0, len(block) // 2) + 1
            if half:
                return self.add(block[:half]) and self.add(block[half:])
        if not _is_plain(block):
            return False
        self.add_carefully(block)
        return True

    def add_carefully(self, block: bytes, *, is_cut: bool = False) -> None:
        """Add the rows of plain lines; ``is_cut`` says that the text ends within the last one."""
        rows = Rows(block.decode(), self.separator, self.line, self.cells.fits)
        self.has_row = self.cells.add_rows(rows, is_cut=is_cut)
        self.line += block.count(b"\n")

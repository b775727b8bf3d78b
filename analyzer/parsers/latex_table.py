r"""The table of training results in a LaTeX document: ``epoch & train loss & val loss \\``.

Its rows become those of a Markdown table, which is read as in a model card.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._dialect import is_number
from analyzer.parsers._encoding import decode
from analyzer.parsers._result_tables import (
    FEWEST,
    LONGEST,
    Block,
    is_of_results,
    longest_first,
    run_of,
)

_SUFFIXES = (".tex", ".latex", ".ltx", ".txt")
_NAMES = r"tabular[xy*]?|tabulary|longtable|longtblr|tblr|supertabular|xltabular|array"
_OPENS = b"\\begin{"
_ARGUMENT = r"\s*(?:\[[^\]\n]*\]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})"  # braces nest thrice
_TABLE = re.compile(rf"\\begin\{{({_NAMES})\}}(?:{_ARGUMENT})+(.*?)\\end\{{\1\}}", re.S)
# A table in a cell, by which a header breaks its line: it has one column, so no "&".
_IN_CELL = re.compile(
    rf"\\begin\{{tabular\}}(?:{_ARGUMENT})+"
    r"((?:(?!\\begin\{|\\end\{|&).)*)\\end\{tabular\}",
    re.S,
)
_NEXT = re.compile(rf"\\(?:begin|end)\{{(?:{_NAMES})\}}")
_BEGINNING = re.compile(rf"\\begin\{{(?:{_NAMES})\}}(?:{_ARGUMENT})+")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_RULES = re.compile(
    r"\\(?:(?:top|mid|bottom)rule|hline|hhline|firsthline|lasthline|Xhline|addlinespace|cline"
    r"|cmidrule|specialrule|noalign|endfirsthead|endhead|endfoot|endlastfoot|caption|label"
    rf"|rowcolor|centering|small|footnotesize|scriptsize)(?![A-Za-z])(?:\([^)\n]*\)|{_ARGUMENT})*"
)
_END_OF_ROW = re.compile(r"\\\\\*?(?:\[[^\]\n]*\])?|\\tabularnewline(?![A-Za-z])|\\cr(?![A-Za-z])")
_BREAK = re.compile(r"(\\makecell|\\thead|\\shortstack)(?:\[[^\]\n]*\])?\{([^{}]*)\}")
_SPAN = re.compile(r"\\multicolumn\s*\{\s*(\d{1,2})\s*\}\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_MULTIROW = re.compile(r"\\multirow\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}")
_COLOURS = re.compile(r"\\(?:cellcolor|rowcolor|color|textcolor)(?:\[[^\]]*\])?\s*\{[^{}]*\}")
_POWER = re.compile(r"(?:\\times|\\cdot|\u00d7)\s*10\s*\^\s*\{?\s*([-+]?\d{1,3})\s*\}?")
_NOTE = re.compile(
    r"\\(?:tnote|footnote|footnotemark|textsuperscript|cite\w*)(?:\[[^\]]*\])?\{[^{}]*\}"
)
_RAISED = re.compile(r"\^\s*(?:\{[^{}]*\}|\\[A-Za-z]+|[^\s\d])")
_ACCENT = re.compile(
    r"\\(['`^\"~=.]|[uvHc](?=[\s{]))\s*\{?\s*(?:\\([ij])(?![A-Za-z])|([A-Za-z]))\s*\}?"
)
_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "=": "\u0304",
    ".": "\u0307",
    "H": "\u030b",
}
_ESCAPED = re.compile(r"\\([%&_#$ ])")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s?|\\[,;:!>]")
_DEVIATION = re.compile(r"(\d)\s*\(\s*[\d.,]+\s*\)$")  # a mean and its deviation: "0.41 (0.02)"
_DASHES = re.compile(r"[-\u2013\u2014]{1,3}|n/?a|\\textemdash", re.I)


class LatexTable(Parser):
    """Training results that a paper or ``DataFrame.to_latex`` has as a table."""

    title: ClassVar[str] = "LaTeX table"
    reads_text: ClassVar[bool] = True
    specificity: ClassVar[int] = 1  # before the formats that read any text

    def claims(self, file: LogFile) -> bool:
        """Claim LaTeX with a table that has an axis and a loss."""
        if file.suffix.lower() not in _SUFFIXES or file.length > LONGEST:
            return False
        if file.suffix.lower() == ".txt" and _OPENS not in file.head:
            return False
        with file.open() as handle:
            return any(_blocks(decode(handle.read(LONGEST))))

    def parse(self, group: Group) -> list[Run]:
        """Read the longest table of training results; its axis must not go back."""
        (file,) = group.files
        with file.open() as handle:
            text = decode(handle.read(LONGEST))
        return [run_of(longest_first(_blocks(text)), file, self.title, {})]


class _Body(NamedTuple):
    """What stands in a table, its place in the document, and whether its end was found."""

    text: str
    place: int
    ended: bool = True


class _Row(NamedTuple):
    """The cells of a row and the line it begins on."""

    cells: list[str]
    line: int


def _blocks(text: str) -> Iterator[Block]:
    """Yield the tables whose header names an axis and a loss, in Markdown."""
    text = _without_tables_in_cells(_COMMENT.sub("", text))
    for table in _tables(text):
        rows = list(_rows(table, text.count("\n", 0, table.place)))
        first = next((at for at, row in enumerate(rows) if any(map(is_number, row.cells))), 0)
        names = _header([row.cells for row in rows[:first]])
        body = [_padded(row, len(names)) for row in rows[first:] if _is_data(row, len(names))]
        if len(body) >= FEWEST and is_of_results(names):
            start = body[0].line - 2
            yield Block(max(start, 0), [_markdown(names), *_spread(body)], table.ended)


def _without_tables_in_cells(text: str) -> str:
    """Return a document of the same length in which a table in a cell is the text of it."""
    parts, depth, done = [], 0, 0
    for mark in _NEXT.finditer(text):
        if mark.start() < done:
            continue
        if mark[0].startswith("\\end"):
            depth -= 1
            continue
        inner = _IN_CELL.match(text, mark.start()) if depth > 0 else None
        if inner is None:
            depth += 1
            continue
        parts += [text[done : inner.start()], _END_OF_ROW.sub(" ", inner[1]).ljust(len(inner[0]))]
        done = inner.end()
    return "".join([*parts, text[done:]])


def _tables(text: str) -> list[_Body]:
    """Return the tables of a document, the whole of one without any command to begin something.

    One without an end goes on to the next beginning, or to the end of the document.
    """
    if "\\begin" not in text:  # rows alone, for \\input
        return [_Body(text, 0)]
    tables: list[_Body] = []
    covered = 0
    for match in _BEGINNING.finditer(text):
        if match.start() < covered:
            continue
        whole = _TABLE.match(text, match.start())
        if whole is not None and _BEGINNING.search(whole[2]) is None:
            tables.append(_Body(whole[2], whole.start(2)))
            covered = whole.end()
            continue
        end = text.find("\\begin{", match.end())
        body = text[match.end() : end if end >= 0 else len(text)]
        tables.append(_Body(body, match.end(), ended=False))
    return tables


def _is_data(row: _Row, width: int) -> bool:
    """Say whether a row has a cell for each column, or numbers in fewer or more of them.

    One that begins with a word, as "Test & 0.21", sums up and has its numbers in other columns.
    """
    is_row = is_number(row.cells[0]) and any(map(is_number, row.cells[1:]))
    return len(row.cells) == width or is_row


def _padded(row: _Row, width: int) -> _Row:
    """Return a row with the cells that LaTeX leaves empty at the end of a short one."""
    return row._replace(cells=row.cells + [""] * (width - len(row.cells)))


def _spread(rows: list[_Row]) -> Iterator[str]:
    """Yield rows in Markdown, each on the line of the document that it begins on."""
    line = rows[0].line - 1
    for row in rows:
        yield from [""] * (row.line - line - 1)
        yield _markdown(row.cells)
        line = max(row.line, line + 1)
    yield ""


def _markdown(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rows(table: _Body, line: int) -> Iterator[_Row]:
    """Yield the rows of a table; ``line`` is the line of the document on which it begins.

    The last one needs no end of its own, but then that of the table.
    """
    body = _BREAK.sub(lambda match: match[2].replace("\\\\", " "), table.text)
    at = 0
    ends = [match.span() for match in _END_OF_ROW.finditer(body)]
    if table.ended:
        ends.append((len(body), len(body)))
    for end in ends:
        source = body[at : end[0]]
        blank = len(source) - len(source.lstrip())
        number = line + body.count("\n", 0, at + blank) + 1
        at = end[1]
        source = _RULES.sub(" ", source)
        cells: list[str] = []
        for cell in re.split(r"(?<!\\)&", source):
            span = _SPAN.search(cell)
            plain = _plain(_SPAN.sub("", cell))
            cells += [plain] * (int(span[1]) if span else 1)
        if any(cells):
            yield _Row(cells, number)


def _header(rows: list[list[str]]) -> list[str]:
    """Return the names of columns that the rows above the numbers give together.

    A header that a long table repeats on its pages counts once.
    """
    width = len(rows[-1]) if rows else 0
    above: list[list[str]] = []
    for row in rows:
        is_note = width > 1 and len(set(row)) == 1  # over all columns: "Continued on next page"
        if len(row) == width and row not in above and not is_note:
            above.append(row)
    names = []
    for place in range(width):
        parts = dict.fromkeys(row[place] for row in above if row[place])
        names.append(" ".join(parts))
    return names


def _plain(cell: str) -> str:
    """Return what a cell prints, with a bar between a value and its deviation cut off."""
    text = _NOTE.sub("", _MULTIROW.sub("", _COLOURS.sub("", cell)))
    text = _ACCENT.sub(_accented, text)
    text = _POWER.sub(r"e\1", text)
    text = text.replace("\\pm", "\u00b1 ").replace("{,}", ",").replace("~", " ").replace("|", "/")
    text = _ESCAPED.sub(lambda match: "\0" if match[1] == "$" else match[1], text)
    text = _RAISED.sub("", text)
    text = _COMMAND.sub("", text)
    text = re.sub(r"[{}$\0]", "", text)
    text = re.sub(r"\s*_?\s*\u00b1.*", "", text, flags=re.S)
    text = " ".join(text.split()).replace(" e", "e") if re.match(r"[-+\d]", text.strip()) else text
    text = _DEVIATION.sub(r"\1", " ".join(text.split()))
    return "" if _DASHES.fullmatch(text) else text


def _accented(match: re.Match[str]) -> str:
    """Return the letter that an accent and a letter print."""
    letter = match[2] or match[3]
    return unicodedata.normalize("NFC", letter + _ACCENTS[match[1]])

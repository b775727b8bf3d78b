"""The table of training results in a model card: a row for each evaluation, in Markdown.

``| Training Loss | Epoch | Step | Validation Loss |``, as Hugging Face's Trainer and the Keras
callback write it into README.md. Hyperparameters in a list of the card become settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from analyzer.model.run import Run
from analyzer.parsers._base import HEAD, Group, LogFile, Parser
from analyzer.parsers._dialect import is_number
from analyzer.parsers._encoding import decode
from analyzer.parsers._result_tables import (
    FEWEST,
    LONGEST,
    Block,
    is_of_results,
    lines_of,
    longest_first,
    run_of,
)

_SUFFIXES = (".md", ".markdown")
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?\s*")
# A number in bold, italics or code: the best value of a column is often marked so.
_MARKED = re.compile(r"(\*\*\*|\*\*|__|\*|_|`)([-+]?[\d.][\d.,eE+-]*%?)\1(?=\s*(?:\||$))")
_SECTION = re.compile(r"#+\s.*hyper-?parameters", re.I)
_SETTING = re.compile(r"[-*]\s+`?([A-Za-z_][\w.]{0,60})`?:\s+(.{1,200})")


class MarkdownTable(Parser):
    """The training results that a trainer wrote into the README.md of a model."""

    title: ClassVar[str] = "model card"
    reads_text: ClassVar[bool] = True

    def claims(self, file: LogFile) -> bool:
        """Claim Markdown with a table that has an axis and a loss."""
        if file.suffix.lower() not in _SUFFIXES or file.length > LONGEST:
            return False
        if file.length <= HEAD and b"|" not in file.head:
            return False
        with file.open() as handle:
            document = handle.read(LONGEST)
        return b"|" in document and any(_blocks(lines_of(decode(document))))

    def parse(self, group: Group) -> list[Run]:
        """Read the longest table of training results; its axis must not go back."""
        (file,) = group.files
        with file.open() as handle:
            card = decode(handle.read(LONGEST))
        lines = lines_of(card)
        blocks = longest_first(_blocks(lines, is_whole=card.endswith("\n")))
        block = blocks[0]
        if block.start + len(block.lines) < len(lines) or card.endswith("\n"):
            block.lines.append("")  # the last row is whole
        return [run_of(blocks, file, self.title, _hyperparameters(lines))]


def _plain(row: str, header: str) -> str:
    """Return a row without marks around its numbers, with the cells that it leaves out at its end.

    GitHub fills short rows (GFM 4.10). One that does not end with a bar may be half a row, and one
    that begins with a word, as "| Test | 0.21 |", sums up and has its numbers in other columns.
    """
    row = _MARKED.sub(r"\2", row)
    missing = _bars(header) - _bars(row)
    is_whole = row.rstrip().endswith("|") and row.lstrip().startswith("|")
    if not is_whole or missing <= 0 or not is_number(row.strip()[1:].partition("|")[0].strip()):
        return row
    return row.rstrip() + "  |" * missing


def _bars(row: str) -> int:
    """Return how many cells a row with a bar at its start and its end has, plus one."""
    row = row.strip()
    inner = len(re.findall(r"(?<!\\)\|", row))
    return inner + (not row.startswith("|")) + (not row.endswith("|"))


def _blocks(lines: Sequence[str], *, is_whole: bool = True) -> Iterator[Block]:
    """Yield the tables whose header names an axis and a loss.

    The last line may be half a row unless the document ``is_whole``.
    """
    for at in range(1, len(lines)):
        header = lines[at - 1]
        if "|" not in header or not _RULE.fullmatch(lines[at]):
            continue
        if not is_of_results(name.strip() for name in header.split("|") if name.strip()):
            continue
        end = at + 1
        while end < len(lines) and ("|" in lines[end] or _goes_on(lines, end)):
            end += 1
        if end - at > FEWEST:
            rows = [_plain(line, header) for line in lines[at + 1 : end]]
            if end == len(lines) and not is_whole:
                rows[-1] = lines[-1]
            yield Block(at - 1, [header, lines[at], *rows])


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Say whether a table goes on behind a damaged line: with a row, not with a header."""
    before, after = lines[at - 1], lines[at + 1 : at + 3]
    if not after or "|" not in before or not any(map(str.isdigit, after[0])):
        return False
    is_header = len(after) > 1 and _RULE.fullmatch(after[1]) is not None
    return after[0].count("|") == before.count("|") > 1 and not is_header


def _hyperparameters(lines: Sequence[str]) -> dict[str, Any]:
    """Return the settings in the list below the heading of the hyperparameters."""
    found: dict[str, Any] = {}
    inside = False
    for line in lines:
        if line.startswith("#"):
            inside = _SECTION.match(line) is not None
        match = _SETTING.fullmatch(line.strip()) if inside else None
        if match:
            try:
                found[match[1]] = json.loads(match[2])
            except ValueError:
                found[match[1]] = match[2].strip()
    return found

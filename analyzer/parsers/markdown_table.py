"""The table of training results in a model card: a row for each evaluation, in Markdown.

``| Training Loss | Epoch | Step | Validation Loss |``, as Hugging Face's Trainer and the Keras
callback write it into README.md. Hyperparameters in a list of the card become settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import read_sheet
from analyzer.parsers._encoding import decode
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table

_SUFFIXES = (".md", ".markdown")
_LONGEST = 1 << 20  # bytes of a card
_FEWEST = 3  # rows
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?\s*")
_SECTION = re.compile(r"#+\s.*hyper-?parameters", re.I)
_SETTING = re.compile(r"[-*]\s+`?([A-Za-z_][\w.]{0,60})`?:\s+(.{1,200})")


class MarkdownTable(Parser):
    """The training results that a trainer wrote into the README.md of a model."""

    title: ClassVar[str] = "model card"

    def claims(self, file: LogFile) -> bool:
        """Claim Markdown with a table that has an axis and a loss."""
        if file.suffix.lower() not in _SUFFIXES or file.size > _LONGEST:
            return False
        with file.open() as handle:
            return any(_blocks(_lines(decode(handle.read(_LONGEST)))))

    def parse(self, group: Group) -> list[Run]:
        """Read the longest table of training results; its axis must not go back."""
        (file,) = group.files
        with file.open() as handle:
            card = decode(handle.read(_LONGEST))
        lines = _lines(card)
        block = max(_blocks(lines), key=lambda block: len(block.lines), default=None)
        if block is None:
            raise NotThisFormat("no_table")
        text = "\n" * block.start + "\n".join(block.lines)
        if block.start + len(block.lines) < len(lines) or card.endswith("\n"):
            text += "\n"
        sheet = read_sheet(text, file.shown)
        table = read_table(sheet.columns, file.shown, sheet.lines)
        if len(sheet.lines) < _FEWEST or not _rises(sheet.columns, table.axes.values()):
            raise NotThisFormat("no_table")
        series, issues = assemble(table.points, file.shown)
        meta = meta_of(
            self.title, [file.shown], table.points, axes=table.axes, passed_over=table.passed_over
        )
        found = (*sheet.issues, *table.issues, *issues)
        return [Run("", series, settings(_hyperparameters(lines)), meta, found)]


class _Block(NamedTuple):
    """The lines of a table, from line ``start`` of the card on."""

    start: int
    lines: list[str]


def _lines(card: str) -> list[str]:
    """Return the lines of a card; a character such as U+0085 ends none."""
    return card.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """Yield the tables whose header names an axis and a loss.

    A table of scores by epoch compares models of several schedules.
    """
    for at in range(1, len(lines)):
        header = lines[at - 1]
        if "|" not in header or not _RULE.fullmatch(lines[at]):
            continue
        names = [name.strip() for name in header.split("|") if name.strip()]
        if not any(map(metrics.is_axis, names)) or not any(map(_is_loss, names)):
            continue
        end = at + 1
        while end < len(lines) and ("|" in lines[end] or _goes_on(lines, end)):
            end += 1
        if end - at > _FEWEST:
            yield _Block(at - 1, list(lines[at - 1 : end]))


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Say whether a table goes on behind a damaged line: with a row, not with a header."""
    before, after = lines[at - 1], lines[at + 1 : at + 3]
    if not after or "|" not in before or not any(map(str.isdigit, after[0])):
        return False
    is_header = len(after) > 1 and _RULE.fullmatch(after[1]) is not None
    return after[0].count("|") == before.count("|") > 1 and not is_header


def _is_loss(name: str) -> bool:
    return metrics.kind(metrics.read(name).metric) == "loss"


def _rises(columns: Sequence[Any], axes: Any) -> bool:
    """Say whether an axis of a table rises from its first row to its last."""
    for column in columns:
        if column.name in axes:
            ahead = np.diff(column.value[column.present])
            return bool(len(ahead) and (ahead >= 0).all() and (ahead > 0).any())
    return False


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

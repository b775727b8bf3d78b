"""Tables of training results in documents: a row for each evaluation, below an axis and a loss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._axis_cells import with_counts
from analyzer.parsers._base import LogFile
from analyzer.parsers._delimited import read_sheet
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table

LONGEST = 1 << 20  # bytes of a document
FEWEST = 3  # rows


class Block(NamedTuple):
    """The lines of a table in Markdown, from line ``start`` of the document on.

    One that is not ``ended`` lost its end, and what stood there.
    """

    start: int
    lines: list[str]
    ended: bool = True


def lines_of(document: str) -> list[str]:
    """Return the lines of a document; a character such as U+0085 ends none."""
    return document.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def is_of_results(names: Iterable[str]) -> bool:
    """Say whether the names of a table have an axis and a loss.

    A table of scores by epoch compares models of several schedules.
    """
    found = list(names)
    return any(map(metrics.is_axis, found)) and any(map(_is_loss, found))


def longest_first(blocks: Iterable[Block]) -> list[Block]:
    """Return the tables by their number of lines. Raises NotThisFormat if there is none."""
    found = sorted(blocks, key=lambda block: -len(block.lines))
    if not found:
        raise NotThisFormat("no_table")
    return found


def run_of(blocks: Sequence[Block], file: LogFile, title: str, config: dict[str, Any]) -> Run:
    """Return the run of the first of some tables; raises NotThisFormat if its axis goes back.

    The others are told unless they repeat it. A last line that is empty says that the row above it
    is whole.
    """
    block = blocks[0]
    sheet = read_sheet("\n" * block.start + "\n".join(block.lines), file.shown)
    columns = with_counts(sheet.columns)
    table = read_table(columns, file.shown, sheet.lines)
    if len(sheet.lines) < FEWEST or not _rises(columns, table.axes.values()):
        raise NotThisFormat("no_table")
    series, issues = assemble(table.points, file.shown)
    meta = meta_of(
        title, [file.shown], table.points, axes=table.axes, passed_over=table.passed_over
    )
    kept = sum(map(len, series))
    losses = [replace(issue, kept=kept) for issue in sheet.issues]
    if not block.ended:
        losses.append(LogIssue("warning", file.shown, "table_unended", block.start + 1, kept))
    found = (*losses, *table.issues, *issues, *_unread(blocks, file, kept))
    return Run("", series, settings(config), meta, found)


def _unread(blocks: Sequence[Block], file: LogFile, kept: int) -> list[LogIssue]:
    """Return an issue if some tables are no copies of the first."""
    rows = [_rows_in(block) for block in blocks]
    others = [block for block, own in zip(blocks, rows, strict=True) if own != rows[0]]
    if not others:
        return []
    line = min(block.start for block in others) + 1
    values = {"count": len(others)}
    return [LogIssue("warning", file.shown, "other_tables", line, kept, values=values)]


def _rows_in(block: Block) -> list[str]:
    return [" ".join(line.split()) for line in block.lines if line.strip()]


def _is_loss(name: str) -> bool:
    return metrics.kind(metrics.read(name).metric) == "loss"


def _rises(columns: Sequence[Any], axes: Any) -> bool:
    """Say whether an axis of a table rises from its first row to its last."""
    for column in columns:
        if column.name in axes:
            ahead = np.diff(column.value[column.present])
            return bool(len(ahead) and (ahead >= 0).all() and (ahead > 0).any())
    return False

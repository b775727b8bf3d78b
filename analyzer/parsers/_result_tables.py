"""Tables of training results in documents: a row for each evaluation, below an axis and a loss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._delimited import read_sheet
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table

LONGEST = 1 << 20  # bytes of a document
FEWEST = 3  # rows


class Block(NamedTuple):
    """The lines of a table in Markdown, from line ``start`` of the document on."""

    start: int
    lines: list[str]


def lines_of(document: str) -> list[str]:
    """Return the lines of a document; a character such as U+0085 ends none."""
    return document.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def is_of_results(names: Iterable[str]) -> bool:
    """Say whether the names of a table have an axis and a loss.

    A table of scores by epoch compares models of several schedules.
    """
    found = list(names)
    return any(map(metrics.is_axis, found)) and any(map(_is_loss, found))


def run_of(block: Block | None, file: LogFile, title: str, config: dict[str, Any]) -> Run:
    """Return the run of a table; raises NotThisFormat if there is none or its axis goes back.

    A last line that is empty says that the row above it is whole.
    """
    if block is None:
        raise NotThisFormat("no_table")
    sheet = read_sheet("\n" * block.start + "\n".join(block.lines), file.shown)
    table = read_table(sheet.columns, file.shown, sheet.lines)
    if len(sheet.lines) < FEWEST or not _rises(sheet.columns, table.axes.values()):
        raise NotThisFormat("no_table")
    series, issues = assemble(table.points, file.shown)
    meta = meta_of(
        title, [file.shown], table.points, axes=table.axes, passed_over=table.passed_over
    )
    return Run("", series, settings(config), meta, (*sheet.issues, *table.issues, *issues))


def _is_loss(name: str) -> bool:
    return metrics.kind(metrics.read(name).metric) == "loss"


def _rises(columns: Sequence[Any], axes: Any) -> bool:
    """Say whether an axis of a table rises from its first row to its last."""
    for column in columns:
        if column.name in axes:
            ahead = np.diff(column.value[column.present])
            return bool(len(ahead) and (ahead >= 0).all() and (ahead > 0).any())
    return False

"""W&B charts saved as CSV: a column per run and metric, beside its ``__MIN`` and ``__MAX``.

``Step, <run> - <metric>, <run> - <metric>__MIN, <run> - <metric>__MAX``; a grouped chart has
``Group: <name>`` as the run, and a chart over another axis also has ``<run> - _step``. The bounds
may have been deleted.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import ClassVar, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._delimited import Sheet, read_sheet
from analyzer.parsers._encoding import decode
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._table import read_table
from analyzer.parsers._wandb_headers import is_bare_chart
from analyzer.safe.names import printable

_LINK = " - "  # between run and metric; the name of a run may contain it, so the last one counts
_GROUP = "Group: "
_BOUNDS = ("__MIN", "__MAX")
_TWIN = re.compile(r"(.+)\.(\d+)")  # how a sheet numbers columns of one name
_AXES = {*metrics.STEP_AXES, *metrics.EPOCH_AXES, *metrics.WALL_TIME_AXES}


class _RunKey(NamedTuple):
    """A run of a chart: its label and, among runs of that label, its number (0 for the first)."""

    label: str
    number: int


class _Heading(NamedTuple):
    """What the header of a column names."""

    run: _RunKey
    metric: str


class WandbChart(Parser):
    """The result of "Download as CSV" on a chart."""

    title: ClassVar[str] = "W&B chart CSV"
    reads_text: ClassVar[bool] = True
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim by the header, whose names no other table has."""
        if _LINK not in file.text:
            return False
        lines = file.text.splitlines()[:1]
        if not lines or _LINK not in lines[0]:
            return False
        rows = [next(csv.reader(lines, delimiter=separator)) for separator in ",;\t"]
        return any(_is_chart(row, lines[0]) for row in rows)

    def parse(self, group: Group) -> list[Run]:
        """Read a chart; each label in its header becomes a run, in the order of the columns."""
        (file,) = group.files
        with file.open() as handle:
            sheet = read_sheet(decode(handle.read()), file.shown)
        names = [column.name for column in sheet.columns]
        if not _is_chart(names, file.text.partition("\n")[0]):
            raise NotThisFormat("no_table")
        shared: list[Column] = []
        runs: dict[_RunKey, list[Column]] = {}
        for column in sheet.columns:
            if _LINK in column.name:
                heading = _heading(column.name, names)
                runs.setdefault(heading.run, []).append(replace(column, name=heading.metric))
            else:
                shared.append(_axis(column))
        return [self._run(key.label, shared, columns, sheet, file) for key, columns in runs.items()]

    def _run(
        self,
        label: str,
        shared: Sequence[Column],
        columns: Sequence[Column],
        sheet: Sheet,
        file: LogFile,
    ) -> Run:
        """Return one run of a chart: the rows in which it has a value."""
        rows = _rows(columns)
        if not rows:
            values = {"name": printable(label)}
            issue = LogIssue("info", file.shown, "chart_run_empty", values=values)
            return Run(label, (), issues=(issue,))
        lines = [sheet.lines[row] for row in rows]
        cells = [column.taken(rows) for column in (*shared, *columns)]
        table = read_table(cells, file.shown, lines, rows_are_epochs=False, is_log=True)
        series, issues = assemble(table.points, file.shown)
        meta = meta_of(
            self.title, [file.shown], table.points, axes=table.axes, passed_over=table.passed_over
        )
        return Run(label, series, {}, meta, (*sheet.issues, *table.issues, *issues))


def _is_chart(names: Sequence[str], header: str = "") -> bool:
    """Say whether a header names the bounds of a column beside it, a group, or runs of a chart."""
    return any(_is_of_chart(name.strip(), names) for name in names) or is_bare_chart(names, header)


def _is_of_chart(name: str, names: Collection[str]) -> bool:
    if _LINK not in name:
        return False
    if name.startswith(_GROUP):
        return True
    return name.endswith(_BOUNDS) and name[: -len(_BOUNDS[0])] in names


def _heading(name: str, names: Collection[str]) -> _Heading:
    """Return the run and the metric that the name of a column gives."""
    twin = _TWIN.fullmatch(name)
    number = 0
    if twin and twin[1] in names and not any(name + bound in names for bound in _BOUNDS):
        name, number = twin[1], int(twin[2])
    label, _, metric = name.rpartition(_LINK)
    return _Heading(_RunKey(label, number), metric)


def _axis(column: Column) -> Column:
    """Return a column under the axis that its last part names: ``train/global_step`` is a step."""
    last = column.name.rpartition("/")[2]
    return replace(column, name=last) if metrics.normal(last) in _AXES else column


def _rows(columns: Sequence[Column]) -> list[int]:
    """Return the rows in which a column has a cell that is not blank."""
    filled = np.logical_or.reduce([column.present for column in columns])
    for column in columns:
        filled[list(column.text)] = True
    return np.flatnonzero(filled).tolist()

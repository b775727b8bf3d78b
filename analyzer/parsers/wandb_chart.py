"""W&B charts saved as CSV: one column a run and metric, its ``__MIN`` and ``__MAX`` beside it; each run is one run.

``Step, <run> - <metric>, <run> - <metric>__MIN, <run> - <metric>__MAX``; a grouped chart has ``Group: <name>`` for the
run, a chart over another axis a ``<run> - _step`` too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.run import LogIssue, Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import Sheet, decode, read_sheet
from analyzer.parsers._series import assemble
from analyzer.parsers._table import Column, read_table
from analyzer.safe.names import printable

_LINK = " - "  # between run and metric; runs may hold it, so the last one counts
_GROUP = "Group: "
_BOUNDS = ("__MIN", "__MAX")
_TWIN = re.compile(r"(.+)\.(\d+)")  # how a sheet tells columns of one name apart
_AXES = {*metrics.STEP_AXES, *metrics.EPOCH_AXES, *metrics.WALL_TIME_AXES}


class WandbChart(Parser):
    """What "Download as CSV" of a chart gives."""

    title: ClassVar[str] = "W&B chart CSV"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim by the header, whose names no other table has."""
        lines = decode(file.head).splitlines()[:1]
        return any(_LINK in line for line in lines) and any(
            _is_chart(cells)
            for separator in ",;\t"
            for cells in csv.reader(lines, delimiter=separator)
        )

    def parse(self, group: Group) -> list[Run]:
        """Read a chart; each label in its header becomes a run, in the order of the columns."""
        (file,) = group.files
        with file.open() as handle:
            sheet = read_sheet(decode(handle.read()), file.shown)
        names = [column.name for column in sheet.columns]
        if not _is_chart(names):
            raise NotThisFormat("no_table")
        shared = [_axis(column) for column in sheet.columns if _LINK not in column.name]
        runs: dict[tuple[str, int], list[Column]] = {}
        for column in sheet.columns:
            if _LINK in column.name:
                label, twin, metric = _parts(column.name, names)
                runs.setdefault((label, twin), []).append(replace(column, name=metric))
        return [
            self._run(label, shared, columns, sheet, file) for (label, _), columns in runs.items()
        ]

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
        if not len(rows):
            return Run(
                label,
                (),
                issues=(
                    LogIssue(
                        "info", file.shown, "chart_run_empty", values={"name": printable(label)}
                    ),
                ),
            )
        lines = [sheet.lines[row] for row in rows]
        cells = [_of_rows(column, rows) for column in (*shared, *columns)]
        table = read_table(cells, file.shown, lines, rows_are_epochs=False, is_log=True)
        series, issues = assemble(table.points, file.shown)
        times = [
            time for one in table.points for time in one.wall_time.tolist() if np.isfinite(time)
        ]
        meta = {
            "format": self.title,
            "files": [file.shown],
            "start": min(times, default=None),
            "end": max(times, default=None),
            "axes": table.axes,
            "passed_over": list(table.passed_over),
        }
        return Run(label, series, {}, meta, (*sheet.issues, *table.issues, *issues))


def _is_chart(names: Collection[str]) -> bool:
    """Say whether a header names the bounds of a column beside it, or a group."""
    return any(
        _LINK in name
        and (
            name.startswith(_GROUP)
            or (name.endswith(_BOUNDS) and name[: -len(_BOUNDS[0])] in names)
        )
        for name in (name.strip() for name in names)
    )


def _parts(name: str, names: Collection[str]) -> tuple[str, int, str]:
    """Return the run, the metric, and which run of that name it is: 0 for the first."""
    twin = _TWIN.fullmatch(name)
    number = 0
    if twin and twin[1] in names and not any(name + bound in names for bound in _BOUNDS):
        name, number = twin[1], int(twin[2])
    label, _, metric = name.rpartition(_LINK)
    return label, number, metric


def _axis(column: Column) -> Column:
    """Return a column under the name of the axis that its last part is: ``train/global_step`` counts steps."""
    last = column.name.rpartition("/")[2]
    return replace(column, name=last) if metrics.normal(last) in _AXES else column


def _rows(columns: Sequence[Column]) -> list[int]:
    """Return the rows in which a column has a cell that is not blank."""
    filled = np.logical_or.reduce([column.present for column in columns])
    for column in columns:
        filled[list(column.text)] = True
    return np.flatnonzero(filled).tolist()


def _of_rows(column: Column, rows: Sequence[int]) -> Column:
    """Return some rows of a column."""
    place = {row: index for index, row in enumerate(rows)}
    text = {place[row]: cell for row, cell in column.text.items() if row in place}
    exact = {place[row]: number for row, number in column.exact.items() if row in place}
    return Column(column.name, column.value[rows], column.present[rows], text, exact)

"""CSV and TSV: one row a step or an epoch, one column a metric (Keras' CSVLogger, Lightning, own loops)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from analyzer.errors import ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import Sheet, decode, read_sheet, sniff
from analyzer.parsers._layout import Part, parts_of
from analyzer.parsers._series import assemble
from analyzer.parsers._table import read_table

_NOT_TABLES = {
    ".py",
    ".md",
    ".rst",
    ".json",
    ".jsonl",
    ".ipynb",
    ".yaml",
    ".yml",
    ".toml",
    ".html",
    ".js",
    ".css",
    ".svg",
}
_RUNS_TABLE = {"Name", "State", "Created"}


class CsvTable(Parser):
    """A header of names and rows of numbers, whatever separates them."""

    title: ClassVar[str] = "CSV or TSV table"

    def claims(self, file: LogFile) -> bool:
        """Claim text whose first lines are a header and rows with as many cells."""
        text = decode(file.head)
        if file.path.suffix.lower() in _NOT_TABLES or "\0" in text.partition("\n")[0]:
            return False
        cut = len(file.head) < file.size
        return sniff(text, cut=cut) is not None or (
            cut and file.path.suffix.lower() in (".csv", ".tsv")
        )

    def parse(self, group: Group) -> list[Run]:
        """Read a table; every cell that is a number under a metric's name becomes a point."""
        (file,) = group.files
        with file.open() as handle:
            sheet = read_sheet(decode(handle.read()), file.shown)
        if {column.name for column in sheet.columns} >= _RUNS_TABLE:
            raise ParseError("wandb_runs_table")
        parts = parts_of(sheet.columns, sheet.headers)
        return [self._run(part, sheet, group) for part in parts]

    def _run(self, part: Part, sheet: Sheet, group: Group) -> Run:
        """Return one run of the table; the issues of the file stand with the first."""
        shown = group.files[0].shown
        lines = [sheet.lines[row] for row in part.rows]
        named = any(column.name in self.options.names for column in part.columns)
        table = read_table(part.columns, shown, lines, is_log=named)
        series, issues = assemble(table.points, shown)
        kept = sum(map(len, series))
        times = np.concatenate([one.wall_time for one in table.points])
        times = times[np.isfinite(times)]
        meta = {
            "format": self.title,
            "files": [shown],
            "start": float(times.min()) if len(times) else None,
            "end": float(times.max()) if len(times) else None,
            "axes": table.axes,
            "passed_over": list(table.passed_over),
        }
        torn = [replace(one, kept=kept) for one in sheet.issues] if part.label in ("", "#1") else []
        name = f"{group.name.as_posix()} {part.label}" if part.label.startswith("#") else part.label
        return Run(name, series, {}, meta, (*torn, *table.issues, *issues))

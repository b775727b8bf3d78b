"""CSV and TSV: one row a step or an epoch, one column a metric (Keras' CSVLogger, Lightning, own loops)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from analyzer.errors import ParseError
from analyzer.model import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import decode, read_sheet, sniff
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
        head = file.head
        if file.path.suffix.lower() in _NOT_TABLES or (
            b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        ):
            return False
        cut = len(head) < file.size
        return sniff(decode(head), cut=cut) is not None or (cut and file.path.suffix.lower() in (".csv", ".tsv"))

    def parse(self, group: Group) -> list[Run]:
        """Read a table; every cell that is a number under a metric's name becomes a point."""
        (file,) = group.files
        with file.open() as handle:
            sheet = read_sheet(decode(handle.read()), file.shown)
        if {column.name for column in sheet.columns} >= _RUNS_TABLE:
            raise ParseError("wandb_runs_table")
        table = read_table(sheet.columns, file.shown, sheet.lines)
        series, issues = assemble(table.points, file.shown)
        times = [time for one in table.points for time in (one.wall_time.min(), one.wall_time.max())]
        meta = {
            "format": self.title,
            "files": [file.shown],
            "start": None if not times or np.isnan(times).all() else float(np.nanmin(times)),
            "end": None if not times or np.isnan(times).all() else float(np.nanmax(times)),
            "axes": table.axes,
            "passed_over": list(table.passed_over),
        }
        return [Run("", series, {}, meta, (*sheet.issues, *table.issues, *issues))]

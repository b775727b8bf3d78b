"""CSV and TSV: a row per step or epoch, a column per metric (CSVLogger, Lightning, own loops)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from analyzer.errors import ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._delimited import Sheet, read_sheet
from analyzer.parsers._dialect import sniff
from analyzer.parsers._encoding import decode
from analyzer.parsers._layout import Part, parts_of
from analyzer.parsers._profiles import parted, profile_of, read_as
from analyzer.parsers._series import assemble, meta_of
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
_TABLES = (".csv", ".tsv")
_PRINTED = re.compile(r"\s*[\[({]+\s*[\"']")  # a list or dict of Python or JSON
_RUNS_TABLE = {"Name", "State", "Created"}  # of W&B's table of runs


class CsvTable(Parser):
    """A header of names and rows of numbers, whatever separates them."""

    title: ClassVar[str] = "CSV or TSV table"

    def claims(self, file: LogFile) -> bool:
        """Claim text whose first lines are a header and rows with as many cells."""
        text = decode(file.head)
        suffix = file.path.suffix.lower()
        if suffix in _NOT_TABLES or _PRINTED.match(text) or "\0" in text.partition("\n")[0]:
            return False
        is_cut = len(file.head) < file.size
        return sniff(text, cut=is_cut) is not None or (is_cut and suffix in _TABLES)

    def parse(self, group: Group) -> list[Run]:
        """Read a table; every number under a metric's name becomes a point."""
        (file,) = group.files
        with file.open() as handle:
            sheet = read_sheet(decode(handle.read()), file.shown)
        if {column.name for column in sheet.columns} >= _RUNS_TABLE:
            raise ParseError("wandb_runs_table")
        parts = parts_of(sheet.columns, sheet.headers)
        return [self._run(part, sheet, group) for part in parts]

    def _run(self, part: Part, sheet: Sheet, group: Group) -> Run:
        """Return one run of the table; the first run has the issues of the file."""
        shown = group.files[0].shown
        lines = [sheet.lines[row] for row in part.rows]
        is_mapped = any(column.name in self.options.names for column in part.columns)
        profile = profile_of({column.name for column in part.columns})
        few = parted(part.columns, profile)
        table = read_table(few.columns, shown, lines, is_log=is_mapped, step=profile.step)
        points = read_as(table.points, profile)
        series, issues = assemble(points, shown)
        passed_over = [*table.passed_over, *few.skipped]
        title = f"{self.title} ({profile.title})" if profile.title else self.title
        meta = meta_of(title, [shown], points, axes=table.axes, passed_over=passed_over)
        if part.label in ("", "#1"):
            kept = sum(map(len, series))
            losses = [replace(issue, kept=kept) for issue in sheet.issues]
            issues = [*losses, *table.issues, *issues]
        else:
            issues = [*table.issues, *issues]
        name = part.label
        if name.startswith("#"):
            name = f"{group.name.as_posix()} {name}"
        return Run(name, series, {}, meta, tuple(issues))

"""CSV and TSV: a row per step or epoch, a column per metric (CSVLogger, Lightning, own loops)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._appended import appended_issue
from analyzer.parsers._assigned_lists import begins_with_list
from analyzer.parsers._axis_cells import with_counts
from analyzer.parsers._bare import are_numbers, is_bare, metric_of, read_bare
from analyzer.parsers._base import HEAD, Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._comment_settings import comment_settings
from analyzer.parsers._delimited import Sheet, read_sheet
from analyzer.parsers._dialect import sniff, title_of
from analyzer.parsers._encoding import decode
from analyzer.parsers._file_names import read_name, side_by_side, split_of_place
from analyzer.parsers._foreign_tables import foreign_names
from analyzer.parsers._large_sheet import SMALLEST, LargeSheet, read_large
from analyzer.parsers._layout import Part, parts_of
from analyzer.parsers._profiles import parted, profile_of, read_as
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._summary_rows import without_summary
from analyzer.parsers._table import Table, read_table
from analyzer.parsers._transposed import is_transposed
from analyzer.parsers._unknown import unknown
from analyzer.parsers._unread import with_unread

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
_BINARY = re.compile(r"[^\n]*[\0-\x06\x0e-\x1a]")  # control characters in the header
_HEADINGS = re.compile(r"^#+ *epoch \d", re.I | re.M)  # above what was printed for each epoch
_NUMBER = re.compile(r"\d|nan|inf", re.I)  # what every table has
_RUNS_TABLE = {"Name", "State", "Created"}  # of W&B's table of runs
_VALUE = {"value", "values", "0"}  # names of a column that leave its metric to the file


class CsvTable(Parser):
    """A header of names and rows of numbers, whatever separates them."""

    title: ClassVar[str] = "CSV or TSV table"
    reads_text: ClassVar[bool] = True

    def claims(self, file: LogFile) -> bool:
        """Claim text whose first lines are a header and rows with as many cells."""
        suffix = file.suffix.lower()
        if suffix in _NOT_TABLES:
            return False
        text = file.text
        if _PRINTED.match(text) or _BINARY.match(text):
            return False
        if begins_with_list(text):
            return False
        is_cut = len(file.head) < file.length
        if not _NUMBER.search(text):
            return is_cut and suffix in _TABLES
        is_console = title_of(text) or len(_HEADINGS.findall(text)) > 1
        if suffix not in _TABLES and is_console:  # not a spreadsheet
            return False
        if sniff(text, cut=is_cut) is not None or (is_cut and suffix in _TABLES):
            return True
        if metric_of(file.stem, suffix) and is_bare(text, cut=is_cut):
            return True
        return suffix in (*_TABLES, ".txt") and is_transposed(text)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Group files of a folder whose names give the splits of one run: train.csv, val.csv."""
        return side_by_side(files)

    def parse(self, group: Group) -> list[Run]:
        """Read a table; every number under a metric's name becomes a point."""
        tables: list[_Table] = []
        failed: dict[LogFile, ParseError] = {}
        for file in group.files:
            try:
                tables += self._tables(file, is_alone=len(group.files) == 1)
            except ParseError as error:
                failed[file] = error
        if not tables:
            raise next(iter(failed.values()))
        if len(group.files) == 1 or not _are_one_run(tables):
            runs = [self._run([table], table.run_name(group)) for table in tables]
        else:
            runs = [self._run(tables, "")]
        return [with_unread(runs[0], failed), *runs[1:]]

    def _tables(self, file: LogFile, *, is_alone: bool) -> list[_Table]:
        """Return the tables of a file, one for each run that it has."""
        sheet, text = self._read(file)
        if not sheet.lines and sheet.issues:  # all that there was is lost
            issue = sheet.issues[-1]
            raise ParseError(issue.key, line=issue.position, kept=0, **issue.values)
        settings = comment_settings(text)
        if {column.name for column in sheet.columns} >= _RUNS_TABLE:
            raise ParseError("wandb_runs_table")
        tables = []
        summed = without_summary(sheet.columns, sheet.lines, file.shown)
        sheet = replace(sheet, columns=summed.columns, issues=[*sheet.issues, *summed.issues])
        columns = with_counts(_named_columns(sheet.columns, file))
        parts = parts_of(columns, sheet.headers)
        for part in parts:
            lines = sheet.lines
            if len(part.rows) < len(lines):
                lines = [lines[row] for row in part.rows]
            is_mapped = any(column.name in self.options.names for column in part.columns)
            profile = profile_of({column.name for column in part.columns}, text)
            few = parted(part.columns, profile)
            is_log = is_mapped or profile.begins is not None
            table = read_table(
                few.columns,
                file.shown,
                lines,
                is_log=is_log,
                step=profile.step,
                counts_through=is_alone,
            )
            table = replace(
                table,
                points=tuple(read_as(table.points, profile)),
                passed_over=(*table.passed_over, *few.skipped),
                settings={**settings, **table.settings},
            )
            if part.label == "#1":
                told = appended_issue(len(parts), file.shown)
                table = replace(table, issues=(*table.issues, told))
            split = "" if is_alone else split_of_place(file.relative)
            tables.append(_Table(file, part, sheet, table, split, profile.title))
        return tables

    def _read(self, file: LogFile) -> LargeSheet:
        """Return the columns of a file and its text, of a large file only the beginning."""
        with file.open() as handle:
            if file.length >= SMALLEST and not self._may_be_bare(file):
                large = read_large(handle, file.shown, file.length)
                if large is not None:
                    return large
                handle.seek(0)
            text = decode(handle.read())
        if not self.options.names and not read_name(file.stem).metric:
            foreign = foreign_names(text)
            if foreign:
                raise unknown(foreign)
        return LargeSheet(self._sheet(text, file), text)

    def _may_be_bare(self, file: LogFile) -> bool:
        """Say whether a file may be a list of numbers without a header."""
        first = decode(file.head).partition("\n")[0]
        return bool(metric_of(file.stem, file.suffix)) and are_numbers(first)

    def _sheet(self, text: str, file: LogFile) -> Sheet:
        """Return the columns of a text, a list of numbers included."""
        metric = metric_of(file.stem, file.suffix)
        is_cut = len(text) > HEAD
        if metric and sniff(text[:HEAD], cut=is_cut) is None:
            bare = read_bare(text, metric, file.shown)
            if bare is not None:
                return Sheet(bare.columns, bare.lines, bare.issues)
            if is_bare(text[:HEAD], cut=is_cut):
                raise NotThisFormat("no_header")
        return read_sheet(text, file.shown)

    def _run(self, tables: Sequence[_Table], name: str) -> Run:
        """Return the run of one table, or of the tables of its splits."""
        points: list[Points] = []
        passed_over: list[PassedOver] = []
        issues: list[LogIssue] = []
        for table in tables:
            points += table.points()
            passed_over += table.read.passed_over
            issues += table.issues()
        shown = [table.file.shown for table in tables]
        axes = tables[0].read.axes
        is_history = not axes.get("epoch", "epoch") or not axes
        unsaid: str | None = "train" if is_history and _is_one_curve(points) else ""
        file = tables[0].file
        if split_of_place(file.folder.resolve() / file.name) in ("val", "test"):
            unsaid = None
        series, found = assemble(points, shown[0], unsaid=unsaid, axes=axes)
        profile = tables[0].profile
        title = f"{self.title} ({profile})" if profile else self.title
        meta = meta_of(title, shown, points, axes=axes, passed_over=passed_over)
        settings: dict[str, Any] = {}
        for table in reversed(tables):
            settings |= table.read.settings
        return Run(name, series, settings, meta, (*issues, *found))


@dataclass(frozen=True, eq=False)
class _Table:
    """The rows of one run in one file; ``split`` is what the name of the file says.

    ``profile`` is the title of the program whose names it has, if that is known.
    """

    file: LogFile
    part: Part
    sheet: Sheet
    read: Table
    split: str
    profile: str

    def points(self) -> list[Points]:
        """Return the points, under the split of the file where their name gives none."""
        if not self.split:
            return list(self.read.points)
        return [
            tagged
            if tagged.reading is not None or metrics.read(tagged.tag).split
            else replace(tagged, split=self.split)
            for tagged in self.read.points
        ]

    def issues(self) -> list[LogIssue]:
        """Return what was lost; the first run of a file has the issues of the file."""
        issues = list(self.read.issues)
        if not len(self.part.rows) or self.part.rows[0] == 0:
            kept = sum(len(tagged.value) for tagged in self.read.points)
            issues = [*(replace(issue, kept=kept) for issue in self.sheet.issues), *issues]
        return [*issues, *self.part.issues(self.file.shown)]

    def run_name(self, group: Group) -> str:
        """Return the name of the run if it is not the only one of its group."""
        own = self.file.bare.as_posix()
        if self.part.label.startswith("#"):
            return f"{own} {self.part.label}"
        return self.part.label or ("" if len(group.files) == 1 else own)


def _named_columns(columns: Sequence[Column], file: LogFile) -> list[Column]:
    """Return columns with the metric that the file is named for: "value", or splits alone."""
    name = read_name(file.stem)
    if not name.metric:
        return list(columns)
    bare = [column for column in columns if metrics.is_ambiguous(column.name)]
    if len(bare) > 1 and not name.split:  # "train" and "val" in loss.csv
        return [
            replace(column, name=f"{column.name}_{name.metric}") if column in bare else column
            for column in columns
        ]
    open_columns = [column for column in columns if metrics.normal(column.name) in _VALUE]
    if len(open_columns) != 1:
        return list(columns)
    return [
        replace(column, name=name.tag) if column is open_columns[0] else column
        for column in columns
    ]


def _are_one_run(tables: Sequence[_Table]) -> bool:
    """Say whether tables of several files are the splits of one run.

    Each file has one run, no name of another split, and no curve of another file. Without an axis
    they have the same number of rows.
    """
    lengths = {len(table.part.rows) for table in tables}
    if len(lengths) > 1 and not all({"step", "epoch"} & table.read.axes.keys() for table in tables):
        return False
    taken: set[tuple[str, str]] = set()
    files: set[LogFile] = set()
    for table in tables:
        if table.part.label:
            return False
        files.add(table.file)
        for tagged in table.points():
            reading = metrics.read(tagged.tag)
            split = reading.split or tagged.split
            is_other = table.split and split != table.split
            if is_other or (split, reading.metric) in taken:
                return False
        for tagged in table.points():
            reading = metrics.read(tagged.tag)
            taken.add((reading.split or tagged.split, reading.metric))
    return len(files) == len(tables)


def _is_one_curve(points: Sequence[Points]) -> bool:
    """Say whether a table has one loss or score alone, as a saved ``loss_curve_`` has."""
    judged = [tagged.tag for tagged in points if metrics.is_judged(tagged.tag)]
    return len(judged) == 1

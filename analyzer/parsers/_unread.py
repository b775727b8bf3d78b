"""Read one of several files of a run, and say which could not be read although others could."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._delimited import Sheet, read_sheet
from analyzer.parsers._encoding import decode


def sheet_of(file: LogFile) -> Sheet:
    """Return the table of a file that is one by its name.

    Raises ParseError if a part of its header, or of its first row, is all there is.
    """
    with file.open() as handle:
        text = decode(handle.read())
    try:
        return read_sheet(text, file.shown)
    except NotThisFormat:
        if text.endswith(("\n", "\r")):
            raise
        raise ParseError("cut_line", line=text.count("\n") + 1) from None


def with_unread(run: Run, failed: Mapping[LogFile, ParseError]) -> Run:
    """Return a run with an issue for each damaged file, and the files that are not logs."""
    passed_over = list(run.meta.passed_over)
    issues = list(run.issues)
    for file, error in failed.items():
        if isinstance(error, NotThisFormat):
            passed_over.append(PassedOver(file.shown, error.key, error.values))
            continue
        line = error.values.get("line")
        issues.append(LogIssue("warning", file.shown, error.key, line, values=error.values))
    meta = replace(run.meta, passed_over=tuple(passed_over))
    return replace(run, meta=meta, issues=tuple(issues))

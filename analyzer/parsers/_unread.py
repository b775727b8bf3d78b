"""Say which files of a run could not be read although others could."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile


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

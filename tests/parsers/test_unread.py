"""A file of a group that cannot be read is told beside what could."""

from __future__ import annotations

from pathlib import Path

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._unread import with_unread


def test_damage_is_an_issue_and_other_content_is_passed_over() -> None:
    torn, other = (LogFile(Path(name), Path(name), name, 1) for name in ("a.csv", "b.csv"))
    failed = {torn: ParseError("not_json", line=3), other: NotThisFormat("no_metric")}
    run = with_unread(Run("x", ()), failed)
    assert [(issue.source, issue.key, issue.position) for issue in run.issues] == [
        ("a.csv", "not_json", 3)
    ]
    assert [(entry.name, entry.key) for entry in run.meta.passed_over] == [("b.csv", "no_metric")]

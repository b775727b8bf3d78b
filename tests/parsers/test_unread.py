"""A file of a group that cannot be read is told beside what could."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._unread import sheet_of, with_unread


def test_damage_is_an_issue_and_other_content_is_passed_over() -> None:
    torn, other = (LogFile(Path(name), Path(name), name, 1) for name in ("a.csv", "b.csv"))
    failed = {torn: ParseError("not_json", line=3), other: NotThisFormat("no_metric")}
    run = with_unread(Run("x", ()), failed)
    assert [(issue.source, issue.key, issue.position) for issue in run.issues] == [
        ("a.csv", "not_json", 3)
    ]
    assert [(entry.name, entry.key) for entry in run.meta.passed_over] == [("b.csv", "no_metric")]


def table(folder: Path, text: str) -> LogFile:
    path = folder / "loss.tsv"
    path.write_text(text, encoding="utf-8")
    return LogFile(path, Path("loss.tsv"), "loss.tsv", len(text))


@pytest.mark.parametrize(("text", "line"), [("st", 1), ("step\tloss", 1), ("step\tloss\n0", 2)])
def test_half_a_line_that_is_all_there_is_is_cut(text: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="cut_line") as raised:
        sheet_of(table(tmp_path, text))
    assert raised.value.values == {"line": line}


def test_a_header_without_a_row_is_no_table_yet(tmp_path: Path) -> None:
    with pytest.raises(NotThisFormat, match="no_table"):
        sheet_of(table(tmp_path, "step\tloss\n"))

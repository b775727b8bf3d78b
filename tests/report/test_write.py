"""Writing: the suffix decides the format, and no half file is ever seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import analyzer
from analyzer import synthetic


def test_html_and_json_follow_the_suffix(tmp_path: Path) -> None:
    diagnosis = analyzer.diagnose(synthetic.overfitting(1).run)
    analyzer.write_report(diagnosis, tmp_path / "r.html", lang="es")
    analyzer.write_report(diagnosis, tmp_path / "r.json")
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == diagnosis.to_dict()


def test_an_unknown_suffix_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(
        analyzer.AnalyzerError,
        match=r"r\.docx: unknown report format; .*\.html, \.pdf, \.md, \.json",
    ):
        analyzer.write_report(analyzer.diagnose(synthetic.healthy(1).run), tmp_path / "r.docx")


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    diagnosis = analyzer.diagnose(synthetic.healthy(2).run)
    assert analyzer.write_report(diagnosis, tmp_path / "a" / "b" / "report.md").is_file()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine", encoding="utf-8")
    with pytest.raises(analyzer.AnalyzerError, match="cannot write here: Not a directory"):
        analyzer.write_report(
            analyzer.diagnose(synthetic.healthy(2).run), tmp_path / "a" / "b" / "r.md"
        )


def test_nothing_is_left_beside_the_report(tmp_path: Path) -> None:
    analyzer.write_report(analyzer.diagnose(synthetic.healthy(1).run), tmp_path / "r.html")
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]

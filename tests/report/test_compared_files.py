"""A comparison as LaTeX and as a spreadsheet: all groups, all runs, in both languages."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import Comparison, compare
from analyzer.errors import AnalyzerError
from analyzer.report.compared_files import render_compared_latex, render_compared_sheets
from analyzer.report.write import write_comparison

BAD = "=1+1_%&\\input{x}"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    runs = []
    for at in range(12):
        fall = np.geomspace(2, 1 + at / 10, 40)
        curves = {("train", "loss"): fall, ("val", "loss"): 1.1 * fall}
        config = {"lr": at // 3, "seed": at % 3, BAD: at // 3}
        runs.append(synthetic.of_curves(f"{BAD}{at}", curves, config=config))
    return compare(runs)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_table_has_a_line_for_each_group(comparison: Comparison, lang: str) -> None:
    table = render_compared_latex(comparison, lang)
    body = table.split("\\midrule\n")[1].split("\\bottomrule")[0]
    assert body.count(" \\\\\n") == len(comparison.sides) == 4
    assert "\\input" not in table.replace("\\textbackslash{}input", "")
    assert table.startswith("% \\usepackage{booktabs}\n% ")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_sheets_have_all_groups_and_runs(comparison: Comparison, lang: str) -> None:
    with ZipFile(io.BytesIO(render_compared_sheets(comparison, lang))) as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{at}.xml").decode() for at in (1, 2)]
    assert [sheet.count("<row>") for sheet in sheets] == [5, 13]
    assert "<f>" not in "".join(sheets)


def test_the_suffix_decides_and_is_named_where_it_is_unknown(
    comparison: Comparison, tmp_path: Path
) -> None:
    assert write_comparison(comparison, tmp_path / "a.tex").read_bytes().startswith(b"% ")
    assert write_comparison(comparison, tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
    with pytest.raises(AnalyzerError, match=r"\.html, \.md, \.json, \.tex, \.xlsx"):
        write_comparison(comparison, tmp_path / "a.doc")

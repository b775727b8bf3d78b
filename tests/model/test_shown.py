"""Short lines and small tables: what Python and a notebook show of a result."""

from __future__ import annotations

from dataclasses import replace

import pytest

import analyzer
from analyzer import engine, synthetic
from analyzer.model.shown import MOST_ROWS, html_table, name_list, short, text_of

HOSTILE = "x</td><script>alert(1)</script>\x1b[31m\n"


def results(name: str) -> list[object]:
    runs = [replace(synthetic.overfitting(seed).run, name=f"{name}{seed}") for seed in range(3)]
    comparison = analyzer.compare(runs)
    return [runs[0], analyzer.RunSet(tuple(runs)), engine.diagnose(runs[0]), comparison]


@pytest.mark.parametrize("result", results("try "), ids=lambda result: type(result).__name__)
def test_a_result_is_one_short_line(result: object) -> None:
    assert repr(result).startswith("<")
    assert len(repr(result)) < 300
    assert "\n" not in repr(result)
    assert "try 0" in repr(result)


@pytest.mark.parametrize("result", results(HOSTILE), ids=lambda result: type(result).__name__)
def test_a_name_stays_text_in_a_line_and_in_a_table(result: object) -> None:
    table = result._repr_html_()  # type: ignore[attr-defined]
    assert "<script>" not in table
    assert "\x1b" not in repr(result) + table
    assert table.count("<table>") == table.count("</table>") == 1


def test_what_a_line_says() -> None:
    run = replace(synthetic.overfitting(3).run, name="try 3")
    assert repr(run).startswith("<Run try 3: 612 points in 4 series (loss, accuracy)")
    assert "<Diagnosis of try 3: overfitting; overfitting (warning)" in repr(engine.diagnose(run))
    assert repr(analyzer.RunSet(())) == "<RunSet of 0 runs>"
    assert repr(analyzer.RunSet((run,))) == "<RunSet of 1 run: try 3>"


def test_an_empty_run_shows_itself() -> None:
    run = analyzer.Run("mine", ())
    assert repr(run) == "<Run mine: 0 points in 0 series>"
    assert "no findings" in repr(engine.diagnose(run))
    assert "<table>" in run._repr_html_()


def test_a_long_table_is_cut() -> None:
    table = html_table("t", ("a",), [(number,) for number in range(MOST_ROWS + 2)])
    assert table.count("<td>") == MOST_ROWS
    assert "2 more rows" in table


def test_names_and_cells() -> None:
    assert name_list(list("abcdefg")) == "a, b, c, d, e, ..."
    assert len(short("n" * 500)) == 60
    assert [text_of(cell) for cell in (None, float("nan"), 0.123456, 12345, "a")] == [
        *("", ""),
        *("0.1235", "12345", "a"),
    ]

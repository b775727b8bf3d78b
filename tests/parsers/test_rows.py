"""Rows are cut as the csv module cuts them, but for quotes that are never closed."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._dialect import BLANKS
from analyzer.parsers._rows import Row, Rows


def rows_of(text: str, separator: str = ",", width: int = 3) -> tuple[list[Row], list[int]]:
    rows = Rows(text, separator, 1, lambda cells: len(cells) == width)
    return list(rows), rows.unclosed


CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=8))
def test_what_was_written_comes_back(table: list[list[str]]) -> None:
    table = [row for row in table if not row[0].startswith("#")]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    rows, unclosed = rows_of(out.getvalue())
    assert [row.cells for row in rows] == table
    assert unclosed == []


def test_a_cell_of_several_lines_counts_them() -> None:
    rows, unclosed = rows_of('1,2,"a\nb\nc"\n3,4,d\n')
    assert [(row.line, row.height) for row in rows] == [(1, 3), (4, 1)]
    assert unclosed == []


def test_an_open_quote_at_the_end_swallows_nothing() -> None:
    rows, unclosed = rows_of('1,2,"a\n3,4,b\n5,6,c\n')
    assert [row.cells for row in rows] == [["1", "2", "a"], ["3", "4", "b"], ["5", "6", "c"]]
    assert [row.line for row in rows] == [1, 2, 3]
    assert unclosed == [1]


def test_two_open_quotes_are_both_set_right() -> None:
    rows, unclosed = rows_of('1,2,"a\n3,4,b\n5,6,"c\n7,8,d\n')
    assert [row.cells[0] for row in rows] == ["1", "3", "5", "7"]
    assert unclosed == [1, 3]


def test_many_open_quotes_are_not_looked_at_forever() -> None:
    text = "".join(f'{row},1,"a\n{row},2,b\n' for row in range(501))
    rows, unclosed = rows_of(text)
    assert len(unclosed) == 20
    assert rows


def test_blanks_of_any_width_separate_cells() -> None:
    rows, _ = rows_of("epoch   loss\n\n# note\n 1  0.5\n", BLANKS)
    assert [(row.cells, row.line) for row in rows] == [(["epoch", "loss"], 1), (["1", "0.5"], 4)]


def test_the_bars_and_the_rule_of_markdown_are_no_cells() -> None:
    rows, _ = rows_of("| a | b |\n|---|:-:|\n| 1 | 2 |\n", "|")
    assert [row.cells for row in rows] == [["a", "b"], ["1", "2"]]

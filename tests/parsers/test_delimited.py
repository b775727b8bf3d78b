"""Delimited text as columns: headers, rows that do not fit, NUL bytes, what was written last."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analyzer.errors import NotThisFormat
from analyzer.parsers import _delimited
from analyzer.parsers._column import Column
from analyzer.parsers._delimited import Sheet, read_sheet


def sheet_of(*lines: str, end: str = "\n") -> Sheet:
    return read_sheet("\n".join(lines) + end, "log.csv")


def column(sheet: Sheet, name: str) -> Column:
    (found,) = [column for column in sheet.columns if column.name == name]
    return found


def numbers(sheet: Sheet, name: str) -> list[float | None]:
    """Return the cells of a column; None is blank."""
    found = column(sheet, name)
    pairs = zip(found.value.tolist(), found.present, strict=True)
    return [value if present else None for value, present in pairs]


def keys(sheet: Sheet) -> list[str]:
    return [issue.key for issue in sheet.issues]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_is_cut_at_its_separator(separator: str) -> None:
    lines = [separator.join(cells) for cells in (("epoch", "loss"), ("0", "0.5"), ("1", "0.25"))]
    sheet = sheet_of(*lines)
    assert [column.name for column in sheet.columns] == ["epoch", "loss"]
    assert numbers(sheet, "loss") == [0.5, 0.25]
    assert list(sheet.lines) == [2, 3]
    assert sheet.issues == []


@pytest.mark.parametrize("rows", range(7, 14))
def test_a_table_may_end_with_the_lines_that_are_looked_at(rows: int) -> None:
    sheet = sheet_of("epoch,loss", *(f"{row},{1 / (1 + row)}" for row in range(rows)))
    assert numbers(sheet, "epoch") == list(range(rows))


def test_a_comma_is_a_decimal_mark_beside_another_separator() -> None:
    sheet = sheet_of("epoch;loss", "0;1,5", "1;0,75")
    assert numbers(sheet, "loss") == [1.5, 0.75]


@pytest.mark.parametrize("text", ["", "one line of prose", "a,b\nc,d\n", "# only a comment\n"])
def test_what_is_not_a_table_is_another_format(text: str) -> None:
    with pytest.raises(NotThisFormat):
        read_sheet(text, "log.csv")


def test_blank_cells_and_words_are_kept_apart() -> None:
    sheet = sheet_of("epoch,loss,note", "0,,start", "1,None,n/a", "2,0.5,end", "3,nan,-")
    loss, note = column(sheet, "loss"), column(sheet, "note")
    assert loss.present.tolist() == [False, False, True, True]
    assert math.isnan(loss.value[3])  # a number that was logged as not a number
    assert not loss.text
    assert dict(note.text) == {0: "start", 2: "end"}


def test_a_number_with_an_underscore_is_text_unless_it_groups_thousands() -> None:
    sheet = sheet_of("epoch,loss", "0,2024_01", "1,0.5")
    assert numbers(sheet, "loss") == [None, 0.5]
    assert numbers(sheet_of("epoch,loss", "0,1_000", "1,0.5"), "loss") == [1000.0, 0.5]
    assert dict(column(sheet, "loss").text) == {0: "2024_01"}


def test_a_step_that_a_float_cannot_hold_keeps_its_digits() -> None:
    sheet = sheet_of("step,loss", "9007199254740993,1", "-9007199254740993,2", "12,3")
    assert dict(column(sheet, "step").exact) == {0: 2**53 + 1, 1: -(2**53) - 1}


def test_a_repeated_header_is_a_restart() -> None:
    sheet = sheet_of("epoch,loss", "0,1", "1,2", "epoch,loss", "0,3")
    assert numbers(sheet, "loss") == [1, 2, 3]
    assert sheet.headers == [2]
    assert list(sheet.lines) == [2, 3, 5]


def test_a_header_with_other_names_applies_from_there_on() -> None:
    sheet = sheet_of("epoch,loss", "0,1", "epoch,loss,val_loss", "1,2,3", "epoch,val_loss", "2,4")
    assert numbers(sheet, "loss") == [1, 2, None]
    assert numbers(sheet, "val_loss") == [None, 3, 4]
    assert numbers(sheet, "epoch") == [0, 1, 2]
    assert sheet.headers == [1, 2]


def test_a_row_of_words_is_not_a_header() -> None:
    sheet = sheet_of("epoch,note,loss", "0,a,1", "x,y,z", "1,b,2")
    assert sheet.headers == []
    assert numbers(sheet, "loss") == [1, None, 2]


def test_names_that_are_repeated_in_a_header_are_numbered() -> None:
    sheet = sheet_of("epoch,loss,loss", "0,1,2", "1,3,4")
    assert [column.name for column in sheet.columns] == ["epoch", "loss", "loss.1"]
    assert numbers(sheet, "loss.1") == [2, 4]


def test_rows_that_do_not_fit_are_counted_at_their_first_line() -> None:
    sheet = sheet_of("epoch,loss", "0,1", "1,2,3", "2", "3,4")
    assert numbers(sheet, "epoch") == [0, 3]
    (issue,) = sheet.issues
    assert (issue.severity, issue.key, issue.position) == ("warning", "ragged_rows", 3)
    assert issue.values == {"count": 2}


def test_a_last_line_without_its_end_is_cut_if_cells_are_missing() -> None:
    sheet = sheet_of("epoch,loss,lr", "0,1,2", "1,3", end="")
    assert (keys(sheet), sheet.issues[0].position) == (["cut_line"], 3)
    assert numbers(sheet, "epoch") == [0]


def test_a_last_line_with_all_cells_but_no_end_is_kept_if_it_is_surely_whole() -> None:
    sheet = sheet_of("epoch,loss", "0,1.50", "1,1.25", "2,1.12", "3,1.05", end="")
    assert numbers(sheet, "loss") == [1.5, 1.25, 1.12, 1.05]
    (issue,) = sheet.issues
    assert (issue.severity, issue.key, issue.position) == ("info", "no_line_end", 5)
    assert sheet_of("epoch,loss", "0,1", end="\n").issues == []


@pytest.mark.parametrize("last", ["3,1.0", "3,1.05", "3,2"])
def test_a_last_line_that_may_be_half_of_one_is_lost_and_said(last: str) -> None:
    sheet = sheet_of("epoch,loss", "0,1.5", "1,1.25", "2,1.125", last, end="")
    assert numbers(sheet, "loss") == [1.5, 1.25, 1.125]
    (issue,) = sheet.issues
    assert (issue.severity, issue.position) == ("warning", 5)
    assert issue.key in ("line_unended", "cut_line")


def test_lines_are_counted_through_cells_of_several_lines() -> None:
    sheet = sheet_of("epoch,note,loss", '0,"a', 'b",1', "1,c,2", "# a comment", "", "2,d,3")
    assert list(sheet.lines) == [2, 4, 7]
    assert column(sheet, "note").text[0] == "a\nb"


def test_nul_bytes_before_a_row_are_skipped_and_within_one_spoil_it() -> None:
    sheet = sheet_of("epoch,loss", "0,1", "\0\0\x001,2", "2,\x003", "3,4")
    assert numbers(sheet, "epoch") == [0, 1, 3]
    (issue,) = sheet.issues
    assert (issue.key, issue.severity) == ("nul_bytes", "warning")
    assert issue.values == {"count": 4, "rows": 1}


def test_a_table_longer_than_a_chunk_is_the_same_as_its_rows() -> None:
    rows = 20_000
    lines = [f"{row},{row / 7},{'word' if row == 9000 else row}" for row in range(rows)]
    sheet = sheet_of("epoch,loss,mixed", *lines)
    np.testing.assert_array_equal(column(sheet, "loss").value, np.arange(rows) / 7)
    assert dict(column(sheet, "mixed").text) == {9000: "word"}
    assert sheet.lines[-1] == rows + 1


LONG = "x" * (16 << 20) + "x"


@pytest.mark.parametrize("cell", [LONG, f'"{LONG}"', f'"{LONG}'], ids=["plain", "quoted", "open"])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_cell_that_is_too_long_costs_its_row(cell: str, at: int) -> None:
    lines = [f"{row},0.{row}" for row in range(4)]
    sheet = sheet_of("epoch,loss", *lines[:at], f"9,{cell}", *lines[at:])
    assert numbers(sheet, "epoch") == [0, 1, 2, 3]
    (issue,) = sheet.issues
    assert (issue.key, issue.severity, issue.position) == ("cell_too_long", "warning", 2 + at)
    assert issue.values == {"count": 1}


def test_a_last_cell_that_is_too_long_leaves_the_row_above_it_whole() -> None:
    sheet = read_sheet('epoch,loss\n0,1\n1,0.5\n2,"' + LONG, "log.csv")
    assert numbers(sheet, "loss") == [1, 0.5]
    assert [(issue.key, issue.position) for issue in sheet.issues] == [("cell_too_long", 4)]


def test_a_row_of_units_below_the_header_loses_nothing() -> None:
    sheet = sheet_of("epoch,loss,time", "-,nats,s", "0,0.9,12", "1,0.8,13")
    assert numbers(sheet, "loss") == [0.9, 0.8]
    assert column(sheet, "loss").text == {}


PLAIN = [f"{step},{1 / (step + 1)!r},{step}e-3" for step in range(40)]
ODD_ROWS = [
    [],
    ["3,,0.5"],
    ["", "3,0.5,0.5"],
    ["3,0.5"],
    ["epoch,loss,lr"],
    ["epoch,accuracy,lr", "1,0.5,0.1"],
    ["# saved"],
    ["3,nan,inf"],
    ['3,"0.5",0.1'],
    ["3,1_0,0.1"],
    ["9007199254740993,0.5,0.1"],
    ["3,0.5,0.1\0"],
    [" 3 , 0.5 ,0.1"],
    ["3,0.5,ж"],
]


@pytest.mark.parametrize("end", ["\n", "", "\r\n", "\n\n"])
@pytest.mark.parametrize("place", [2, 20, 40])
@pytest.mark.parametrize("odd", ODD_ROWS)
def test_rows_of_numbers_are_read_together_as_they_are_one_by_one(
    odd: list[str], place: int, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = "\r\n" if end == "\r\n" else "\n"
    text = mark.join(["epoch,loss,lr", *PLAIN[:place], *odd, *PLAIN[place:]]) + end
    together = read_sheet(text, "log.csv")
    monkeypatch.setattr(_delimited, "SEPARATORS", "")
    assert shown(together) == shown(read_sheet(text, "log.csv"))


def shown(sheet: Sheet) -> list[object]:
    """Return all of a sheet as what can be compared."""
    columns = [
        (column.name, column.value.tobytes(), column.present.tobytes(), column.text, column.exact)
        for column in sheet.columns
    ]
    return [columns, list(sheet.lines), sheet.issues, sheet.headers]

"""Spreadsheets: numbers are numbers, texts are never formulas, the bytes are always the same."""

from __future__ import annotations

import importlib.util
import io
import math
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from analyzer.report.spreadsheet import Sheet, workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = ["=1+1", "+1", "-cmd", "@SUM(A1)", "=HYPERLINK(1)"]


def cells(made: bytes, sheet: int = 1) -> list[list[tuple[str | None, str | None, str]]]:
    """Return (type, style, text) of each cell."""
    with ZipFile(io.BytesIO(made)) as archive:
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    return [
        [(cell.get("t"), cell.get("s"), "".join(cell.itertext())) for cell in row]
        for row in root.iter(f"{MAIN}row")
    ]


def one_row(*values: Any) -> list[tuple[str | None, str | None, str]]:
    return cells(workbook([Sheet("a", ["x"], [values])]))[1]


def test_numbers_keep_all_their_digits() -> None:
    row = one_row(0.1 + 0.2, 7, True, None)
    assert row == [
        (None, None, "0.30000000000000004"),
        (None, None, "7"),
        ("b", None, "1"),
        (None, None, ""),
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**70])
def test_a_number_that_no_cell_holds_is_a_text(value: float) -> None:
    assert one_row(value)[0][0] == "inlineStr"
    assert one_row(value)[0][2] == str(value)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str) -> None:
    made = workbook([Sheet("a", [text], [[text]])])
    assert [row[0][0] for row in cells(made)] == ["inlineStr", "inlineStr"]
    assert cells(made)[1][0] == ("inlineStr", "2", text)
    with ZipFile(io.BytesIO(made)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_any_text_makes_well_formed_xml() -> None:
    bad = "a<b>&\"'\x00\x1b\ud800\ufffe\u202e\n  "
    shown = one_row(bad)[0][2]
    assert shown.startswith("a<b>&\"'")
    assert "\u202e" not in shown
    assert len(one_row("x" * 40_000)[0][2]) == 32_767


def test_the_same_tables_are_the_same_bytes() -> None:
    sheets = [Sheet("a", ["x"], [[1]]), Sheet("b", ["y"], [["z"]])]
    assert workbook(sheets) == workbook(sheets)


@pytest.mark.skipif(importlib.util.find_spec("openpyxl") is None, reason="needs openpyxl")
def test_another_program_reads_it() -> None:
    import openpyxl  # type: ignore[import-untyped,import-not-found,unused-ignore]

    made = workbook([Sheet("a", ["x", "y"], [["=1", 0.5]]), Sheet("b", ["z"], [])])
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["a", "b"]
    assert [[cell.value for cell in row] for row in book["a"]] == [["x", "y"], ["=1", 0.5]]
    assert book["a"]["A2"].data_type == "s"
    assert book["a"].freeze_panes == "A2"

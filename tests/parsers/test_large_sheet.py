"""Large tables, read in windows: the same columns, lines and issues as from the whole text."""

from __future__ import annotations

import io
import random

import pytest

from analyzer.parsers import _delimited, _large_sheet, _rows
from analyzer.parsers._delimited import Sheet, read_sheet
from analyzer.parsers._large_sheet import read_large

ROWS = 3200


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_large_sheet, "_WINDOW", 1 << 16)
    monkeypatch.setattr(_large_sheet, "_MOST_KEPT", 1 << 18)
    monkeypatch.setattr(_large_sheet, "_SMALLEST_BLOCK", 1 << 9)
    monkeypatch.setattr(_large_sheet, "_OPENING", 80_000)
    monkeypatch.setattr(_delimited, "SEPARATORS", "")  # what it is held against reads row by row


def table(rows: int = ROWS, separator: str = ",") -> list[str]:
    source = random.Random(1)
    lines = [separator.join(["step", "loss", "val_loss"])]
    for step in range(rows):
        val = f"{source.random():.6f}" if step % 3 else ""
        lines.append(separator.join([str(step), repr(source.random()), val]))
    return lines


def shown(sheet: Sheet) -> list[object]:
    columns = [
        (column.name, column.value.tobytes(), column.present.tobytes(), column.text, column.exact)
        for column in sheet.columns
    ]
    return [columns, list(sheet.lines), sheet.issues, sheet.headers]


def check(text: str) -> None:
    """Check that both readers read a text alike."""
    large = read_large(io.BytesIO(text.encode()), "log.csv")
    assert large is not None
    assert shown(large.sheet) == shown(read_sheet(text, "log.csv"))
    assert text.startswith(large.head)


@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_clean_table_is_read_alike(end: str, separator: str) -> None:
    lines = table(separator=separator)
    mark = "\r\n" if end == "\r\n" else "\n"
    check(mark.join(lines) + end)


ODD = [
    "",
    ",,",
    "4000,nan,",
    "4000,inf,0.5",
    "4000,0.5",
    "4000,0.5,0.5,0.5",
    "step,loss,val_loss",
    "step,loss,val_loss,lr",
    "9007199254740993,0.5,0.5",
    "4000,0.5,word",
    "# a comment",
    "4000, 0.5 ,0.5",
    "4000,1_000,0.5",
    "4000,1e999,0.5",
    "4000,85.3%,0.5",
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", [1, 400, 2500, ROWS - 10, ROWS + 1])
def test_an_unusual_row_is_read_alike_wherever_it_stands(odd: str, place: int) -> None:
    lines = table()
    lines.insert(place, odd)
    check("\n".join(lines) + "\n")
    check("\n".join(lines))


def test_rows_of_any_kind_are_read_alike() -> None:
    for seed in range(8):
        source = random.Random(seed)
        lines = table(3000)
        for _ in range(source.randrange(60)):
            lines.insert(source.randrange(1, len(lines) + 1), source.choice(ODD))
        check("\n".join(lines)[: -source.randrange(1, 20)])


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_table_that_ends_anywhere_is_read_alike(cut: int) -> None:
    check(("\n".join(table()) + "\n")[:-cut])


@pytest.mark.parametrize("odd", ['1,"0.5",0.5', "1,0.5\0,0.5", "1,\u00e9,0.5", "1,0.5,0.5\r2,1,1"])
def test_what_needs_the_whole_text_is_left_to_the_careful_reader(odd: str) -> None:
    lines = table()
    lines.insert(3000, odd)
    assert read_large(io.BytesIO("\n".join(lines).encode()), "log.csv") is None


@pytest.mark.parametrize(
    "opening", ["# seed: 1", "A title", "sep=;", "step loss val_loss", "a,b,c\n,,,"]
)
def test_an_unusual_beginning_is_left_or_read_alike(opening: str) -> None:
    text = "\n".join([opening, *table()])
    large = read_large(io.BytesIO(text.encode()), "log.csv")
    if large is not None:
        assert shown(large.sheet) == shown(read_sheet(text, "log.csv"))


def test_a_line_without_an_end_is_left_to_the_careful_reader() -> None:
    text = "\n".join(table()) + "\n" + "1" * (1 << 19)
    assert read_large(io.BytesIO(text.encode()), "log.csv") is None


def test_a_mark_of_utf8_is_passed_over() -> None:
    text = "\n".join(table())
    large = read_large(io.BytesIO(b"\xef\xbb\xbf" + text.encode()), "log.csv")
    assert large is not None
    assert shown(large.sheet) == shown(read_sheet(text, "log.csv"))


def test_a_cell_that_is_too_long_is_reported_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_rows, "LONGEST_CELL", 1 << 12)
    for place in (400, 2500, ROWS + 1):
        lines = table()
        lines.insert(place, f"4000,0.5,{'x' * (1 << 13)}")
        check("\n".join(lines))
        large = read_large(io.BytesIO("\n".join(lines).encode()), "log.csv")
        assert large is not None
        assert ("cell_too_long", place + 1) in [
            (issue.key, issue.position) for issue in large.sheet.issues
        ]


def test_rows_that_grow_longer_take_no_room_for_rows_that_never_come() -> None:
    short = b"".join(b"%d,1\n" % step for step in range(60_000))
    long = b"".join(b"%d,1.%s\n" % (step, b"0" * 400) for step in range(60_000, 62_000))
    data = b"step,loss\n" + short + long
    large = read_large(io.BytesIO(data), "log.csv", 50 * len(data))
    assert large is not None
    column = large.sheet.columns[1]
    assert len(column) == 62_000
    assert column.present.all()
    assert column.value.base is not None
    assert len(column.value.base) <= 4 * 62_000


def test_dots_that_part_thousands_are_no_decimal_points() -> None:
    rows = [f"{step};0,{step % 9};{1 + step % 8}.{step % 1000:03d}" for step in range(400)]
    rows += [f"{step};{1 + step % 8}.{step % 1000:03d};{1 + step % 8}.000" for step in range(9000)]
    check("\n".join(["step;loss;samples", *rows, *rows[:400], ""]))

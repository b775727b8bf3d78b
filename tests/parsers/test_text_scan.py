"""Shapes of lines, and the numbers cut out of them."""

from __future__ import annotations

import pytest

from analyzer.parsers import _text_scan
from analyzer.parsers._text_plan import Key
from analyzer.parsers._text_scan import Scan, scan_text

LOSS = Key("value", "loss")


def test_many_lines_of_one_shape_give_exact_numbers() -> None:
    values = [round(0.1234 + row / 7919, 4) for row in range(500)]
    text = "".join(f"step {row:03d}: loss {value:.4f}\n" for row, value in enumerate(values))
    cells = scan_text([text.encode()])[LOSS]
    assert cells.values.tolist() == values
    assert cells.rows.tolist() == list(range(500))


def test_lines_of_several_shapes_stay_in_order() -> None:
    values = [10.0**power for power in range(-6, 6)] * 4
    text = "".join(f"step {row}: loss {value!r}\n" for row, value in enumerate(values))
    chunks = [line.encode() for line in text.splitlines(keepends=True)]
    cells = scan_text(["".join(text.splitlines(keepends=True)[:20]).encode(), *chunks[20:]])[LOSS]
    assert cells.values.tolist() == values
    assert (cells.rows[1:] > cells.rows[:-1]).all()


def test_names_that_differ_in_a_digit_stay_apart() -> None:
    text = "".join(f"epoch {row} top1: 0.{row} top5: 0.{row + 1}\n" for row in range(8))
    text += "".join(f"epoch {row} top2: 0.{row} top5: 0.{row + 1}\n" for row in range(8))
    columns = scan_text([text.encode()])
    assert [len(columns[Key("value", name)].values) for name in ("top1", "top2", "top5")] == [
        8,
        8,
        16,
    ]


def test_a_line_that_says_nothing_is_not_kept() -> None:
    scan = Scan()
    scan.read(b"fetched shard-0af3 of 12 buckets\n" * 3)
    assert not scan.shapes
    assert not scan.columns()


def test_shapes_are_forgotten_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_text_scan, "_MOST_SHAPES", 4)
    text = "".join(f"step {10**row}: loss {10**row}.5\n" for row in range(12))
    assert scan_text([text.encode()])[LOSS].values.tolist() == [10**row + 0.5 for row in range(12)]


def test_a_row_needs_a_header() -> None:
    assert not scan_text([b"1 0.5 0.6\n2 0.5 0.6\n"])
    columns = scan_text([b"epoch train_loss val_loss\n1 0.5 0.6\n2 0.4 0.5\n"])
    assert columns[Key("value", "val_loss")].values.tolist() == [0.6, 0.5]


def test_one_number_over_another_is_their_quotient() -> None:
    cells = scan_text([b"epoch 1 Accuracy: 95/100 (95%)\n"])[Key("value", "Accuracy")]
    assert cells.values.tolist() == [0.95]

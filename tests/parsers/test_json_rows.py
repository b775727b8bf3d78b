"""JSON Lines as rows: nested names, names that are repeated, and each kind of lost line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from analyzer.parsers import _json_rows
from analyzer.parsers._column import Column
from analyzer.parsers._json_rows import Losses, Record, Rows, read_rows


def read(content: bytes) -> tuple[list[Record], Losses]:
    losses = Losses()
    return list(read_rows(io.BytesIO(content), losses)), losses


def lines(*rows: Any) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def columns_of(*rows: dict[str, Any]) -> dict[str, Column]:
    table = Rows()
    for number, row in enumerate(rows, 1):
        table.add(row, number)
    return {column.name: column for column in table.columns()}


def test_each_object_is_a_row_with_the_number_of_its_line() -> None:
    records, losses = read(b'{"a": 1}\n\n{"a": 2}\r\n{}\n{"a": 3}\n')
    assert [(record.line, record.row["a"]) for record in records] == [(1, 1), (3, 2), (5, 3)]
    assert losses == Losses()


def test_lines_that_are_not_objects_are_counted_from_the_first() -> None:
    records, losses = read(b'{"a": 1}\nEpoch 1\n[1, 2]\n3\n{"a": 2}\n')
    assert len(records) == 2
    assert (losses.bad, losses.first) == (3, 2)
    (issue,) = losses.issues("log.jsonl", kept=7)
    assert (issue.severity, issue.key, issue.position) == ("warning", "bad_lines", 2)
    assert (issue.kept, issue.values) == (7, {"count": 3})


def test_a_last_line_that_is_cut_is_not_a_bad_line() -> None:
    records, losses = read(b'{"a": 1}\n{"a": 2, "b')
    assert len(records) == 1
    assert (losses.bad, losses.cut) == (0, 2)
    (issue,) = losses.issues("log.jsonl", kept=1)
    assert (issue.key, issue.position) == ("cut_line", 2)
    whole, losses = read(b'{"a": 1}\n{"a": 2}')  # only the end of the line is missing
    assert (len(whole), losses.cut) == (2, None)


def test_nul_bytes_before_a_row_are_skipped_and_within_one_spoil_it() -> None:
    records, losses = read(b'{"a": 1}\n\0\0\0{"a": 2}\n{"a": "\0"}\n\0\0\n')
    assert [record.row["a"] for record in records] == [1, 2]
    assert (losses.nuls, losses.spoilt, losses.bad) == (6, 1, 0)
    (issue,) = losses.issues("log.jsonl", kept=2)
    assert (issue.key, issue.values) == ("nul_bytes", {"count": 6, "rows": 1})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    text = '{"pérdida": 1}\n{"pérdida": 2}\n'
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    records, losses = read(mark + text.encode(encoding))
    assert [dict(record.row) for record in records] == [{"pérdida": 1}, {"pérdida": 2}]
    assert losses == Losses()


def test_a_line_that_is_too_long_is_one_bad_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json_rows, "LONGEST_LINE", 64)
    records, losses = read(lines({"a": 1}, {"a": "x" * 500}, {"a": 2}))
    assert [record.line for record in records] == [1, 3]
    assert (losses.bad, losses.first) == (1, 2)


def test_numbers_are_filled_into_the_rows_that_have_them() -> None:
    columns = columns_of({"step": 1, "loss": 2.5}, {"step": 2}, {"step": 3, "loss": None})
    assert columns["step"].value.tolist() == [1, 2, 3]
    assert columns["loss"].present.tolist() == [True, False, False]
    assert columns["loss"].value[0] == 2.5


def test_nested_names_are_joined_by_a_slash() -> None:
    columns = columns_of({"val": {"loss": 1, "top": {"5": 2}}, "lr": 3})
    assert list(columns) == ["val/loss", "val/top/5", "lr"]


def test_names_nested_too_deeply_are_not_followed() -> None:
    row: Any = 1
    for _ in range(500):
        row = {"a": row}
    assert len(columns_of({"deep": row, "loss": 1})) <= 2


def test_a_name_that_nesting_repeats_gets_a_suffix() -> None:
    columns = columns_of({"val/loss": 1, "val": {"loss": 2}}, {"val/loss": 3})
    assert columns["val/loss"].value.tolist() == [1, 3]
    assert columns["val/loss.1"].present.tolist() == [True, False]
    assert columns["val/loss.1"].value[0] == 2


def test_a_whole_number_that_a_float_cannot_hold_keeps_its_digits() -> None:
    columns = columns_of({"step": 2**53 + 1}, {"step": 2**80})
    assert dict(columns["step"].exact) == {0: 2**53 + 1}


def test_names_with_lists_alone_are_passed_over_with_their_number() -> None:
    table = Rows()
    table.add({"loss": 1, "grid": [1, 2], "shape": [3]}, 1)
    table.add({"loss": 2, "grid": [3, 4], "shape": [3]}, 2)
    table.add({"loss": 3, "grid": None}, 3)
    assert [column.name for column in table.columns()] == ["loss", "shape"]
    (left_out,) = table.lists()
    assert (left_out.name, left_out.key, left_out.values) == ("grid", "not_scalar", {"count": 2})


def test_text_stays_text_and_other_things_are_named() -> None:
    columns = columns_of({"note": "warm-up", "flag": [1, 2]}, {"note": "2.5", "flag": 1})
    assert dict(columns["note"].text) == {0: "warm-up"}
    assert columns["note"].value[1] == 2.5
    assert dict(columns["flag"].text) == {0: "(list)"}


def test_names_of_one_value_are_forgotten_where_a_record_has_most_of_them() -> None:
    rows = Rows()
    rows.add({"step": 0, "loss": 1.0}, 1)
    rows.add({"step": 1, **{f"k{at}": at for at in range(9)}}, 2)
    rows.add({"step": 2, "loss": 0.5, "test_loss": 0.6}, 3)
    rare = rows.leave_rare(6)
    assert rare is not None
    assert (rare.lost, rare.names, rare.line) == (6, 12, 2)
    assert list(rows.cells) == ["step", "loss", "k0", "k1", "k2", "test_loss"]
    assert rows.leave_rare(6) is None


def test_names_of_several_values_are_never_forgotten() -> None:
    rows = Rows()
    for line in (1, 2):
        rows.add({"a": line, "b": line}, line)
    assert rows.leave_rare(1) is None
    assert list(rows.cells) == ["a", "b"]


def test_what_a_logger_puts_before_an_object_is_left_out() -> None:
    content = b'2026-01-05 10:00:01 INFO: {"a": 1}\nnote {b}\n[x] "y": {"a": 2}\n{"a": 3}\n'
    records, losses = read(content)
    assert [record.row for record in records] == [{"a": 1}, {"a": 3}]
    assert (losses.bad, losses.first) == (2, 2)


def test_a_comma_behind_an_object_is_left_out() -> None:
    records, losses = read(b'{"a": {"b": 1}},\n{"a": {"b": 2}} ,\n')
    assert [record.row["a"]["b"] for record in records] == [1, 2]
    assert losses == Losses()

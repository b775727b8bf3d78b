"""W&B runs: logs that are cut or damaged lose what is damaged and say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import NothingReadable
from analyzer.parsers._wandb_records import read_record
from tests.parsers.wandb_logs import (
    content,
    history,
    item,
    keys,
    only,
    part,
    rows,
    series,
    start,
    values,
    whole,
    write,
)


def test_a_log_cut_at_any_byte_gives_the_rows_before(tmp_path: Path) -> None:
    records = [start({"lr": 0.1}), *rows(6)]
    data = content(records)
    ends = [len(content(records[:count])) for count in range(len(records) + 1)]
    for size in range(ends[2], len(data)):
        run = only(write(tmp_path, data[:size]))
        count = sum(end <= size for end in ends[2:])
        assert values(run, "train/loss") == [1 / (step + 1) for step in range(count)]
        assert keys(run) == ([] if size in ends else ["truncated_record"])
        assert sum(issue.bytes for issue in run.issues) == size - max(
            end for end in ends if end <= size
        )


def test_no_flipped_byte_changes_a_point_or_goes_unnoticed(tmp_path: Path) -> None:
    data = content([start({"lr": 0.1}), *rows(4)])
    right = {(step, 1 / (step + 1)) for step in range(4)}
    for at in range(len(data)):
        path = write(tmp_path, data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            run = only(path)
        except NothingReadable:
            continue
        assert {issue.severity for issue in run.issues} == {"warning"}
        for curve in run.series:
            assert set(zip(curve.step.tolist(), curve.value.tolist(), strict=True)) <= right


def test_damage_costs_one_block_of_a_long_log(tmp_path: Path) -> None:
    data = content(rows(5000))
    at = 2 * 32768 + 500
    run = only(write(tmp_path, data[:at] + b"\xff" + data[at + 1 :]))
    lost = set(range(5000)) - set(series(run, "train/loss").step.tolist())
    assert 0 < len(lost) < 600
    assert lost == set(range(min(lost), max(lost) + 1))
    (issue,) = run.issues
    assert (issue.key, issue.kept, issue.position // 32768) == ("bad_block", 5000 - len(lost), 2)


def test_a_row_may_fill_several_blocks(tmp_path: Path) -> None:
    big = history({"loss": 0.5, "note": "x" * 100_000}, 0)
    assert values(only(write(tmp_path, [big, history({"loss": 0.25}, 1)])), "loss") == [0.5, 0.25]


BAD_VALUES = {
    "no JSON": b"{]",
    "too deep": b"[" * 100_000,
    "too long a number": b"1" * 5000,
    "more than a float holds": b"1" + b"0" * 400,
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_a_value_that_cannot_be_read_is_counted_as_lost(name: str, tmp_path: Path) -> None:
    run = only(
        write(tmp_path, [history({"loss": BAD_VALUES[name], "acc": 1}, 0), *rows(2, first=1)])
    )
    assert run.points == 3
    assert [(issue.key, issue.lost) for issue in run.issues] == [("bad_wandb_value", 1)]


def test_a_record_that_is_no_message_costs_that_record(tmp_path: Path) -> None:
    run = only(write(tmp_path, [*rows(2), b"\xff\xff\xff", part(2, b"\x0b"), *rows(2, first=2)]))
    assert (run.points, keys(run), run.issues[0].values["count"]) == (4, ["bad_wandb_record"], 2)


def test_a_name_that_is_no_utf8_is_kept_with_an_issue(tmp_path: Path) -> None:
    row = part(2, part(1, part(2, b"lo\xffss") + part(16, "1")))
    run = only(write(tmp_path, [row]))
    assert (run.series[0].tag, keys(run)) == ("lo�ss", ["bad_name"])


@pytest.mark.parametrize(
    "name", ["n" * 127, "n" * 128, "n" * 20_000, ("a" * 100, "b" * 200, "c"), tuple("abc" * 20)]
)
def test_a_name_may_have_any_length(name: str | tuple[str, ...], tmp_path: Path) -> None:
    run = only(
        write(
            tmp_path,
            [history({name: "x", "loss": "0.5".ljust(200).encode()}, 0), history({name: 0.5}, 1)],
        )
    )
    assert values(run, name if isinstance(name, str) else ".".join(name)) == [0.5]
    assert values(run, "loss") == [0.5]


@pytest.mark.parametrize(
    "path", [("loss",), ("val", "loss"), ("",), ("x" * 127,), ("x" * 128, "y")]
)
@pytest.mark.parametrize(
    "value", [0.5, "Infinity", None, [1], "x" * 125, "x" * 126, {"a": 1}, b"{]"]
)
def test_a_field_that_is_unknown_changes_nothing(path: tuple[str, ...], value: Any) -> None:
    known = item(path, value)
    assert read_record(part(2, part(1, known))) == read_record(
        part(2, part(1, known + whole(99, 1)))
    )

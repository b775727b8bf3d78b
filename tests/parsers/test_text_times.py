"""Durations and dates of single lines: seconds where a unit says so, nothing where none is sure."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from analyzer.parsers._text_grammar import read_line
from analyzer.parsers._text_plan import STAMP, TIME, VALUE
from analyzer.parsers._text_scan import Key, scan_text
from analyzer.parsers._text_times import cell_time, may_say_time, seconds_at_midnight, time_line


def times(line: str) -> dict[str, float]:
    """Return the durations of a line by name."""
    columns = scan_text([line.encode()])
    return {
        key.name: round(float(cells.values[0]), 6)
        for key, cells in columns.items()
        if key.role == TIME
    }


def stamp(line: str) -> float | None:
    """Return the date of a line in seconds since 1970."""
    cells = scan_text([line.encode()]).get(Key(STAMP))
    return None if cells is None else float(cells.values[0])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Epoch 3 loss: 0.5 train_time: 12.3s", {"train_time": 12.3}),
        ("Epoch 3 loss: 0.5 train_time: 12.3", {"train_time": 12.3}),
        ("epoch 3 | loss 0.5 | time=0.5s/it", {"time": 0.5}),
        ("epoch 3 | loss 0.5 | elapsed 1:02:03", {"elapsed": 3723.0}),
        ("epoch 3, loss 0.5, batch time: 250ms", {"batch time": 0.25}),
        ("epoch 3, loss 0.5, took 2m 5s", {"took": 125.0}),
        ("epoch 3, loss 0.5, took 2.5 min", {"took": 150.0}),
        ("[train] loss=0.5, time=1 minute and 44.5 seconds, count=3", {"time": 104.5}),
        (
            "epoch 3 loss: 0.5 Time per batch: 0.123[s] Speed: 500[samples/s]",
            {"Time per batch": 0.123},
        ),
        ("epoch 3, loss 0.5, duration: 1h2m3.5s", {"duration": 3723.5}),
        ("epoch 3 loss 0.5 time (s): 7.25", {"time": 7.25}),
        ("Epoch: [3][10/50] Time 0.523 ( 0.612) Loss 0.5 (0.6)", {"Time": 0.612}),
        ("epoch 3 done in 12.5s, loss 0.5", {"done in": 12.5}),
        ("{'epoch': 3, 'loss': 0.5, 'fit_time': 3.5}", {}),  # a value of the dict, as before
        (" 10/10 [00:12<00:00,  1.2it/s, loss=0.5]", {"elapsed": 12.0}),
        (" 10/10 [1:00:12<00:30,  1.2it/s, loss=0.5]", {"elapsed": 3612.0}),
        ("938/938 [=======] - 5s 3ms/step - loss: 0.5", {"elapsed": 5.0}),
        ("training time: 3.5s", {"training time": 3.5}),
        ("Time: 3.5s", {"Time": 3.5}),
    ],
)
def test_durations_are_in_seconds_where_the_line_says_so(
    line: str, expected: dict[str, float]
) -> None:
    assert times(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "epoch 3 loss 0.5 eta: 1:02:03",
        "epoch 3 loss 0.5 remaining 12s",
        "epoch 3 loss 0.5 estimated time to finish: 23 minutes and 16.5 seconds",
        "epoch 3 loss 0.5 elapsed 12:30",  # hours or minutes
        "epoch 3 loss 0.5 time: 10:11:12",  # may be the time of day
        "epoch 3 loss 0.5 start time: 10:11:12",
        "epoch 3 loss 0.5 sample size 12",
        "epoch 3 loss 0.5 (12.3s)",  # has no name
        "7/10 [==>...] - ETA: 5s - loss: 0.5",
        "7/10 ━━━━━━━━ 5s 3ms/step - loss: 0.5",  # what remains, or what it took
        "epoch 3 time_step: 5 loss 0.5",
        "{'train_runtime': 12.1, 'train_loss': 0.5, 'epoch': 8}",
    ],
)
def test_what_may_be_no_duration_is_none(line: str) -> None:
    assert times(line) == {}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("2024-03-05 10:11:12,123 - INFO - ", datetime(2024, 3, 5, 10, 11, 12, 123000, UTC)),
        ("[2024/03/05 10:11:12] ", datetime(2024, 3, 5, 10, 11, 12, tzinfo=UTC)),
        ("2024-03-05T10:11:12.5Z ", datetime(2024, 3, 5, 10, 11, 12, 500000, UTC)),
        ("2024-03-05T10:11:12+02:30 ", datetime(2024, 3, 5, 7, 41, 12, tzinfo=UTC)),
        ("2024-02-29 00:00:00 ", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_date_before_the_numbers_is_wall_time(prefix: str, expected: datetime) -> None:
    assert stamp(f"{prefix}epoch 3 loss: 0.5") == pytest.approx(expected.timestamp(), abs=1e-3)


@pytest.mark.parametrize("prefix", ["05/03/2024 10:11:12 ", "03-05 10:11:12 ", "10:11:12 ", ""])
def test_a_date_that_may_be_another_day_is_none(prefix: str) -> None:
    assert stamp(f"{prefix}epoch 3 loss: 0.5") is None


def test_what_is_no_day_is_nan() -> None:
    year, month, day = np.array([2024.0, 2024.0]), np.array([13.0, 1.0]), np.array([1.0, 2.0])
    assert np.isnan(seconds_at_midnight(year, month, day)[0])
    assert seconds_at_midnight(year, month, day)[1] == datetime(2024, 1, 2, tzinfo=UTC).timestamp()


def test_many_lines_of_one_form_are_read_as_few_are() -> None:
    text = "".join(f"epoch {i} loss 0.{i} elapsed 0:0{i}:10\n" for i in range(1, 10))
    columns = scan_text([text.encode()])
    expected = [60.0 * i + 10 for i in range(1, 10)]
    assert columns[Key(TIME, "elapsed")].values.tolist() == expected


def test_a_cell_of_a_table_may_be_minutes_and_seconds() -> None:
    row = "3  0.5  01:12  0.25"
    span = read_line(b"[3/10] loss: 0.5").fields[0].span._replace(start=8, end=13)
    found = cell_time("time", row, span)
    assert found is not None
    assert [part.factor for part in found.parts] == [60.0, 1.0]
    assert cell_time("acc", row, span) is None
    assert cell_time("time", row, span._replace(start=3, end=6)) is not None


@pytest.mark.parametrize(
    ("clocks", "is_read"),
    [
        (("10:01", "10:02", "10:03", "10:04", "10:05"), False),
        (("23:50", "23:55", "00:00", "00:05", "00:10"), False),
        (("10:01", "10:01", "10:02", "10:03", "10:04"), False),
        (("00:12", "00:13", "00:12", "00:13", "00:12"), True),
        (("00:12", "00:12", "00:12", "00:12", "00:12"), True),
        (("00:01", "00:02", "00:03", "00:04", "00:05"), True),
        (("30:01", "30:02", "30:03", "30:04", "30:05"), True),
        (("58:10", "59:20", "1:00:30", "58:40", "59:10"), True),
    ],
)
def test_a_column_of_times_of_day_holds_no_durations(
    clocks: tuple[str, ...], is_read: bool
) -> None:
    rows = [f"{at}  0.{at}  {clock}\n" for at, clock in enumerate(clocks, 1)]
    columns = scan_text([f"epoch  loss  time\n{''.join(rows)}".encode()])
    assert any(key.role == TIME for key in columns) == is_read
    assert len(columns[Key(VALUE, "loss")].values) == len(clocks)


def test_a_line_of_a_time_alone_is_looked_at() -> None:
    assert may_say_time(b"Time: 3.5s")
    assert not may_say_time(b"hello, world")
    assert [field.name for field in time_line(b"Time: 3.5s").fields] == ["Time"]

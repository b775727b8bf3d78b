"""A NaN that means "not evaluated" is told from a blow-up by what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from analyzer.parsers._column import Column
from analyzer.parsers._not_evaluated import not_evaluated

NAN = float("nan")
INF = float("inf")
FALLING = [2.0 / (row + 1) for row in range(12)]


def marked(
    cells: Mapping[str, Sequence[float]], step: Sequence[int] | None = None
) -> dict[str, list[int]]:
    """Return the rows that are marked, by column; step counts the rows by default."""
    columns = []
    for name, values in cells.items():
        columns.append(Column(name, np.array(values), np.ones(len(values), dtype=bool)))
    rows = len(columns[0])
    steps = np.arange(rows) if step is None else np.array(step, dtype=np.int64)
    return {
        name: np.flatnonzero(rows).tolist() for name, rows in not_evaluated(columns, steps).items()
    }


def every(period: int, *, first: int, rows: int = 12) -> list[float]:
    """Return a curve that is NaN but in a rhythm."""
    values = [NAN] * rows
    values[first::period] = [1.0 + row / 10 for row in range(first, rows, period)]
    return values


@pytest.mark.parametrize(("period", "first"), [(2, 1), (3, 2), (4, 3), (4, 0), (4, 1), (6, 5)])
def test_values_in_a_rhythm_leave_the_other_rows_out(period: int, first: int) -> None:
    found = marked({"loss": FALLING, "val_loss": every(period, first=first)})
    rows = [row for row in range(12) if (row - first) % period]
    assert found == {"val_loss": rows}


def test_a_rhythm_of_steps_counts_where_the_rows_are_uneven() -> None:
    step = [10, 20, 30, 40, 45, 50, 60, 70, 80, 90, 100, 110]
    val = [NAN, NAN, 1.0, NAN, NAN, NAN, 1.1, NAN, NAN, 1.2, NAN, NAN]
    assert marked({"loss": FALLING, "val_loss": val}, step) == {
        "val_loss": [0, 1, 3, 4, 5, 7, 8, 10, 11]
    }


def test_a_missing_value_on_the_beat_stays_a_nan() -> None:
    val = every(2, first=1)
    val[7] = NAN
    assert 7 not in marked({"loss": FALLING, "val_loss": val})["val_loss"]


def test_the_beats_after_a_blow_up_stay_nan() -> None:
    val = every(2, first=1)
    val[7::2] = [NAN] * 3
    train = [*FALLING[:6], *[NAN] * 6]
    assert marked({"loss": train, "val_loss": val}) == {"val_loss": [0, 2, 4, 6, 8, 10]}


def test_train_and_val_that_never_share_a_row_leave_each_other_out() -> None:
    train = [2.0, NAN, 1.5, NAN, 1.2, NAN]
    val = [NAN, 2.1, NAN, 1.7, NAN, 1.6]
    assert marked({"train_loss": train, "val_loss": val}) == {
        "train_loss": [1, 3, 5],
        "val_loss": [0, 2, 4],
    }


def test_a_blow_up_among_rows_of_turns_stays_nan() -> None:
    train = [2.0, NAN, 1.5, NAN, NAN, NAN, NAN, NAN]
    val = [NAN, 2.1, NAN, 1.7, NAN, NAN, NAN, NAN]
    found = marked({"train_loss": train, "val_loss": val})
    assert 4 not in found["train_loss"]
    assert not {5, 7} & {*found["val_loss"]}


def test_a_test_after_the_last_epoch_leaves_the_others_out() -> None:
    train = [*FALLING[:11], NAN]
    test = [NAN] * 11 + [0.7]
    found = marked({"train_loss": train, "val_loss": train, "test_loss": test})
    assert found == {"train_loss": [11], "val_loss": [11], "test_loss": list(range(11))}


def test_a_split_without_any_value_was_not_evaluated_while_training_stays_finite() -> None:
    never = [NAN] * 12
    found = marked({"loss": FALLING, "acc": FALLING, "val_loss": never, "val_acc": never})
    assert found == {"val_loss": list(range(12)), "val_acc": list(range(12))}


@pytest.mark.parametrize("rows", [[4], [0], [1, 2, 5], [0, 3, 4, 9]])
def test_a_test_set_tried_now_and_then_beside_validation_needs_no_rhythm(rows: list[int]) -> None:
    test = [0.7 if row in rows else NAN for row in range(12)]
    found = marked({"loss": FALLING, "val_loss": FALLING, "test_loss": test})
    assert found == {"test_loss": [row for row in range(12) if row not in rows]}


def test_a_learning_rate_that_is_left_out_with_the_training_loss_is_no_nan() -> None:
    train = [2.0, NAN, 1.5, NAN, 1.2, NAN]
    val = [NAN, 2.1, NAN, 1.7, NAN, 1.6]
    found = marked({"train_loss": train, "val_loss": val, "lr": train, "gpu": [1.0, NAN] * 3})
    assert found["lr"] == found["gpu"] == found["train_loss"] == [1, 3, 5]
    assert "lr" not in marked({"loss": FALLING[:6], "val_loss": FALLING[:6], "lr": train})


GUARDS = {
    "a test loss that stays NaN after some values": {
        "loss": FALLING,
        "val_loss": FALLING,
        "test_loss": [*FALLING[:4], *[NAN] * 8],
    },
    "a test loss with holes": {
        "loss": FALLING,
        "val_loss": FALLING,
        "test_loss": [2.0, 1.9, NAN, 1.7, NAN, NAN, 1.4, 1.3, NAN, 1.1, 1.0, 0.9],
    },
    "a test loss where validation blows up": {
        "loss": FALLING,
        "val_loss": [*FALLING[:5], *[NAN] * 7],
        "test_loss": [NAN, NAN, NAN, 0.7, *[NAN] * 8],
    },
    "a training loss that ends in NaN": {
        "loss": [*FALLING[:6], *[NAN] * 6],
        "val_loss": [*FALLING[:6], *[NAN] * 6],
    },
    "a loss beside a score of the same split": {
        "loss": FALLING,
        "val_loss": [NAN] * 12,
        "val_acc": FALLING,
    },
    "a loss beside a score of an unknown split": {
        "loss": FALLING,
        "mAP50": FALLING,
        "val_loss": [NAN] * 12,
    },
    "infinities in a rhythm": {
        "loss": FALLING,
        "val_loss": [NAN, NAN, INF, NAN, NAN, INF, NAN, NAN, INF, NAN, NAN, INF],
    },
    "a validation that blows up for good": {
        "loss": FALLING,
        "val_loss": [*FALLING[:5], *[NAN] * 7],
    },
    "holes here and there": {
        "loss": FALLING,
        "val_loss": [2.0, 1.9, NAN, 1.7, NAN, NAN, 1.4, 1.3, NAN, 1.1, 1.0, 0.9],
    },
    "one skipped step of mixed precision": {
        "loss": [*FALLING[:4], NAN, *FALLING[5:]],
        "val_loss": FALLING,
    },
    "no training beside it": {"val_loss": every(3, first=2)},
}


@pytest.mark.parametrize("case", GUARDS)
def test_a_true_nan_is_left_alone(case: str) -> None:
    assert marked(GUARDS[case]) == {}


def test_held_out_metrics_that_are_blank_together_need_no_rhythm() -> None:
    val = [NAN, 2.0, NAN, NAN, NAN, 1.5, NAN, NAN, 1.4, NAN, NAN, NAN]
    found = marked({"loss": FALLING, "val_loss": val, "val_acc": val})
    assert found["val_loss"] == found["val_acc"] == [0, 2, 3, 4, 6, 7, 9, 10, 11]


def test_a_table_with_a_pattern_for_each_column_is_not_compared_pair_by_pair() -> None:
    cells = {}
    for place in range(80):
        values = [NAN] * 100
        values[place] = values[place + 20] = 1.0
        cells[f"train_loss/{place}"] = values
    assert marked(cells) == {}

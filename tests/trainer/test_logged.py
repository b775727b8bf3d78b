"""The logged run: what each epoch yields, when it stops, and how it restarts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.trainer.scenarios import SCENARIOS, Kill, Network, Scenario

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import data  # noqa: E402 - needs torch
from analyzer.trainer.logged import EarlyStopping, logged, rich_epochs  # noqa: E402 - needs torch
from analyzer.trainer.loop import Trainee  # noqa: E402 - needs torch
from analyzer.trainer.records import Histogram, Picture, Point, Predictions, Record, Restart  # noqa: E402

SMALL = replace(
    SCENARIOS["healthy"], train_rows=60, val_rows=20, batch=20, epochs=4, network=Network((8,))
)


def records(
    scenario: Scenario = SMALL, *, is_rich: bool = False, per_step: bool = False
) -> list[Record]:
    sets = data.make(scenario, 0)
    trainee = Trainee(scenario, sets, device=torch.device("cpu"), seed=0)
    return list(logged(trainee, is_rich=is_rich, per_step=per_step))


def epochs_of(found: list[Record]) -> list[int]:
    return [
        record.epoch for record in found if isinstance(record, Point) and record.grain == "epoch"
    ]


def test_train_values_are_means_over_the_steps_of_the_epoch() -> None:
    points = [record for record in records(per_step=True) if isinstance(record, Point)]
    steps = [point for point in points if point.grain == "step" and point.epoch == 2]
    (end,) = (point for point in points if point.grain == "epoch" and point.epoch == 2)
    assert len(steps) == 3
    mean = np.mean([point.values["train/loss"] for point in steps])
    assert end.values["train/loss"] == pytest.approx(mean)
    assert end.step == steps[-1].step


def test_steps_change_nothing_but_their_own_records() -> None:
    ends = [record for record in records() if isinstance(record, Point)]
    with_steps = [record for record in records(per_step=True) if isinstance(record, Point)]
    assert ends == [point for point in with_steps if point.grain == "epoch"]


def test_predictions_come_with_each_new_lowest_validation_loss() -> None:
    lowest, expected, found = np.inf, [], []
    for record in records(replace(SMALL, epochs=8, lr=0.02)):
        if isinstance(record, Point) and record.values["val/loss"] < lowest:
            lowest = record.values["val/loss"]
            expected.append(record.epoch)
        if isinstance(record, Predictions):
            found.append(record.epoch)
    assert found == expected


def test_a_killed_run_repeats_the_epochs_after_its_checkpoint() -> None:
    found = records(replace(SMALL, epochs=5, kill=Kill(checkpoint=2, at=4)), per_step=True)
    assert sum(isinstance(record, Restart) for record in found) == 1
    assert epochs_of(found) == [1, 2, 3, 3, 4, 5]
    at = next(place for place, record in enumerate(found) if isinstance(record, Restart))
    before, after = found[at - 1], found[at + 1]
    assert isinstance(before, Point)
    assert isinstance(after, Point)
    assert (before.step, after.step) == (11, 7)  # half of the fourth epoch; after the second


def test_early_stopping_ends_the_run() -> None:
    found = records(replace(SMALL, epochs=200, lr=0.05, patience=3))
    losses = [
        record.values["val/loss"]
        for record in found
        if isinstance(record, Point) and record.grain == "epoch"
    ]
    assert len(losses) - 1 - int(np.argmin(losses)) == 3


def test_the_patience_counts_epochs_without_a_new_lowest_loss() -> None:
    stopping = EarlyStopping(2)
    assert [stopping.observe(loss) for loss in (1.0, 0.5, 0.5, 0.4, 0.6)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert not stopping.is_over
    stopping.observe(0.7)
    assert stopping.is_over
    assert not EarlyStopping(None).is_over


def test_rich_epochs_are_five_from_the_first_to_the_last() -> None:
    assert rich_epochs(9) == {1, 3, 5, 7, 9}
    assert rich_epochs(3) == {1, 2, 3}
    found = records(replace(SMALL, epochs=2), is_rich=True)
    assert {record.epoch for record in found if isinstance(record, Histogram | Picture)} == {1, 2}

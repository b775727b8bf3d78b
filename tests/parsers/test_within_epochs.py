"""A step that counts within the epoch is counted through the run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analyzer.parsers._column import Column
from analyzer.parsers._within_epochs import counted_through
from analyzer.reading.load import load


def column(name: str, values: Sequence[float]) -> Column:
    numbers = np.array(values, dtype=float)
    return Column(name, numbers, ~np.isnan(numbers))


def counted(**cells: Sequence[float]) -> tuple[str, list[float]]:
    """Return the step that counts through a table, and its numbers."""
    found = counted_through([column(name, values) for name, values in cells.items()])
    numbers = {own.name: own.value.tolist() for own in found.columns}
    return found.step, numbers.get(found.step, [])


@pytest.mark.parametrize(
    ("epoch", "batch", "steps"),
    [
        ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 1, 2, 3, 4, 5]),
        ([1, 1, 2, 2], [1, 2, 1, 2], [1, 2, 3, 4]),
        ([0, 0, 0, 1, 1], [0, 50, 100, 0, 50], [0, 50, 100, 150, 200]),
        ([0.1, 0.9, 1.1, 1.9], [0, 1, 0, 1], [0, 1, 2, 3]),
        ([5, 5, 6, 6], [0, 1, 0, 1], [8, 9, 10, 11]),
    ],
)
def test_batches_of_an_epoch_follow_those_before(
    epoch: list[float], batch: list[float], steps: list[float]
) -> None:
    assert counted(epoch=epoch, batch=batch) == ("batch", steps)


def test_iterations_and_episodes_have_steps_too() -> None:
    assert counted(iteration=[1, 1, 2, 2], step=[0, 1, 0, 1])[1] == [0, 1, 2, 3]
    assert counted(episode=[1, 1, 2, 2], step=[0, 1, 0, 1])[1] == [0, 1, 2, 3]


def test_a_step_that_goes_on_is_taken_instead() -> None:
    found = counted(epoch=[0, 0, 1, 1], step=[0, 1, 0, 1], global_step=[3, 4, 5, 6])
    assert found == ("global_step", [3, 4, 5, 6])


@pytest.mark.parametrize(
    ("epoch", "number"),
    [
        ([0, 1, 2, 3], [12, 9, 15, 8]),  # the iterations that a solver took
        ([0, 0, 1, 1], [0, 1, 2, 3]),
        ([0, 0, 0, 0], [0, 1, 0, 1]),
        ([0, 0, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1]),  # a restart
        ([0, 0, 1, 1], [1, 2, 1, 0]),
        ([0, 0, 1, 1], [5, 6, 0, 1]),
        ([0, 0, 1, 1], [7, 7, 7, 7]),
    ],
)
def test_other_numbers_are_left_alone(epoch: list[float], number: list[float]) -> None:
    assert counted(epoch=epoch, iter=number) == ("", [])


def test_an_evaluation_stands_at_the_last_batch_before_it(tmp_path: Path) -> None:
    rows = ["epoch,batch,train_loss,val_loss"]
    for epoch in range(8):
        rows += [f"{epoch},{batch},{2 / (1 + epoch + batch / 4)}," for batch in range(4)]
        rows.append(f"{epoch},,,{2.5 / (1 + epoch)}")
    log = tmp_path / "log.csv"
    log.write_text("\n".join(rows) + "\n")
    [run] = load(log)
    train, val = run.series
    assert train.step.tolist() == list(range(32))
    assert val.step.tolist() == list(range(3, 32, 4))
    assert val.epoch.tolist() == list(range(8))


def test_files_of_several_splits_keep_their_epochs(tmp_path: Path) -> None:
    for split, batches in (("train", 5), ("val", 2)):
        rows = [
            f"{epoch},{batch},{1 / (1 + epoch)}" for epoch in range(6) for batch in range(batches)
        ]
        (tmp_path / f"{split}.csv").write_text("\n".join(["epoch,batch,loss", *rows]) + "\n")
    [run] = load(tmp_path)
    losses = [series for series in run.series if series.metric == "loss"]
    assert [set(series.step.tolist()) for series in losses] == [set(range(6))] * 2


def test_batches_of_training_and_validation_in_turn_take_the_epoch(tmp_path: Path) -> None:
    rows = [
        f"{split},{epoch},{batch},{1 / (1 + epoch + batch / 10)}"
        for epoch in range(8)
        for split, batches in (("train", 5), ("val", 2))
        for batch in range(batches)
    ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["phase,epoch,batch,loss", *rows]) + "\n")
    [run] = load(log)
    assert run.curve("loss", "train").step.tolist() == np.repeat(range(8), 5).tolist()
    assert run.curve("loss", "val").step.tolist() == np.repeat(range(8), 2).tolist()
    assert run.issues == ()

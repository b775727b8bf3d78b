"""A record of the corpus read as its log would be: steps, rows, holes."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.trainer.replay import numbers, run_of

PLAIN = {
    "id": "1-00001",
    "config": {"epochs": 6, "steps_per_epoch": 2, "per_step": False, "classes": 3},
    "curves": {
        "train_loss": [1.0, 0.9, 0.8, 0.7, 0.6, 0.5],
        "train_accuracy": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
        "lr": [0.1] * 6,
        "val": [
            {"examples": 50, "loss": [1.1, 1.0, 0.9, 0.8, None, 0.7], "accuracy": [0.3] * 6},
            {"examples": 20, "loss": [2.1] * 6, "accuracy": [0.2] * 6},
        ],
    },
}


def shown(**changes):
    """The plain record, with validation every second epoch."""
    loss = [None, 1.0, None, 0.8, None, 0.7]
    curves = {**PLAIN["curves"], "val": [{"examples": 50, "loss": loss}]}
    log = {"val_every": 2, "train_every": 1, "accuracy": False, "holes": False, **changes}
    return {**PLAIN, "config": {**PLAIN["config"], "shown": log}, "curves": curves}


def test_a_plain_record_has_a_row_for_every_epoch_and_nan_for_a_lost_number():
    run = run_of(PLAIN)
    val = run.curve("loss", "val")
    assert val.epoch.tolist() == val.step.tolist() == [1, 2, 3, 4, 5, 6]
    assert np.isnan(val.value[4])
    assert run.curve("accuracy", "train").value[-1] == 0.8
    assert run.config == {}


def test_the_second_validation_set_and_the_classes_are_chosen():
    run = run_of(PLAIN, 1, with_classes=True)
    assert run.curve("loss", "val").value[0] == 2.1
    assert run.config == {"num_classes": 3}


def test_epochs_without_validation_have_no_row():
    run = run_of(shown())
    assert run.curve("loss", "val").step.tolist() == [2, 4, 6]
    assert run.curve("loss", "val").value.tolist() == [1.0, 0.8, 0.7]
    assert run.find_curve("accuracy", "val") is None


def test_holes_are_rows_that_were_not_evaluated():
    run = run_of(shown(holes=True))
    (series,) = [series for series in run.series if series.tag == "val/loss"]
    assert series.not_evaluated.tolist() == [True, False] * 3
    assert run.curve("loss", "val").step.tolist() == [2, 4, 6]


def test_steps_that_are_logged_now_and_then_keep_their_number():
    record = shown(train_every=2)
    config = {**record["config"], "per_step": True}
    run = run_of({**record, "config": config})
    assert run.curve("loss", "train").step.tolist() == [2, 4, 6, 8, 10, 12]
    assert run.curve("loss", "train").epoch.tolist() == [1, 2, 3, 4, 5, 6]
    assert run.curve("loss", "val").step.tolist() == [4, 8, 12]


def test_a_missing_number_is_nan():
    assert numbers([1.0, None]).tolist() == pytest.approx([1.0, np.nan], nan_ok=True)

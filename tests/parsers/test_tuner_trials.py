"""Trials of Keras Tuner: the mean of the executions, settings, observations that are none."""

from __future__ import annotations

from typing import Any

from analyzer.parsers._tuner_trials import is_trial, read_trial

TRIAL: dict[str, Any] = {
    "trial_id": "0",
    "hyperparameters": {"values": {"units": 8}},
    "metrics": {
        "metrics": {
            "val_loss": {
                "observations": [
                    {"value": [0.5, 0.7], "step": 0},
                    None,
                    {"value": [0.4], "step": 1},
                ]
            }
        }
    },
}


def test_an_observation_is_the_mean_of_the_executions() -> None:
    assert is_trial(TRIAL)
    trial = read_trial(TRIAL)
    values = {column.name: column.value.tolist() for column in trial.columns}
    assert values == {"epoch": [0, 1], "val_loss": [0.6, 0.4]}
    assert trial.config == {"units": 8}


def test_an_observation_that_is_no_object_is_told() -> None:
    (odd,) = read_trial(TRIAL).odd
    assert (odd.count, odd.place) == (1, "val_loss/observations[1]")


def test_observations_that_are_no_list_are_none() -> None:
    broken = {**TRIAL, "metrics": {"metrics": {"loss": {"observations": 7}, "accuracy": None}}}
    assert read_trial(broken).columns == []


def test_a_document_without_metrics_is_no_trial() -> None:
    assert not is_trial({"trial_id": "0", "hyperparameters": {}, "metrics": None})

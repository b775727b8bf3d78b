"""Histograms, images and PR curves of an epoch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.trainer.scenarios import SCENARIOS, Network, Scenario

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")
pytest.importorskip("PIL", reason="needs pillow (extra trainer)")

from analyzer.trainer import data, rich  # noqa: E402 - needs torch
from analyzer.trainer.loop import Trainee  # noqa: E402 - needs torch
from analyzer.trainer.records import Histogram, Picture, PrCurve, Record  # noqa: E402 - needs torch

SMALL = replace(SCENARIOS["healthy"], train_rows=60, val_rows=20, batch=20, network=Network((8, 6)))


def records(scenario: Scenario = SMALL, *, lost: bool = False) -> list[Record]:
    trainee = Trainee(scenario, data.make(scenario, 0), device=torch.device("cpu"), seed=0)
    list(trainee.epoch(1))
    if lost:
        with torch.no_grad():
            trainee.model[0].weight.fill_(np.nan)
    return list(rich.records(trainee, 1))


def test_each_layer_has_its_activations_and_gradients() -> None:
    sizes = {
        record.tag: record.values.size for record in records() if isinstance(record, Histogram)
    }
    assert sizes == {
        "activations/layer_1": 20 * 8,
        "activations/layer_2": 20 * 6,
        "gradients/layer_1": 8 * 8,
        "gradients/layer_2": 8 * 6,
        "gradients/layer_3": 6 * 4,
    }


def test_the_scores_of_the_classes_add_up_to_one() -> None:
    curves = [record for record in records() if isinstance(record, PrCurve)]
    assert len(curves) == 4
    np.testing.assert_allclose(np.sum([curve.score for curve in curves], axis=0), 1)
    assert np.sum([curve.truth for curve in curves]) == 20


def test_a_regression_has_rows_but_neither_confusion_nor_curves() -> None:
    regression = replace(SMALL, data="teacher-regression")
    found = [record for record in records(regression) if not isinstance(record, Histogram)]
    assert [record.tag for record in found if isinstance(record, Picture)] == ["val/predictions"]
    assert len(found) == 1


def test_a_network_of_nan_shows_only_what_is_finite() -> None:
    found = records(lost=True)
    assert all(isinstance(record, Histogram) for record in found)
    tags = {record.tag for record in found if isinstance(record, Histogram)}
    assert tags == {"gradients/layer_1", "gradients/layer_2", "gradients/layer_3"}

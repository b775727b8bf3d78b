"""Early stopping on a finished curve, against a naive loop and against Keras itself."""

from __future__ import annotations

import os
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.facts.early_stopping import MIN_DELTAS
from analyzer.facts.early_stopping import PATIENCES as REPLAYED
from analyzer.stats.patience import Stop, improvements, stops
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import numbers

CORPUS = Path(__file__).parents[1] / "corpus" / "corpus.jsonl.gz"
PATIENCES = (0, 1, 2, 5, 20, 30)
DELTAS = (0.0, 0.001, 0.01, 0.1)


def curves(count: int) -> list[np.ndarray]:
    """Return noisy curves that fall, turn, stay flat, repeat values or hold NaN and infinities."""
    rng = np.random.default_rng(21)
    made = []
    for index in range(count):
        length = int(rng.integers(1, 120))
        time = np.arange(length) / max(length, 20)
        curve = np.exp(-3 * time) + rng.uniform(0, 1) * time**2
        curve += rng.choice([0.0, 0.003, 0.05]) * rng.standard_normal(length)
        if index % 4 == 1:
            curve = curve.round(2)  # repeated values and exact differences
        if index % 5 == 2:
            curve[rng.integers(0, length)] = rng.choice([np.nan, np.inf])
        made.append(curve)
    return made


def naive(value: np.ndarray, min_delta: float, patience: int) -> Stop:
    """Return what a loop over the points does, written as Keras writes it."""
    best, kept, wait = value[0], 0, 0
    for at in range(1, len(value)):
        wait += 1
        if np.float32(value[at] + min_delta) < np.float32(best):
            best, kept, wait = value[at], at, 0
        elif wait >= patience:
            return Stop(at, kept)
    return Stop(None, kept)


def test_equals_a_loop_over_the_points() -> None:
    for curve, delta in product(curves(150), DELTAS):
        expected = [naive(curve, delta, patience) for patience in PATIENCES]
        assert stops(curve, delta, PATIENCES) == expected


class Model:
    """As much of a Keras model as early stopping touches."""

    stop_training = False
    metrics = ()

    def get_weights(self) -> list[float]:
        return []

    def set_weights(self, weights: list[float]) -> None:
        pass


def by_keras(callbacks: Any, value: np.ndarray, min_delta: float, patience: int) -> Stop:
    """Return where Keras' own callback ends a curve, and the epoch that it keeps."""
    callback = callbacks.EarlyStopping(
        min_delta=min_delta, patience=patience, mode="min", restore_best_weights=True
    )
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    for at, loss in enumerate(value.tolist()):
        callback.on_epoch_end(at, {"val_loss": loss})
        if model.stop_training:
            return Stop(at, callback.best_epoch)
    return Stop(None, callback.best_epoch)


def test_equals_early_stopping_of_keras() -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    callbacks = pytest.importorskip("keras.callbacks", exc_type=ImportError)
    for curve, delta, patience in product(curves(40), DELTAS, PATIENCES):
        (found,) = stops(curve, delta, [patience])
        assert found == by_keras(callbacks, curve, delta, patience)


def test_equals_early_stopping_of_keras_on_curves_of_the_corpus() -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    callbacks = pytest.importorskip("keras.callbacks", exc_type=ImportError)
    records = list(islice(read(CORPUS), 0, None, 60))  # every sixtieth of 3,000
    assert len(records) == 50
    for record, delta, patience in product(records, MIN_DELTAS, REPLAYED):
        curve = numbers(record["curves"]["val"][0]["loss"])
        (found,) = stops(curve, delta, [patience])
        assert found == by_keras(callbacks, curve, delta, patience)


def test_the_settings_of_a_course_on_a_curve_with_a_known_minimum() -> None:
    curve = np.abs(np.arange(200) - 34) * 0.004 + 0.1
    assert stops(curve, 0.001, [20]) == [Stop(54, 34)]
    assert stops(curve, 0.01, [30]) == [Stop(63, 33)]  # improves at every third point only


def test_nothing_improves_by_less_than_min_delta() -> None:
    assert improvements(np.array([1.0, 0.95, 0.9, 0.85]), 0.08) == [0, 2]
    assert improvements(np.array([]), 0.1) == []


def test_a_long_curve_is_replayed_at_once() -> None:
    curve = np.random.default_rng(0).standard_normal(1_000_000)
    assert stops(curve, 0.0, [10_000_000])[0].at is None

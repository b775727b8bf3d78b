"""A held-out loss that stays where it began, and scores that show learning all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.measures.first_evaluation import fall_since_first, shows_learning
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

TIME = np.arange(30.0)
JITTER = 0.003 * np.random.default_rng(2).standard_normal(30)
TRAIN = 1.01 + 0.16 * np.exp(-TIME / 4) + JITTER
STANDS = 0.347 + JITTER


def run_of(val: Floats, **others: Floats) -> Run:
    curves = {("train", "loss"): TRAIN[: len(val)], ("val", "loss"): val}
    curves |= {("val", name): value for name, value in others.items()}
    return synthetic.of_curves("made", curves)


def test_the_fall_is_a_share_of_the_first_value() -> None:
    assert fall_since_first(run_of(2 - TIME / 29), "loss", "val") == pytest.approx(0.5, abs=0.02)
    assert fall_since_first(run_of(1 + TIME / 29), "loss", "val") == pytest.approx(0, abs=0.04)


def test_few_evaluations_or_values_below_zero_have_none() -> None:
    assert fall_since_first(run_of(STANDS[:7]), "loss", "val") is None
    assert fall_since_first(run_of(STANDS - 1), "loss", "val") is None


def test_an_evaluation_before_the_first_step_does_not_count() -> None:
    """Its loss is that of the untrained network; in epochs, 0 is the first epoch of training."""
    val = np.concatenate([[4.2], 3.36 + JITTER[1:]])
    run = run_of(val)
    assert fall_since_first(run, "loss", "val") == pytest.approx(0.2, abs=0.02)
    steps = tuple(replace(series, step=250 * series.step) for series in run.series)
    late = fall_since_first(replace(run, series=steps), "loss", "val")
    assert late == pytest.approx(0, abs=0.01)


def test_a_run_whose_validation_stays_where_it_began_is_not_called_healthy() -> None:
    diagnosis = diagnose(run_of(STANDS))
    assert diagnosis.verdict == "inconclusive"
    assert diagnosis.inconclusive_reason is not None
    assert diagnosis.inconclusive_reason.key == "hardly_improved"
    assert diagnose(run_of(0.347 + 0.1 * np.exp(-TIME / 4) + JITTER)).verdict == "healthy"


@pytest.mark.parametrize(
    ("name", "values", "learns"),
    [
        ("bleu", 20 + 5 * (1 - np.exp(-TIME / 6)), True),
        ("wer", 40 - 8 * (1 - np.exp(-TIME / 6)), True),
        ("ppl", 20 - 2.4 * (1 - np.exp(-TIME / 6)), True),
        ("accuracy", np.full(30, 0.97), True),
        ("accuracy", np.full(30, 0.52), False),
        ("f1", 0.4 + 20 * JITTER, False),
        ("mae", 0.5 - 0.01 * TIME, False),
    ],
)
def test_a_score_that_improves_shows_learning(name: str, values: Floats, learns: bool) -> None:
    run = run_of(STANDS, **{name: values})
    assert shows_learning(run) is learns
    assert (diagnose(run).verdict == "healthy") is learns


@pytest.mark.parametrize("level", [0.0, 0.347, -2.0])
def test_a_loss_that_never_changes_fell_by_nothing(level: float) -> None:
    run = run_of(np.full(30, level))
    assert fall_since_first(run, "loss", "val") == 0
    diagnosis = diagnose(run)
    assert diagnosis.verdict == "inconclusive"
    assert diagnosis.inconclusive_reason is not None
    assert diagnosis.inconclusive_reason.key == "hardly_improved"

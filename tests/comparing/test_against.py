"""Runs against a baseline whose loss is another one: what is compared instead, in all places."""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.comparing.against import LOSS, UNIT, against
from analyzer.comparing.contrast import NOT_COMPARED, WORSE
from analyzer.comparing.gate import FAILED, UNKNOWN, outcomes
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment import render_comment
from analyzer.report.comment_chart import comment_chart
from analyzer.report.terminal import outcome_line
from analyzer.text import words

FALL = np.geomspace(3, 1, 40)


def of(name: str, level: float, accuracy: float | None = None, **config: object) -> Diagnosis:
    curves = {("train", "loss"): 0.9 * FALL * level, ("val", "loss"): FALL * level}
    if accuracy is not None:
        curves["val", "accuracy"] = accuracy - 0.1 * FALL
    return diagnose(synthetic.of_curves(name, curves, config=config))


def base(loss: str, accuracy: float | None = None) -> list[Diagnosis]:
    """Return three repeats whose accuracies differ a little."""
    shift = [0.0, 0.003, -0.002]
    return [
        of(
            f"base{at}",
            1.0 + shift[at],
            None if accuracy is None else accuracy + shift[at],
            loss=loss,
            seed=at,
        )
        for at in range(3)
    ]


def test_other_losses_are_compared_by_a_metric_of_all_runs() -> None:
    new = of("new", 0.1, 0.7, loss="mse")
    found = against([new], base("ce", 0.9))
    assert found.measure == ("val", "accuracy")
    assert found.answer == WORSE
    assert found.mismatch is not None
    assert (found.mismatch.reason, found.mismatch.here) == (LOSS, "mse")
    (outcome,) = outcomes(new, baseline=base("ce", 0.9))
    assert outcome.status == FAILED
    line = outcome_line(outcome, "en")
    assert "worse than the baseline" in line
    assert line.endswith(
        "compared by validation accuracy, because the losses are different functions "
        "(mse here, cross_entropy in the baseline)"
    )
    assert "comparación según la accuracy de validación" in outcome_line(outcome, "es")


def test_without_a_shared_metric_nothing_is_compared_and_the_gate_says_so() -> None:
    new = of("new", 0.1, loss="mse")
    found = against([new], base("ce"))
    assert (found.answer, found.difference) == (NOT_COMPARED, None)
    (outcome,) = outcomes(new, baseline=base("ce"))
    assert (outcome.status, outcome.key) == (UNKNOWN, "other_loss")
    assert "log one, e.g. an accuracy, or renew the baseline" in outcome_line(outcome, "en")
    assert "renueve la referencia" in outcome_line(outcome, "es")


def test_losses_in_other_units_are_not_compared() -> None:
    new = of("new", 5000.0)
    found = against([new], base("ce"))
    assert found.mismatch is not None
    assert found.mismatch.reason == UNIT
    (outcome,) = outcomes(new, baseline=base("ce"))
    assert "may be in different units" in outcome_line(outcome, "en")


def test_a_comment_says_why_and_what_is_compared() -> None:
    new = of("new", 0.1, 0.7, loss="mse")
    body = render_comment([new], base("ce", 0.9))
    assert "The losses of new (mse) and the baseline (cross\\_entropy)" in body
    assert "worse than the baseline" in body.splitlines()[1]
    assert "not compared" in body
    assert "gap" not in body.split("```")[0]
    chart = comment_chart([new], base("ce", 0.9), new, words("en"))
    assert "accuracy" in chart.code


def test_a_comment_without_a_shared_metric_keeps_the_baseline() -> None:
    new = of("new", 0.1, loss="mse")
    body = render_comment([new], base("ce"))
    assert "not compared with the baseline" in body.splitlines()[1]
    assert "No other metric is in all logs" in body
    assert "Keep the present baseline until it can be compared" in body
    spanish = render_comment([new], base("ce"), lang="es")
    assert "sin comparar con la referencia" in spanish.splitlines()[1]


def test_of_a_mixed_baseline_the_runs_with_the_same_loss_count() -> None:
    mixed = [*base("ce"), of("other", 0.1, loss="mse", seed=9)]
    found = against([of("new", 1.2, loss="ce")], mixed)
    assert found.mismatch is None
    assert len(found.base.values) == 3

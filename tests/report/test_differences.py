"""Differences in words: the answer, the sign, and why two losses cannot be compared."""

from __future__ import annotations

import pytest

from analyzer.comparing.against import LOSS, UNIT, Mismatch
from analyzer.measures.reach import Reach
from analyzer.report.differences import mismatch_sentence, signed, verdict_list
from analyzer.text import words

EN, ES = words("en"), words("es")
MEASURE = ("val", "loss")


def test_losses_of_other_functions_are_named_or_said_to_have_no_name() -> None:
    mismatch = Mismatch(LOSS, MEASURE, "mse", "", None, None)
    assert mismatch_sentence(mismatch, EN, name="new", base="the baseline") == (
        "The losses of new (mse) and the baseline (loss not named) are different functions, so "
        "their values cannot be compared."
    )


def test_losses_in_other_units_are_named_by_what_they_span() -> None:
    mismatch = Mismatch(UNIT, MEASURE, "", "", Reach(900, 5000), Reach(0.3, 2.3))
    said = mismatch_sentence(mismatch, EN, name="new", base="old")
    assert said.startswith("The losses of new (900 to 5,000) and old (0.3 to 2.3) lie so far apart")
    assert "(de 0,3 a 2,3)" in mismatch_sentence(mismatch, ES, name="new", base="old")


@pytest.mark.parametrize(("value", "shown"), [(0.5, "+0.5"), (-0.5, "−0.5"), (0.0, "0")])
def test_a_rise_has_a_plus(value: float, shown: str) -> None:
    assert signed(value, EN) == shown


def test_verdicts_of_several_runs_have_counts() -> None:
    assert verdict_list(["healthy", "overfitting", "healthy"], EN) == "2 healthy, 1 overfitting"
    assert verdict_list(["healthy"], EN) == "healthy"

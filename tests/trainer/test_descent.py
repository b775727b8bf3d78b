"""Descent on a parabola: the published answers, and the formula as the oracle of other rates."""

from __future__ import annotations

import math

import pytest

from analyzer.trainer.descent import GRADIENT, MOST_STEPS, WITHIN, descend, loss_at, start_of


@pytest.mark.parametrize(("rate", "steps"), [(0.03, 40), (0.1, 11), (1.0, None), (0.275, 1)])
def test_the_exercises_have_their_published_answers(rate: float, steps: int | None) -> None:
    assert descend(rate).steps == steps


# The later edition of the same exercise: its curve has 1.6 as the rate that arrives at once.
@pytest.mark.parametrize(("rate", "steps"), [(0.1, 81), (1.0, 6), (4.0, None), (1.6, 1)])
def test_the_later_edition_has_its_answers_too(rate: float, steps: int | None) -> None:
    assert descend(rate, best_rate=1.6, within=0.0055).steps == steps


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2, 0.3, 0.5, 0.54])
def test_the_count_is_that_of_the_geometric_series(rate: float) -> None:
    left = abs(1 - rate / 0.275)
    assert descend(rate).steps == math.ceil(math.log(WITHIN) / math.log(left))


@pytest.mark.parametrize(
    ("rate", "kind"),
    [
        (0.03, "one_side"),
        (0.275, "one_step"),
        (0.4, "across"),
        (0.55, "both_sides"),
        (0.56, "away"),
        (1.0, "away"),
    ],
)
def test_the_rate_decides_how_the_descent_moves(rate: float, kind: str) -> None:
    assert descend(rate).kind == kind


def test_the_first_step_is_the_rate_times_the_gradient_of_the_lesson() -> None:
    first, second = descend(0.01).places[:2]
    assert second - first == pytest.approx(0.025)
    assert GRADIENT == 2.5


def test_the_loss_at_the_start_has_the_gradient_of_the_lesson() -> None:
    at, width = start_of(), 1e-6
    slope = (loss_at(at + width) - loss_at(at - width)) / (2 * width)
    assert slope == pytest.approx(-GRADIENT)


def test_no_descent_goes_on_for_ever() -> None:
    assert len(descend(1e-9).places) == MOST_STEPS + 1
    assert len(descend(1e9).places) < 10
    assert len(descend(0.55).places) == MOST_STEPS + 1

"""The interval of a gap: errors of the set and of the logged training value, each with its side."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.gap import gap_interval, likelihood_gap_interval, score_gap_interval

losses = st.floats(1e-3, 1e3)
shares = st.floats(0, 1)
sizes = st.floats(10, 1e6)
moves = st.floats(0, 0.5)


def gap_slowly(
    held_out: float, trained: float, examples: float, move: float
) -> tuple[float, float]:
    """Return the ends of the interval, with the two errors on each side added in squares."""
    set_too_high = held_out - held_out * math.exp(-3 / examples**0.5)
    set_too_low = held_out * math.exp(4.5 / examples**0.5) - held_out
    trained_too_low = move * trained
    trained_too_high = trained - trained * math.exp(-9 * move)
    below = (set_too_high**2 + trained_too_low**2) ** 0.5
    above = (set_too_low**2 + trained_too_high**2) ** 0.5
    return held_out - trained - below, held_out - trained + above


def wilson_slowly(share: float, examples: float) -> tuple[float, float]:
    """Return the shares p at which |share - p| is 1.96 standard errors of p, by bisection."""

    def far(p: float) -> bool:
        return abs(share - p) > 1.96 * (p * (1 - p) / examples) ** 0.5

    ends = []
    for near, out in ((share, 0.0), (share, 1.0)):
        for _ in range(80):
            middle = (near + out) / 2
            near, out = (near, middle) if far(middle) else (middle, out)
        ends.append(near)
    return ends[0], ends[1]


def score_gap_slowly(
    held_out: float, trained: float, examples: float, move: float
) -> tuple[float, float]:
    low, high = wilson_slowly(held_out, examples)
    below = ((high - held_out) ** 2 + move**2) ** 0.5
    above = ((held_out - low) ** 2 + min(9 * move, 1 - trained) ** 2) ** 0.5
    return trained - held_out - below, trained - held_out + above


@given(losses, losses, sizes, moves)
def test_the_interval_of_a_gap_equals_its_slow_twin(
    held_out: float, trained: float, examples: float, move: float
) -> None:
    expected = gap_slowly(held_out, trained, examples, move)
    assert gap_interval(held_out, trained, examples, move) == pytest.approx(
        expected, rel=1e-7, abs=1e-9 * held_out
    )


def test_the_interval_of_a_gap_worked_by_hand() -> None:
    # below: hypot(1 - exp(-.1), .05); above: hypot(exp(.15) - 1, .5 (1 - exp(-.9))); gap 0.5
    low, high = gap_interval(1.0, 0.5, 900, 0.1)
    assert low == pytest.approx(0.5 - 0.107498, abs=1e-6)
    assert high == pytest.approx(0.5 + 0.337979, abs=1e-6)


@given(losses, losses, sizes, moves, st.floats(1e-3, 1e3))
def test_the_interval_of_a_gap_does_not_depend_on_units(
    held_out: float, trained: float, examples: float, move: float, unit: float
) -> None:
    scaled = gap_interval(unit * held_out, unit * trained, examples, move)
    expected = [unit * bound for bound in gap_interval(held_out, trained, examples, move)]
    assert scaled == pytest.approx(expected, abs=1e-9 * unit * (held_out + trained))


@given(losses, losses, sizes, moves)
def test_no_bound_of_a_gap_is_beyond_both_errors_at_their_worst(
    held_out: float, trained: float, examples: float, move: float
) -> None:
    low, high = gap_interval(held_out, trained, examples, move)
    slack = 1e-9 * (held_out + trained)
    assert low >= held_out * math.exp(-3 / examples**0.5) - trained * (1 + move) - slack
    assert (
        high <= held_out * math.exp(4.5 / examples**0.5) + slack
    )  # a training loss is never below 0
    assert low <= held_out - trained <= high


def test_the_interval_of_a_gap_narrows_with_the_examples_and_widens_with_the_move() -> None:
    by_size = [gap_interval(1.0, 0.6, examples, 0.02) for examples in (100, 1000, 10_000)]
    by_move = [gap_interval(1.0, 0.6, 1000, move) for move in (0.08, 0.04, 0.02)]
    for wide, narrow in (*pairwise(by_size), *pairwise(by_move)):
        assert wide[0] < narrow[0]
        assert wide[1] > narrow[1]


def test_the_interval_of_a_gap_of_likelihoods_worked_by_hand() -> None:
    # the held-out loss is .4 + .5 above ln(s): .9 (1 - exp(-.1)) below, .9 (exp(.15) - 1) above
    low, high = likelihood_gap_interval(0.4, 900, 0.0)
    assert low == pytest.approx(0.4 - 0.085646, abs=1e-6)
    assert high == pytest.approx(0.4 + 0.145651, abs=1e-6)
    noisy = likelihood_gap_interval(0.4, 1e14, 0.2)
    assert noisy == pytest.approx((0.2, 0.6), abs=1e-6)


def test_a_likelihood_that_is_better_on_unseen_data_still_has_a_sampling_error() -> None:
    below, level = likelihood_gap_interval(-0.3, 100, 0.0), likelihood_gap_interval(0.0, 100, 0.0)
    assert below.high - below.low == pytest.approx(level.high - level.low)


def test_a_large_set_and_a_training_loss_at_rest_leave_no_width() -> None:
    assert gap_interval(1.0, 0.6, 1e14, 0.0) == pytest.approx((0.4, 0.4), abs=1e-6)


def test_the_set_is_more_often_too_low_and_the_training_loss_more_often_too_high() -> None:
    for examples, move in ((100, 0.0), (1e12, 0.01)):
        low, high = gap_interval(1.0, 0.6, examples, move)
        assert high - 0.4 > 1.3 * (0.4 - low)


@given(shares, shares, sizes, moves)
def test_the_interval_of_a_gap_of_scores_equals_its_slow_twin(
    held_out: float, trained: float, examples: float, move: float
) -> None:
    expected = score_gap_slowly(held_out, trained, examples, move)
    assert score_gap_interval(held_out, trained, examples, move) == pytest.approx(
        expected, abs=1e-7
    )


@pytest.mark.parametrize(
    ("right", "examples", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_error_of_the_set_is_wilsons_interval_as_published(
    right: int, examples: int, low: float, high: float
) -> None:
    # Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion.
    # Stat. Med. 17, Table I, method 3
    found = score_gap_interval(right / examples, 1.0, examples, 0.0)
    assert (1 - found.high, 1 - found.low) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("examples", [30, 1000])
def test_the_error_of_the_set_is_that_of_statsmodels(examples: int) -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    for right in (0, 1, examples // 3, examples - 1, examples):
        low, high = proportion.proportion_confint(right, examples, method="wilson")
        found = score_gap_interval(right / examples, 1.0, examples, 0.0)
        # 1.96 instead of 1.959964
        assert (1 - found.high, 1 - found.low) == pytest.approx((low, high), abs=2e-5)


def test_the_set_and_the_moves_add_as_independent_errors() -> None:
    by_set = score_gap_interval(0.8, 0.9, 500, 0.0)
    by_move = score_gap_interval(0.8, 0.9, 1e15, 0.004)
    low, high = score_gap_interval(0.8, 0.9, 500, 0.004)
    assert 0.1 - low == pytest.approx(math.hypot(0.1 - by_set[0], 0.1 - by_move[0]), rel=1e-5)
    assert high - 0.1 == pytest.approx(math.hypot(by_set[1] - 0.1, by_move[1] - 0.1), rel=1e-5)
    assert (by_move[0], by_move[1]) == pytest.approx((0.1 - 0.004, 0.1 + 0.036), abs=1e-6)


@given(shares, shares, sizes, moves)
def test_no_gap_of_scores_is_above_one_and_the_logged_one_lies_inside(
    held_out: float, trained: float, examples: float, move: float
) -> None:
    low, high = score_gap_interval(held_out, trained, examples, move)
    assert low - 1e-12 <= trained - held_out <= high + 1e-12
    assert high <= 1 + 1e-12

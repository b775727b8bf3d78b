"""The size of a validation set, read from its accuracies."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.stats.examples import LARGEST, Floats, examples_behind

repeatable = settings(deadline=None, derandomize=True, database=None, max_examples=60)


def right_answers(examples: int, epochs: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).integers(examples // 2, examples, epochs) / examples


def examples_slowly(values: Floats, most: int) -> int | None:
    for size in range(2, most + 1):
        if all(abs(value * size - round(value * size)) <= 2e-6 * size for value in values):
            return None if size in (10, 100, 1000) else size
    return None


@pytest.mark.parametrize("examples", [20, 50, 265, 1200, 2000])
def test_finds_the_true_size(examples: int) -> None:
    assert examples_behind(right_answers(examples, 60)) == examples


@pytest.mark.parametrize("seed", range(5))
def test_equals_the_slow_twin(seed: int) -> None:
    values = right_answers(300 + 7 * seed, 6, seed)
    assert examples_behind(values) == examples_slowly(values, LARGEST)


@repeatable
@given(st.integers(10, 500).flatmap(lambda m: st.lists(st.builds(Fraction, st.integers(1, m - 1), st.just(m)))))
def test_is_the_least_common_denominator(shares: list[Fraction]) -> None:
    found = examples_behind(np.array([float(one) for one in shares]))
    if len(set(shares)) < 3:
        assert found is None
    else:
        grain = lcm(*(one.denominator for one in shares))
        assert found == (None if grain in (10, 100, 1000) else grain)


@pytest.mark.parametrize("examples", [60, 480])
def test_six_printed_digits_and_single_precision_are_enough(examples: int) -> None:
    values = right_answers(examples, 40)
    assert examples_behind(np.round(values, 6)) == examples
    assert examples_behind(values.astype(np.float32).astype(float)) == examples


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_rounding_is_not_taken_for_a_grain(digits: int) -> None:
    assert examples_behind(np.round(right_answers(777, 200), digits)) is None


@pytest.mark.parametrize("seed", range(20))
def test_numbers_without_a_grain_tell_nothing(seed: int) -> None:
    assert examples_behind(np.random.default_rng(seed).uniform(0, 1, 3 + seed)) is None


@pytest.mark.parametrize("values", [[], [0.5], [0.5, 0.75, 0.5], [0.0, 1.0, 0.5, 0.25], [np.nan, 0.5, 0.25]])
def test_fewer_than_three_different_shares_tell_nothing(values: list[float]) -> None:
    assert examples_behind(np.array(values)) is None


def test_values_that_are_not_finite_are_passed_over() -> None:
    values = right_answers(40, 30)
    values[::7] = np.nan
    values[1] = np.inf
    assert examples_behind(values) == 40


def test_a_set_larger_than_the_finest_grain_tells_nothing() -> None:
    assert examples_behind(right_answers(50_021, 60)) is None

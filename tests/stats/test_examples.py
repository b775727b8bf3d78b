"""The size of a validation set, read from its accuracies."""

from __future__ import annotations

from fractions import Fraction
from math import floor, gcd, lcm

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.arrays import Floats
from analyzer.stats.examples import FULL, LARGEST, decimals_of, grain_of


def right_answers(examples: int, epochs: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).integers(examples // 2, examples, epochs) / examples


def digits_slowly(values: list[float]) -> int:
    shown = [value for value in values if value >= 0.1] or values
    for digits in range(1, 7):
        if all(abs(value - round(value, digits)) < 4e-8 for value in shown):
            return digits
    return 7


def searched_slowly(accuracies: Floats) -> tuple[int | None, int]:
    """Return the first size that fits, and the last size tried.

    From the next size on, chance gives a fit in more than 1 of 100 logs.
    """
    values = sorted({value for value in accuracies.tolist() if 0 < value < 1})
    if len(values) < 3:
        return None, 0
    digits, chance = digits_slowly(values), 0.0
    half = 1.5e-5 + (0.5 / 10**digits if digits < 7 else 0)
    for size in range(2, 10_001):
        # the fractions of size k / 10**digits for whole k
        places = 10**digits // gcd(size, 10**digits)
        fitting = min(2 * floor(size * half * places) + 1, places)
        chance += (fitting / places) ** len(values)
        if chance >= 0.01:
            return None, size - 1
        if all(abs(value * size - round(value * size)) <= half * size for value in values):
            return size, size
    return None, 10_000


def test_the_share_of_numbers_that_fit_a_size_is_the_counted_one() -> None:
    for digits, size in ((2, 7), (2, 40), (2, 80), (3, 120), (3, 777)):
        half = 0.5 / 10**digits + 1.5e-5
        off = [Fraction(k * size, 10**digits) for k in range(10**digits)]
        counted = sum(abs(number - round(number)) <= half * size for number in off) / 10**digits
        places = 10**digits // gcd(size, 10**digits)
        assert counted == pytest.approx(min(2 * floor(size * half * places) + 1, places) / places)


@pytest.mark.parametrize("examples", [20, 50, 265, 1200, 2000, 5000])
def test_finds_the_true_size(examples: int) -> None:
    assert grain_of(right_answers(examples, 60)).size == examples
    assert grain_of(right_answers(examples, 60)).ruled_out is None


@pytest.mark.parametrize(
    ("examples", "digits"),
    [(20, 2), (60, 3), (265, 3), (480, 4), (2000, 4), (5000, 4), (9999, 5), (1024, 6)],
)
def test_few_printed_digits_are_enough_for_a_small_set(examples: int, digits: int) -> None:
    assert grain_of(np.round(right_answers(examples, 60), digits)).size == examples


@pytest.mark.parametrize("examples", [60, 480])
def test_single_precision_is_enough(examples: int) -> None:
    values = right_answers(examples, 40)
    assert grain_of(values.astype(np.float32).astype(float)).size == examples


def test_a_size_that_the_digits_cannot_show_is_not_made_up() -> None:
    values = np.round(right_answers(50_021, 60), 4)
    assert grain_of(values).size is None
    assert 1000 < (grain_of(values).ruled_out or 0) < 7693  # from 1 / 0.00013 on every size fits


@given(
    st.one_of(st.integers(5, 300), st.integers(5, 12_000)),
    st.sampled_from([1, 2, 3, 4, 5, 6, 7, 16]),
    st.integers(1, 40),
    st.integers(0, 10**6),
)
def test_equals_the_slow_twin(examples: int, digits: int, epochs: int, seed: int) -> None:
    values = np.round(np.random.default_rng(seed).integers(1, examples, epochs) / examples, digits)
    size, tried = searched_slowly(values)
    assert grain_of(values).size == (None if size in (10, 100, 1000, 10_000) else size)
    assert grain_of(values).ruled_out == (tried if size is None and tried > 0 else None)


@pytest.mark.parametrize("digits", [4, 5, 6, 7])
@pytest.mark.parametrize("epochs", [3, 4, 5])
def test_every_printed_digit_counts(digits: int, epochs: int) -> None:
    for seed in range(3):
        values = np.round(right_answers(50_021, epochs, seed), digits)
        size, tried = searched_slowly(values)
        assert (grain_of(values).size, grain_of(values).ruled_out) == (
            size,
            None if size else tried,
        )


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_digits_are_counted_from_the_first_that_is_not_zero(digits: int) -> None:
    values = np.array(
        [
            float(f"{right / 265:.{digits}g}")
            for right in (3, 7, 11, 19, 52, 103, 151, 200, 227, 231, 240, 264)
        ]
    )
    assert values[0] != round(values[0], digits)  # 0.01132 has four digits and five decimals
    assert grain_of(values).size == 265


def test_accuracies_that_are_all_below_a_tenth_have_a_grain() -> None:
    values = np.round(np.array([1, 4, 6, 9, 13, 17, 20, 22]) / 265, 4)
    assert values.max() < 0.1
    assert grain_of(values) == (265, None)


def test_only_values_below_a_tenth_may_have_more_decimals() -> None:
    values = np.array([0.1132, 0.1472, 0.1887, 0.2151, 0.2679, 0.01132, 0.02642, 0.07170])
    assert grain_of(values) == (265, None)


@given(
    st.integers(2, 83)
    .map(lambda third: 3 * third)
    .flatmap(
        lambda m: st.lists(st.builds(Fraction, st.integers(1, m - 1), st.just(m)), max_size=12)
    )
)
def test_is_the_least_common_denominator_of_three_shares_or_more(shares: list[Fraction]) -> None:
    # 1/3 has endless digits, so that none is taken for the last
    shares = [*shares, Fraction(1, 3)]
    found = grain_of(np.array([float(share) for share in shares])).size
    if len(set(shares)) < 3:
        assert found is None
    else:
        assert found == lcm(*(share.denominator for share in shares))


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_a_few_rounded_numbers_are_not_taken_for_a_grain(digits: int) -> None:
    assert grain_of(np.round(right_answers(7919, 12), digits)).size is None


@pytest.mark.parametrize("digits", [2, 3])
def test_the_digits_themselves_are_not_taken_for_a_grain(digits: int) -> None:
    assert grain_of(np.arange(1, 10**digits) / 10**digits).size is None


@pytest.mark.parametrize("digits", [4, 5, 6, 16])
def test_numbers_without_a_grain_show_one_in_one_of_a_hundred_logs(digits: int) -> None:
    rng = np.random.default_rng(digits)
    logs = [np.round(rng.uniform(0, 1, rng.integers(3, 12)), digits) for _ in range(500)]
    assert (
        sum(grain_of(log).size is not None for log in logs) <= 12
    )  # 5 are expected; three standard errors are 7


@pytest.mark.parametrize("digits", [4, 5, 16])
def test_the_true_size_is_not_ruled_out(digits: int) -> None:
    rng = np.random.default_rng(digits)
    known = 0
    for _ in range(150):
        examples, epochs = int(rng.integers(20, 12_000)), int(rng.integers(3, 60))
        beyond = grain_of(np.round(rng.integers(1, examples, epochs) / examples, digits)).ruled_out
        known += beyond is not None
        assert beyond is None or beyond < examples
    assert known > 15


@pytest.mark.parametrize("examples", [10, 100, 1000, 10_000])
def test_single_precision_shows_a_power_of_ten(examples: int) -> None:
    values = right_answers(examples, 60)
    assert grain_of(values.astype(np.float32).astype(float)) == (examples, None)


@pytest.mark.parametrize("examples", [1000, 10_000])
def test_single_precision_shows_it_in_percent_where_these_are_not_whole(examples: int) -> None:
    values = 100 * right_answers(examples, 60)
    assert grain_of(values.astype(np.float32).astype(float) / 100) == (examples, None)


@pytest.mark.parametrize("examples", [10, 50, 100, 1000, 10_000])
def test_short_decimals_do_not_show_a_power_of_ten(examples: int) -> None:
    found = grain_of(right_answers(examples, 60))
    assert found.size == (50 if examples == 50 else None)
    assert (found.ruled_out or 0) < examples


@pytest.mark.parametrize(("examples", "decimals"), [(50, 4), (100, 3), (100, 5), (1000, 4)])
@pytest.mark.parametrize("epochs", [8, 30])
def test_short_decimals_of_a_log_that_writes_more_are_exact(
    examples: int, decimals: int, epochs: int
) -> None:
    values = right_answers(examples, epochs)
    assert grain_of(values, decimals=decimals) == (examples, None)


def test_a_log_that_writes_no_more_decimals_says_nothing() -> None:
    values = right_answers(100, 30)
    assert grain_of(values, decimals=2) == grain_of(values)
    assert grain_of(values, decimals=1) == grain_of(values)


@pytest.mark.parametrize(("examples", "digits"), [(60, 3), (365, 4), (769, 4)])
def test_numbers_rounded_before_they_are_stored_show_their_size(examples: int, digits: int) -> None:
    values = np.round(right_answers(examples, 60), digits)
    assert grain_of(values.astype(np.float32).astype(float)).size == examples
    assert grain_of(values, decimals=7).size == examples


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([0.5, 0.25], 2),
        ([0.5, 0.7], 1),
        ([np.nan, 0.125], 3),
        ([0.016625, 0.166], 3),
        ([0.016625], 6),
        ([1 / 3], FULL),
        ([0.1234567], FULL),
        ([6.125, 0.5], 3),
        ([6.1253], 4),
        ([], 1),
    ],
)
def test_the_decimals_of_numbers_are_counted_in_both_precisions(
    values: list[float], decimals: int
) -> None:
    assert decimals_of(np.array(values)) == decimals
    assert decimals_of(np.array(values, dtype=np.float32).astype(float)) == decimals


@pytest.mark.parametrize(
    "values", [[], [0.5], [0.5, 0.75, 0.5], [0.0, 1.0, 0.5, 0.25], [np.nan, 0.5, 0.25]]
)
def test_fewer_than_three_different_shares_have_no_grain(values: list[float]) -> None:
    assert grain_of(np.array(values)).size is None
    assert grain_of(np.array(values)).ruled_out is None


def test_values_that_are_not_finite_are_passed_over() -> None:
    values = right_answers(40, 30)
    values[::7] = np.nan
    values[1] = np.inf
    assert grain_of(values).size == 40


def test_a_set_larger_than_the_finest_grain_is_larger_than_that() -> None:
    values = right_answers(50_021, 60)
    assert grain_of(values).size is None
    assert grain_of(values).ruled_out == LARGEST


def test_more_values_rule_out_more_sizes() -> None:
    ruled_out = [grain_of(right_answers(50_021, epochs)).ruled_out or 0 for epochs in (3, 5, 8, 30)]
    assert 0 < ruled_out[0] < ruled_out[1] < ruled_out[2] < ruled_out[3]


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_no_size_is_ruled_out_that_the_digits_could_not_show(digits: int) -> None:
    values = np.round(right_answers(50_021, 8), digits)
    assert grain_of(values).size is None
    assert (grain_of(values).ruled_out or 0) < 10**digits

"""The axes of a sweep: few values are evenly spaced, many stand at their value."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.charts.limits import FROM_LOG
from analyzer.charts.sweep_axes import Axis, result_axis, setting_axis
from analyzer.text import words


def setting(values: list[object]) -> Axis | None:
    return setting_axis("x", values, str)


def result(values: list[float | None], *, lower: bool = True) -> Axis:
    return result_axis("loss", values, str, lower_is_better=lower)


def test_few_numbers_are_evenly_spaced_in_their_order() -> None:
    axis = setting([0.01, 0, 0.0001, None, 0.01])
    assert axis is not None
    assert axis.places == pytest.approx((5 / 6, 1 / 6, 1 / 2, None, 5 / 6))
    assert [tick.label for tick in axis.ticks] == ["0", "0.0001", "0.01"]


def test_texts_and_truths_are_kinds_and_many_texts_are_names() -> None:
    axis = setting([True, False, "adam", None])
    assert axis is not None
    assert [tick.label for tick in axis.ticks] == ["adam", "false", "true"]
    assert setting([f"run-{at}" for at in range(9)]) is None
    assert setting([None, None]) is None


def test_many_numbers_over_decades_have_a_logarithmic_axis() -> None:
    axis = setting(list(np.geomspace(1e-5, 1e-1, 9)))
    assert axis is not None
    assert axis.is_log
    assert axis.places == pytest.approx(tuple(np.linspace(0, 1, 9)))
    linear = setting([float(at) for at in range(9)])
    assert linear is not None
    assert not linear.is_log
    assert linear.places[4] == pytest.approx(0.5)


@pytest.mark.parametrize("lower", [True, False])
def test_a_run_that_blew_up_lies_at_the_edge(lower: bool) -> None:
    sign = 1 if lower else -1
    values = [sign * value for value in [*np.linspace(1, 2, 20).tolist(), 1e9]]
    axis = result(values, lower=lower)
    assert axis.is_cut
    assert axis.places[-1] == (1 if lower else 0)
    spread = [place for place in axis.places[:-1] if place is not None]
    assert max(spread) - min(spread) > 0.5


@pytest.mark.parametrize(
    "values", [[1.0], [0.0, 0.0], [1e308, -1e308], [float("nan"), 1.0], [None], [1e-300, 1.0]]
)
def test_odd_results_have_places_within_the_axis(values: list[float | None]) -> None:
    axis = result(values)
    assert len(axis.places) == len(values)
    assert all(place is None or 0 <= place <= 1 for place in axis.places)


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize(("factor", "is_log"), [(0.9, False), (1.1, True)])
def test_a_result_has_a_logarithmic_axis_by_the_rule_of_all_charts(
    factor: float, is_log: bool, lower: bool
) -> None:
    values = [1.0, *[0.5 * FROM_LOG] * 9, factor * FROM_LOG, *[0.6 * FROM_LOG] * 9]
    values += [1.0] * 20 + [factor * FROM_LOG] * 20
    axis = result_axis("x", values, str, lower_is_better=lower)
    assert axis.is_log == is_log


def test_ticks_that_would_look_alike_get_more_digits() -> None:
    axis = result_axis("loss", [0.4461, 0.4481], words("en").number, lower_is_better=True)
    labels = [tick.label for tick in axis.ticks]
    assert len(set(labels)) == len(labels) > 2

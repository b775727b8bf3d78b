"""Repeats as one line with a band: mean and deviation, or median and quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer import synthetic
from analyzer.charts.overlay import spread_chart
from analyzer.charts.spread import spread
from analyzer.model.run import Run
from analyzer.text import words


def run(name: str, values: Sequence[float]) -> Run:
    """Return a run with this validation loss."""
    return synthetic.of_curves(name, {("val", "loss"): np.array(values, dtype=float)})


def test_the_mean_and_the_deviation_of_repeats_are_those_of_numpy() -> None:
    values = np.random.default_rng(0).uniform(1, 2, (4, 12))
    curves = [run(str(at), list(value)).curve("loss", "val") for at, value in enumerate(values)]
    found = spread("x", curves)
    assert found.low is not None
    assert found.high is not None
    np.testing.assert_allclose(found.middle, values.mean(axis=0))
    np.testing.assert_allclose(found.high - found.middle, values.std(axis=0, ddof=1))
    np.testing.assert_allclose(found.middle - found.low, values.std(axis=0, ddof=1))


def test_a_band_of_quantiles_never_leaves_the_values() -> None:
    """One of four runs exploded: the mean less the deviation would be far below zero."""
    values = np.geomspace(1, 0.1, 12) * np.array([[1.0], [1.1], [1.2], [9e3]])
    curves = [run(str(at), list(value)).curve("loss", "val") for at, value in enumerate(values)]
    found = spread("x", curves, by_quantiles=True)
    assert found.low is not None
    np.testing.assert_allclose(found.middle, np.median(values, axis=0))
    assert (found.low >= values.min(axis=0)).all()


def test_the_band_of_a_logarithmic_axis_is_one_of_quantiles() -> None:
    words_in, runs = words("en"), [run(f"{at}", [3000.0, 30, 1 + at]) for at in range(3)]
    made = spread_chart([("a", runs)], "loss", "val", words_in, counted=False)
    assert made is not None
    assert made.chart.log_y
    assert made.spreads[0].name == "a: median and middle 68% of 3"
    assert made.spreads[0].low is not None
    assert (made.spreads[0].low > 0).all()


def test_a_single_low_point_leaves_means_on_a_linear_axis() -> None:
    values = np.tile(np.linspace(1.2, 1.0, 12), (10, 1))
    values[0, 6] = 0.01
    runs = [run(str(at), list(value)) for at, value in enumerate(values)]
    made = spread_chart([("a", runs)], "loss", "val", words("en"), counted=False)
    assert made is not None
    assert not made.chart.log_y
    assert made.spreads[0].name == "a: mean ± SD, n = 10"


def test_a_deviation_below_zero_gives_way_to_quantiles() -> None:
    values = np.tile(np.linspace(1.2, 1.0, 12), (10, 1))
    values[0, 6] = 900
    runs = [run(str(at), list(value)) for at, value in enumerate(values)]
    made = spread_chart([("a", runs)], "loss", "val", words("en"), counted=False)
    assert made is not None
    assert made.spreads[0].low is not None
    assert (made.spreads[0].low > 0).all()
    assert made.chart.y_label == "validation loss"


def test_repeats_of_other_lengths_are_averaged_where_all_of_them_are() -> None:
    found = spread(
        "x", [run("a", [3, 2, 1, 0]).curve("loss", "val"), run("b", [5, 4]).curve("loss", "val")]
    )
    assert found.x.tolist() == [0, 1]
    assert found.middle.tolist() == [4, 3]

"""Mermaid charts: plain numbers at even steps, and labels that mean nothing to Mermaid."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from analyzer.charts.mermaid import COLOURS, POINTS, xychart
from analyzer.charts.spec import Chart, Line
from analyzer.stats.arrays import Floats


def chart_of(*ys: Floats) -> Chart:
    lines = tuple(Line("val", "validation", np.arange(float(len(y))), y) for y in ys)
    return Chart(
        id="c",
        title="loss",
        description="",
        x_label="epoch",
        y_label="loss",
        unit="epoch",
        lines=lines,
        y_low=float(min(y.min() for y in ys)),
        y_high=float(max(y.max() for y in ys)),
    )


def numbers(code: str) -> list[list[float]]:
    return [json.loads(row) for row in re.findall(r"^  line (\[.*\])$", code, re.M)]


def test_two_lines_share_the_stretch_that_both_cover() -> None:
    chart = chart_of(np.linspace(2, 1, 101), np.linspace(2, 1, 51))
    code = xychart(chart, chart.lines).code
    first, second = numbers(code)
    assert len(first) == len(second) == 51
    assert first[-1] == pytest.approx(1.5, abs=2e-3)
    assert second[-1] == pytest.approx(1, abs=2e-3)
    assert '  x-axis "epoch" 0 --> 50' in code
    assert ", ".join(COLOURS) in code


def test_a_long_curve_is_sampled_at_few_points() -> None:
    chart = chart_of(np.linspace(2, 1, 5000))
    assert len(numbers(xychart(chart, chart.lines).code)[0]) == POINTS


def test_a_long_curve_is_drawn_by_means_whatever_its_noise() -> None:
    noisy = 1 + 0.5 * (-1.0) ** np.arange(6000)
    drawn = xychart(chart_of(noisy), chart_of(noisy).lines)
    assert drawn.is_averaged
    assert np.ptp(numbers(drawn.code)[0]) < 0.1
    assert not xychart(chart_of(noisy[:60]), chart_of(noisy[:60]).lines).is_averaged


def test_a_fall_through_decades_is_drawn_from_its_last_decade_never_as_a_logarithm() -> None:
    chart = replace(chart_of(np.geomspace(1000, 1, 31)), log_y=True)
    drawn = xychart(chart, chart.lines)
    (values,) = numbers(drawn.code)
    assert '"loss"' in drawn.code
    assert "log10" not in drawn.code
    assert drawn.begins == 20
    assert (values[0], values[-1]) == (pytest.approx(10, rel=0.01), pytest.approx(1, rel=0.01))


def test_an_explosion_is_drawn_whole() -> None:
    chart = replace(chart_of(np.geomspace(3.6, 35643, 40)), log_y=True)
    drawn = xychart(chart, chart.lines)
    assert drawn.begins is None
    assert len(numbers(drawn.code)[0]) == 40


@pytest.mark.parametrize("ground", ["#ffffff", "#0d1117"])
def test_its_colours_hold_on_white_and_on_dark(ground: str) -> None:
    assert all(contrast(colour, ground) >= 3 for colour in COLOURS)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    share = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(("scale", "power"), [(1e-7, -7), (3e8, 8)])
def test_extreme_values_are_multiples_of_a_power_of_ten(scale: float, power: int) -> None:
    chart = chart_of(np.linspace(1.5, 1, 20) * scale)
    code = xychart(chart, chart.lines).code
    assert f"loss × 10^{power}" in code
    assert "e" not in "".join(re.findall(r"^  line .*$", code, re.M)).removeprefix("  line")


@pytest.mark.parametrize("points", [1, 0])
def test_lines_that_share_no_stretch_give_no_chart(points: int) -> None:
    early = Line("train", "training", np.arange(5.0), np.arange(5.0))
    late = Line("val", "validation", np.arange(4.0 + (1 - points), 9), np.zeros(5 - (1 - points)))
    assert xychart(chart_of(np.arange(5.0)), [early, late]).code == ""


def test_both_lines_go_to_the_end_of_the_longer_one() -> None:
    first = Line("a", "a", np.arange(0.0, 30), np.linspace(3, 1, 30))
    second = Line("b", "b", np.arange(10.0, 20), np.linspace(2, 1.5, 10))
    drawn = xychart(chart_of(np.linspace(3, 1, 30)), [first, second], to_ends=True)
    long, short = numbers(drawn.code)
    assert (long[0], long[-1]) == (pytest.approx(3), pytest.approx(1))
    assert short[:11] == pytest.approx([2.0] * 11)
    assert short[19:] == pytest.approx([1.5] * 11)
    assert drawn.held == ((None, None), (10.0, 19.0))
    shared = numbers(xychart(chart_of(np.ones(30)), [first, second]).code)
    assert [len(values) for values in shared] == [10, 10]


def test_a_line_that_ends_before_the_last_decade_gives_no_chart() -> None:
    first = Line("a", "a", np.arange(0.0, 40), np.geomspace(1000, 1, 40))
    second = Line("b", "b", np.arange(0.0, 10), np.geomspace(1000, 400, 10))
    chart = replace(chart_of(np.geomspace(1000, 1, 40)), log_y=True)
    drawn = xychart(chart, [first, second], to_ends=True)
    assert drawn.held == () or drawn.held[1].last is not None


def test_a_constant_line_has_an_axis_around_it() -> None:
    chart = chart_of(np.ones(10))
    assert '  y-axis "loss" 0.95 --> 1.05' in xychart(chart, chart.lines).code


@pytest.mark.parametrize(("values", "low"), [([2.0, 0.01], "0"), ([1.0, -1.0], "-1.1")])
def test_the_axis_goes_below_zero_only_if_the_values_do(values: list[float], low: str) -> None:
    chart = chart_of(np.array(values))
    assert f'  y-axis "loss" {low} -->' in xychart(chart, chart.lines).code


def test_a_label_is_never_code() -> None:
    chart = replace(chart_of(np.linspace(2, 1, 9)), title='x" 0 --> 9\nline [1];%%{init}')
    axis = next(row for row in xychart(chart, chart.lines).code.split("\n") if "y-axis" in row)
    assert axis.count('"') == 2
    assert not re.search(r"[;%\[\]{}]", axis)

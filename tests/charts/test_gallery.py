"""Small pictures of what no chart shows: every series, bounded in number and in size."""

from __future__ import annotations

import re

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.gallery import HEIGHT, MOST, WIDTH, gallery
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.text import words


def of(**metrics: Floats) -> Run:
    return synthetic.of_curves("r", {("", name): value for name, value in metrics.items()})


def points(path: str) -> tuple[list[int], list[int]]:
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    return np.cumsum(numbers[::2]).tolist(), np.cumsum(numbers[1::2]).tolist()


def test_series_that_are_not_drawn_have_a_picture_with_their_values() -> None:
    run = of(loss=np.linspace(2, 1, 30), temperature=np.linspace(40, 80, 30))
    ((picture,), count) = gallery(run, {"loss"}, words("en"))
    assert count == 1
    assert (picture.name, picture.low, picture.high, picture.last) == (
        "temperature",
        "40",
        "80",
        "80",
    )


@pytest.mark.parametrize("length", [2, 50, 100_000])
def test_a_picture_spans_its_box_and_stays_small(length: int) -> None:
    value = np.random.default_rng(0).standard_normal(length)
    ((picture,), _) = gallery(of(noise=value), (), words("en"))
    x, y = points(picture.path)
    assert 0 <= min(x) <= max(x) <= WIDTH
    assert (min(y), max(y)) == (2, HEIGHT - 2)
    assert len(picture.path) < 2000


def test_decades_are_drawn_in_decades() -> None:
    ((picture,), _) = gallery(of(norm=np.geomspace(1e-4, 1e4, 9)), (), words("en"))
    assert np.ptp(np.diff(points(picture.path)[1])) <= 1


def test_more_series_than_fit_are_counted() -> None:
    run = of(**{f"m{index}": np.linspace(0, 1, 5) for index in range(MOST + 3)})
    found = gallery(run, (), words("en"))
    assert (len(found.pictures), found.total) == (MOST, MOST + 3)


def test_single_points_and_values_that_are_not_finite_have_no_picture() -> None:
    run = of(one=np.array([1.0]), gone=np.array([np.nan, 1.0, np.inf]))
    assert gallery(run, (), words("en")) == ((), 0)

"""What travels in a page: exact for whole numbers, true to three digits for the rest."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.charts.packed import MOST_BINS, pack_axis, pack_line, pack_values
from analyzer.charts.spec import Line
from analyzer.stats.arrays import Floats

LARGEST_CODE = 65535


def line_of(y: Floats) -> Line:
    x = np.arange(len(y), dtype=float)
    return Line("val", "validation", x, y, axes={"step": 10 * x, "epoch": x / 4})


def unpack(packed: dict[str, Any]) -> Floats:
    """Return the numbers behind packed ones, as report.js does."""
    if "d" in packed:
        steps: list[float] = []
        for part in packed["d"].split():
            step, _, count = part.partition("*")
            steps += [float(step)] * int(count or 1)
        return np.cumsum(steps) / float(packed["k"])
    if "f" in packed:
        return np.frombuffer(base64.b64decode(packed["f"]), dtype="<f4").astype(np.float64)
    codes = np.frombuffer(base64.b64decode(packed["q"]), dtype="<u2").astype(np.float64)
    span = packed["high"] - packed["low"]
    values: Floats = packed["low"] + (codes - 1) / (LARGEST_CODE - 1) * span
    if packed["log"]:
        values = np.exp(values)
    elif "k" in packed:
        values = np.round(values)
    return np.where(codes > 0, values, 0.0)


@pytest.mark.parametrize(
    "x",
    [
        np.arange(500.0),
        np.array([7.0]),
        np.arange(100) / 8,
        np.r_[0, 3, 3, 9, 10, 11, 12.0],
        np.arange(50) * 1e6,
        np.round(np.arange(300) / 30, 2),
    ],
    ids=["epochs", "single", "eighths", "uneven", "millions", "hundredths"],
)
def test_steps_and_epochs_come_back_exactly(x: Floats) -> None:
    packed = json.loads(json.dumps(pack_axis(x)))
    np.testing.assert_allclose(unpack(packed), x, rtol=0, atol=1e-9)


def test_evenly_spaced_positions_take_a_few_bytes() -> None:
    assert pack_axis(np.arange(0.0, 1e6, 100)) == {"d": "0 100*9999", "k": 1}


@given(st.lists(st.floats(1e-6, 1e4), min_size=1, max_size=50))
def test_positive_values_keep_their_three_digits(values: list[float]) -> None:
    np.testing.assert_allclose(unpack(pack_values(np.array(values))), values, rtol=4e-4)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_values_of_both_signs_keep_their_three_digits(values: list[float]) -> None:
    data = np.array([*values, -1.0])
    np.testing.assert_allclose(unpack(pack_values(data)), data, rtol=1e-6, atol=1e-38)


def test_a_gap_that_ends_in_an_explosion_keeps_its_first_digits() -> None:
    data = np.r_[-1.92, 0.0123, 0.0, 2.4e37]
    np.testing.assert_allclose(unpack(pack_values(data)), data, rtol=1e-6, atol=0)


def test_uneven_steps_of_a_long_curve_take_no_more_than_codes_do() -> None:
    rng = np.random.default_rng(0)
    step = np.cumsum(rng.integers(1, 50, 200_000)).astype(float)
    line = Line("val", "validation", step, step, axes={"step": step})
    packed = pack_line(line, "step")["axes"]["step"]
    assert len(json.dumps(packed)) < 3000
    edges = unpack(packed)
    assert (edges % 1 == 0).all()
    np.testing.assert_allclose(edges[[0, -1]], step[[0, -1]])


def test_zero_among_small_losses_is_zero() -> None:
    got = unpack(pack_values(np.array([0.0, 1e-5, 2.0])))
    assert got[0] == 0
    np.testing.assert_allclose(got[1:], [1e-5, 2], rtol=4e-4)


@pytest.mark.parametrize("points", [1, 2, 999, 1000, 1001, 12_345])
def test_bins_hold_the_mean_and_the_extremes_of_their_points(points: int) -> None:
    y = np.exp(np.random.default_rng(points).standard_normal(points))
    packed = pack_line(line_of(y), "epoch")
    per = packed["per"]
    bins = -(-points // per)
    got = unpack(packed["y"]).reshape(-1, bins)
    parts = [y[at : at + per] for at in range(0, points, per)]
    assert bins <= MOST_BINS
    np.testing.assert_allclose(got[0], [part.mean() for part in parts], rtol=1e-3)
    if per > 1:
        np.testing.assert_allclose(got[1], [part.min() for part in parts], rtol=1e-3)
        np.testing.assert_allclose(got[2], [part.max() for part in parts], rtol=1e-3)
    assert unpack(packed["axes"]["step"])[:-1].tolist() == [
        10.0 * at for at in range(0, points, per)
    ]
    assert unpack(packed["axes"]["step"])[-1] == 10 * (points - 1)


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 0.0])
def test_absurd_values_stay_finite(value: float) -> None:
    packed = pack_line(line_of(np.full(3000, value)), "epoch")
    assert np.isfinite(unpack(json.loads(json.dumps(packed["y"], allow_nan=False)))).all()


def test_steps_are_whole_numbers_only_where_a_float_can_hold_every_one() -> None:
    largest = 2.0**53
    assert pack_axis(np.array([0, largest - 1])) == {"d": "0 9007199254740991", "k": 1}
    for sign in (1, -1):
        assert "d" not in pack_axis(np.array([0, sign * largest]))

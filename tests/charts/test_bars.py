"""A histogram as SVG: every value is in a bar, and a few far away do not squeeze the rest."""

from __future__ import annotations

import re

import numpy as np
import pytest

from analyzer.charts.bars import histogram_svg


def counts(svg: str) -> list[int]:
    return [int(count) for count in re.findall(r": (\d+)</title>", svg)]


def test_every_finite_value_is_in_a_bar() -> None:
    values = [*np.random.default_rng(1).normal(size=500), float("nan"), float("inf")]
    svg = histogram_svg(values, lambda value: f"{value:.2f}", "levels")
    assert sum(counts(svg)) == 500
    assert "≤" not in svg
    assert "≥" not in svg


def test_values_far_away_are_counted_at_the_end() -> None:
    values = [*np.linspace(0, 1, 500), 1e9]
    svg = histogram_svg(values, lambda value: f"{value:.2f}", "levels")
    assert sum(counts(svg)) == 501
    assert "≥ " in svg
    assert len(counts(svg)) == 40


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0], [float("nan")] * 3])
def test_there_is_none_of_less_than_two_values(values: list[float]) -> None:
    assert histogram_svg(values, str, "levels") == ""


def test_texts_are_escaped() -> None:
    svg = histogram_svg([0.0, 1.0], lambda _: "<b>", '"<i>')
    assert "<b>" not in svg
    assert '"<i>' not in svg

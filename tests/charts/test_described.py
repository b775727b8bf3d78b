"""Charts in words: where a line is lowest and highest, and where it clearly turns."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.charts.described import Turn, describe, turn_of
from analyzer.charts.spec import Line
from analyzer.stats.arrays import Floats
from analyzer.text import words

EPOCHS = np.arange(61.0)
VALLEY = 1 + ((EPOCHS - 20) / 20) ** 2


def plain(values: Floats) -> Line:
    return Line("lr", "lr", EPOCHS, values)


def smoothed(values: Floats, trend: Floats) -> Line:
    return Line("val", "validation", EPOCHS, values, EPOCHS, trend)


def test_a_line_turns_at_its_lowest_or_highest_value() -> None:
    assert turn_of(plain(VALLEY)) == Turn(20.0, True)
    assert turn_of(plain(-VALLEY)) == Turn(20.0, False)


def test_a_warm_up_is_a_turn_downwards() -> None:
    rate = np.minimum(EPOCHS / 5, 1) * np.cos(EPOCHS / 60 * np.pi / 2)
    turn = turn_of(plain(rate))
    assert turn is not None
    assert not turn.is_upward
    assert 4 <= turn.at <= 6


@pytest.mark.parametrize("line", [plain(np.exp(-EPOCHS / 20)), plain(np.ones(61))], ids=repr)
def test_a_line_that_only_falls_or_stays_has_no_turn(line: Line) -> None:
    assert turn_of(line) is None


def test_noise_is_no_turn() -> None:
    rng = np.random.default_rng(0)
    trend = np.maximum(1 - EPOCHS / 55, (EPOCHS - 45) / 50)
    noise = rng.standard_normal(61)
    assert turn_of(smoothed(trend + 0.01 * noise, trend)) is not None
    assert turn_of(smoothed(trend + 0.2 * noise, trend)) is None


def test_the_verdict_does_not_depend_on_units() -> None:
    assert turn_of(plain(1000 * VALLEY)) == turn_of(plain(VALLEY))


def test_the_words_say_where() -> None:
    line = smoothed(VALLEY, VALLEY)
    said = describe(["validation"], [line], [61], words("en"), unit="epoch")
    assert said.startswith("validation: 61 points, from 2 to 5; lowest 1 at epoch 20, highest 5")
    assert said.endswith("highest 5 at epoch 60. It falls until epoch 20 and rises from there.")
    dicho = describe(["validación"], [line], [61], words("es"), unit="epoch")
    assert "mínimo 1 en la época 20, máximo 5 en la época 60." in dicho
    assert dicho.endswith("Baja hasta la época 20 y después sube.")


def test_values_that_are_not_finite_are_counted_and_passed_over() -> None:
    values = np.where(EPOCHS == 30, np.nan, VALLEY)
    text = describe(["x"], [plain(values)], [61], words("en"), unit="step")
    assert text.startswith("x: 61 points, from 2 to 5; lowest 1 at step 20")

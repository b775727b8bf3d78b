"""The emphasised line: smoothed, but never across an event, and never away from the data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.build import metric_chart
from analyzer.charts.spec import Line
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.stats.arrays import Floats
from analyzer.text import words

EPOCHS = np.arange(1, 121)
FALL = 0.4 + 2 * np.exp(-EPOCHS / 8)


def noise(size: float, seed: int = 0) -> Floats:
    factor: Floats = np.exp(size * np.random.default_rng(seed).standard_normal(len(EPOCHS)))
    return factor


def run_of(value: Floats, rate: Floats | None = None) -> Run:
    curves = {("train", "loss"): 0.9 * value, ("val", "loss"): value}
    if rate is not None:
        curves["", "lr"] = rate
    return synthetic.of_curves("r", curves)


def line_of(run: Run) -> Line:
    """Return the held-out line of the chart of the loss."""
    chart = metric_chart(diagnose(run), words("en"), "loss", counted=True)
    assert chart is not None
    return next(line for line in chart.lines if line.role == "val")


def starts(line: Line) -> list[float]:
    """Return the positions at which the trend is taken up again."""
    return [float(line.smooth_x[start]) for start in line.smooth_starts]


def level(line: Line, x: float) -> float:
    return float(np.interp(x, line.smooth_x, line.smooth_y))


def test_a_calm_run_has_one_piece() -> None:
    line = line_of(run_of(FALL * noise(0.03)))
    assert line.smooth_starts == ()
    assert not line.is_behind


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_a_change_of_the_rate_ends_a_piece(factor: float) -> None:
    rate = np.where(EPOCHS < 70, 0.1, 0.1 * factor)
    line = line_of(run_of(FALL * noise(0.1), rate))
    assert 69 in starts(line)


def test_a_smooth_schedule_ends_none() -> None:
    rate = 0.05 * (1 + np.cos(np.pi * EPOCHS / 121))
    assert starts(line_of(run_of(FALL * noise(0.03), rate))) == []


@pytest.mark.parametrize("climb", [1, 12])
def test_the_trend_does_not_climb_before_an_explosion(climb: int) -> None:
    value = FALL * noise(0.02)
    value[60:] *= 3.0 ** np.minimum(12 / climb * np.arange(1, 61), 12)
    line = line_of(run_of(value))
    before = line.smooth_y[line.smooth_x < 60]
    assert before.max() < 2.5
    assert level(line, 59) < 0.45
    assert line.smooth_y[-1] == pytest.approx(value[-1], rel=0.1)
    assert line.is_behind


def test_a_stretch_that_is_not_finite_ends_a_piece_and_a_hole_does_not() -> None:
    value = FALL * noise(0.02)
    value[50:70] = np.nan
    value[20] = np.nan
    line = line_of(run_of(value))
    assert 70 in starts(line)
    assert 21 not in starts(line)


def test_a_restart_begins_a_piece() -> None:
    def again(series: Series) -> Series:
        step = np.concatenate([series.step[:80], series.step[40:]])
        return replace(
            series,
            step=step,
            epoch=step.astype(float),
            value=np.concatenate([series.value[:80], 1.1 * series.value[40:]]),
            wall_time=np.full(len(step), np.nan),
            superseded=(np.arange(160) >= 40) & (np.arange(160) < 80),
        )

    run = run_of(FALL * noise(0.05))
    run = replace(run, series=tuple(again(series) for series in run.series))
    assert 40 in starts(line_of(run))


@pytest.mark.parametrize("behind", [80, 160])
def test_an_evaluation_that_repeats_a_step_begins_no_piece(behind: int) -> None:
    def evaluated(series: Series) -> Series:
        step = np.insert(series.step, min(behind, len(series)), 40)
        return replace(
            series,
            step=step,
            epoch=step.astype(float),
            value=np.insert(series.value, min(behind, len(series)), 9.0),
            wall_time=np.full(len(step), np.nan),
            superseded=np.arange(len(step)) == min(behind, len(series)),
        )

    run = run_of(FALL * noise(0.05))
    run = replace(run, series=tuple(evaluated(series) for series in run.series))
    assert 40 not in starts(line_of(run))


def test_the_trend_steps_back_where_the_finding_is_oscillation() -> None:
    swing = np.exp(0.4 * np.sin(EPOCHS) * np.clip(EPOCHS / 12, 0, 1))
    diagnosis = diagnose(run_of(FALL * swing))
    assert "oscillation" in [finding.detector for finding in diagnosis.findings]
    assert line_of(run_of(FALL * swing)).is_behind


def test_the_start_is_smoothed_too() -> None:
    value = FALL * noise(0.15)
    line = line_of(run_of(value))
    first = slice(0, 5)
    off = np.abs(np.log(line.smooth_y[first] / FALL[first])).mean()
    assert off < 0.7 * np.abs(np.log(value[first] / FALL[first])).mean()


def test_a_curve_of_many_events_is_drawn_as_logged() -> None:
    rate = np.where(EPOCHS % 2, 0.1, 0.01)
    rate = np.repeat(rate[:60], 2)
    assert len(line_of(run_of(FALL * noise(0.02), rate)).smooth_x) in (0, 120)


def test_the_trend_stays_within_the_values_nearby() -> None:
    value = FALL * noise(0.02)
    value[60:66] *= np.geomspace(2, 50, 6)
    value[66:] *= 50
    curves = {("val", "loss"): value}
    line = line_of(synthetic.of_curves("r", curves))
    for place, here in zip(line.smooth_x, line.smooth_y, strict=True):
        near = value[max(0, int(place) - 3) : int(place) + 4]
        assert near.min() * 0.999 <= here <= near.max() * 1.001

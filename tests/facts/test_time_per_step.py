"""The pace of a run as a fact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.facts.time_per_step import TimePerStep
from analyzer.model.run import Run
from analyzer.report.content import build_report


def timed(spent: np.ndarray) -> Run:
    run = synthetic.overfitting(3, epochs=len(spent)).run
    wall = 1.7e9 + np.cumsum(spent)
    return replace(run, series=tuple(replace(series, wall_time=wall) for series in run.series))


def test_a_log_without_times_has_no_pace() -> None:
    assert TimePerStep().compute(synthetic.overfitting(3).run, None) is None


def test_the_pace_of_an_epoch_and_a_stall() -> None:
    spent = np.full(60, 30.0)
    spent[40] = 4000.0
    fact = TimePerStep().compute(timed(spent), None)
    assert fact is not None
    assert (fact["unit"], fact["usual"], fact["stalls"]) == ("epoch", 30.0, 1)
    assert fact["rows"][0]["seconds"] == 4000.0
    assert fact["tags"] == ("pace_epoch", "stalls")


def test_the_pause_before_a_restart_is_neither_a_stall_nor_time_of_the_run() -> None:
    wall = 1.7e9 + 30.0 * np.arange(60)
    wall[30:] += 4000.0  # epochs 25 to 29 come again in the second session
    epoch = np.concatenate([np.arange(30), np.arange(25, 55)])
    superseded = (np.arange(60) >= 25) & (np.arange(60) < 30)
    run = synthetic.overfitting(3, epochs=60).run
    series = tuple(
        replace(made, step=epoch, epoch=epoch * 1.0, wall_time=wall, superseded=superseded)
        for made in run.series
    )
    fact = TimePerStep().compute(replace(run, series=series), None)
    assert fact is not None
    assert (fact["stalls"], fact["usual"], fact["total"]) == (0, 30.0, 30.0 * (55 - 1))


def test_the_report_tells_both_in_both_languages() -> None:
    spent = np.full(90, 30.0)
    spent[70] = 4000.0
    spent[45:] *= 2
    for lang, title in (("en", "Time per step"), ("es", "Tiempo por paso")):
        (fact,) = (f for f in build_report(diagnose(timed(spent)), lang).about if f.title == title)
        assert len(fact.sentences) == 3
        assert len(fact.rows) == 1


def by_step(each: int, pause: float, *, epochs: bool) -> Run:
    """Return 400 steps of 2 s with a pause after every ``each``, an evaluation at its end."""
    spent = np.full(400, 2.0)
    spent[each::each] += pause
    wall = 1.7e9 + np.cumsum(spent)
    epoch = (np.arange(400) // each).astype(float) if epochs else np.full(400, np.nan)
    made = synthetic.of_curves("made", {("train", "loss"): np.geomspace(2, 1, 400)})
    (train,) = made.series
    train = replace(train, step=np.arange(400), epoch=epoch, wall_time=wall)
    places = np.arange(each - 1, 400, each)
    val = replace(
        train,
        tag="val_loss",
        split="val",
        step=train.step[places],
        epoch=epoch[places],
        wall_time=wall[places] + 0.9 * pause,
        value=train.value[places],
        superseded=train.superseded[places],
    )
    return replace(made, series=(train, val))


@pytest.mark.parametrize("epochs", [True, False])
def test_the_time_between_epochs_is_told_if_it_is_a_fifth_or_more(epochs: bool) -> None:
    fact = TimePerStep().compute(by_step(20, 30.0, epochs=epochs), None)
    assert fact is not None
    assert "overhead" in fact["tags"]
    assert fact["overhead"] == pytest.approx(30.0, rel=0.01)
    assert fact["overhead_share"] == pytest.approx(19 * 30 / (19 * 30 + 800), rel=0.02)
    little = TimePerStep().compute(by_step(20, 4.0, epochs=epochs), None)
    assert little is not None
    assert "overhead" not in little["tags"]


def test_fractions_of_epochs_end_at_whole_numbers() -> None:
    run = by_step(20, 30.0, epochs=True)
    train, val = run.series
    train = replace(train, epoch=(np.arange(400) + 1) / 20)
    fact = TimePerStep().compute(replace(run, series=(train, val)), None)
    assert fact is not None
    assert fact["overhead"] == pytest.approx(30.0, rel=0.01)

"""The pace of a run as a fact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

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
    assert (fact["stalls"], fact["usual"], fact["total"]) == (0, 30.0, 30.0 * (54 - 1))


def test_the_report_tells_both_in_both_languages() -> None:
    spent = np.full(90, 30.0)
    spent[70] = 4000.0
    spent[45:] *= 2
    for lang, title in (("en", "Time per step"), ("es", "Tiempo por paso")):
        (fact,) = (f for f in build_report(diagnose(timed(spent)), lang).about if f.title == title)
        assert len(fact.sentences) == 3
        assert len(fact.rows) == 1

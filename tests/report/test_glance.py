"""A run at a glance: the facts of the first screen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.report.glance import first_facts
from analyzer.text import words


def values(run: Run, lang: str = "en") -> list[str]:
    return [fact.value for fact in first_facts(diagnose(run), words(lang))]


def of_loss(*value: float) -> Run:
    return synthetic.of_curves("r", {("val", "loss"): np.array(value)})


@pytest.mark.parametrize(("lang", "change"), [("en", "2.5×"), ("es", "2,5×")])
def test_a_loss_that_more_than_doubled_is_written_as_a_factor(lang: str, change: str) -> None:
    run = of_loss(4, 3, 2, 1, *np.linspace(1.1, 2.5, 20))
    assert change in values(run, lang)[1]


def test_a_change_of_less_is_a_percentage_and_none_at_the_best() -> None:
    assert values(of_loss(4, 3, 2, 1, 1.2))[1] == "1.2 (+20%)"
    assert values(of_loss(4, 3, 2, 1))[1] == "1"


def test_a_best_below_zero_has_no_percentage() -> None:
    assert values(of_loss(4, 1, -1, -0.5))[1] == "−0.5"


def test_epochs_are_counted_from_0_or_1_and_steps_without_epochs() -> None:
    run = of_loss(4, 3, 2, 1, 1.2)
    (series,) = run.series

    def at(epoch: np.ndarray) -> list[str]:
        return values(replace(run, series=(replace(series, epoch=epoch),)))

    assert at(np.arange(5.0))[2:] == ["5 epochs", "1 of 5 epochs"]
    assert at(np.arange(1.0, 6.0))[2:] == ["5 epochs", "1 of 5 epochs"]
    steps = replace(series, step=100 * np.arange(5), epoch=np.full(5, np.nan))
    assert values(replace(run, series=(steps,)))[2:] == ["400 steps", "100 of 400 steps"]


def test_fractions_of_epochs_that_start_at_0_end_at_their_number() -> None:
    (series,) = of_loss(*np.linspace(4, 1, 26), *np.linspace(1.1, 1.5, 5)).series
    (other,) = synthetic.of_curves("r", {("train", "loss"): np.linspace(4, 1, 31)}).series
    tenths, whole = np.arange(31) / 10, np.arange(31.0)

    def length(*epochs: np.ndarray) -> list[str]:
        logged = zip((series, other), epochs, strict=False)
        run = of_loss(4, 3)
        return values(replace(run, series=tuple(replace(one, epoch=at) for one, at in logged)))[2:]

    assert length(tenths) == ["3 epochs", "0.5 of 3 epochs"]
    assert length(whole, whole / 2)[0] == "30 epochs"
    assert length(whole, whole)[0] == "31 epochs"


def test_times_are_added_where_the_log_has_them() -> None:
    run = of_loss(4, 3, 2, 1, 1.2)
    timed = replace(run.series[0], wall_time=1e9 + 60 * np.arange(5.0))
    assert values(replace(run, series=(timed,)))[2].endswith("epochs in 5\xa0min")
    assert values(replace(run, series=(timed,)))[3].endswith(", 60\xa0s")


def test_a_run_without_a_best_value_says_what_was_read() -> None:
    run = synthetic.of_curves("other", {("", "seconds"): np.array([2.0, 3.0])})
    assert values(run) == ["2 points from 1 file"]

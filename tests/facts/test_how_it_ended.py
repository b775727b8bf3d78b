"""Why a log ends where it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.engine import best_of
from analyzer.facts.how_it_ended import HowItEnded
from analyzer.model.meta import SaidEnd, TrackerRecord
from analyzer.stats.patience import stops


def fact_of(value: np.ndarray, config: dict[str, Any] | None = None):
    run = synthetic.of_curves("made", {("train", "loss"): value, ("val", "loss"): value})
    run = replace(run, config=config or {}, meta=replace(run.meta, axes={"epoch": "epoch"}))
    return HowItEnded().compute(run, best_of(run))


def turning(length: int, best: int) -> np.ndarray:
    rng = np.random.default_rng(length)
    return 0.1 + 0.004 * np.abs(np.arange(length) - best) + 0.001 * rng.random(length)


def test_a_run_that_did_all_its_epochs() -> None:
    fact = fact_of(turning(50, 20), {"epochs": 50})
    assert fact["tags"] == ("planned_epoch",)
    assert fact["done"] == 50  # the last epoch is 49, counted from 0


def test_early_stopping_with_the_patience_in_the_settings() -> None:
    fact = fact_of(turning(36, 24), {"epochs": 500, "early_stopping": {"patience": 11}})
    assert fact["tags"] == ("early_stopping_configured",)
    assert (fact["patience"], fact["best_epoch"]) == (11, 24)


def test_early_stopping_is_guessed_from_a_usual_patience() -> None:
    fact = fact_of(turning(47, 41))
    assert (fact["tags"], fact["patience"]) == (("early_stopping",), 5)
    planned = fact_of(turning(50, 29), {"epochs": 300})
    assert (planned["tags"], planned["patience"]) == (("early_stopping",), 20)
    assert planned["probability"] > fact["probability"] > 0.65


def test_the_log_does_not_tell_where_chance_looks_the_same() -> None:
    rare = fact_of(turning(37, 24))  # few people set a patience of 12
    assert (rare["tags"], rare["patience"]) == (("unclear",), 12)
    assert rare["fitting"] == 8  # after 2, 3, 4, 5, 7, 8, 10 and 12 evaluations
    short = fact_of(turning(20, 12), {"epochs": 60})
    assert short["tags"] == ("unclear",)


def test_a_round_number_of_epochs_was_most_likely_the_plan() -> None:
    assert fact_of(turning(49, 43))["tags"] == ("early_stopping",)
    assert fact_of(turning(50, 44))["tags"] == ("unclear",)
    assert fact_of(turning(51, 45))["tags"] == ("unclear",)  # evaluated before the first epoch too
    assert fact_of(turning(50, 37)) is None


def test_the_watched_curve_may_be_an_accuracy() -> None:
    loss, accuracy = turning(41, 34), 1 - turning(41, 30)
    run = synthetic.of_curves("made", {("val", "loss"): loss, ("val", "accuracy"): accuracy})
    run = replace(run, config={"epochs": 300}, meta=replace(run.meta, axes={"epoch": "epoch"}))
    fact = HowItEnded().compute(run, best_of(run))
    assert (fact["tags"], fact["metric"], fact["patience"]) == (("early_stopping",), "accuracy", 10)


def test_no_earlier_stretch_may_be_as_long_as_the_patience() -> None:
    value = turning(47, 36)
    value[5:20] = 0.4
    assert fact_of(value) is None


def test_an_unusual_patience_is_chance() -> None:
    assert fact_of(turning(38, 24)) is None


def test_a_run_that_was_cut() -> None:
    fact = fact_of(np.geomspace(3, 1, 37), {"epochs": 100})
    assert fact["tags"] == ("cut_epoch",)
    assert fact["share"] == 0.37


def test_a_run_that_ended_at_nan() -> None:
    value = turning(37, 24)
    value[-1] = np.nan
    assert fact_of(value, {"epochs": 100})["tags"] == ("nan",)


def test_a_patience_of_the_courses_is_guessed_with_its_min_delta() -> None:
    value = 0.1 + 0.05 * np.exp(-np.arange(60) / 6)
    (stop,) = stops(value, 0.001, [20])
    assert stop.at is not None
    assert stop.at < 59
    fact = fact_of(value[: stop.at + 1], {"epochs": 500})
    assert fact["tags"] == ("early_stopping_delta",)
    assert (fact["patience"], fact["min_delta"], fact["best_epoch"]) == (20, 0.001, stop.kept)
    assert fact_of(value[: stop.at - 1], {"epochs": 500})["tags"] == ("cut_epoch",)


def test_a_run_that_was_best_at_once_is_explained_if_its_plan_was_longer() -> None:
    rising = 1 + 0.01 * np.arange(11.0)
    assert fact_of(rising, {"epochs": 100})["patience"] == 10
    assert fact_of(rising) is None
    assert fact_of(rising[:6], {"epochs": 100})["tags"] == ("cut_epoch",)


def crashed(value: np.ndarray, config: dict[str, Any], **meta: Any):
    run = synthetic.of_curves("r", {("train", "loss"): value, ("val", "loss"): value})
    known = replace(run.meta, axes={"epoch": "epoch"}, **meta)
    run = replace(run, config=config, meta=known)
    return HowItEnded().compute(run, best_of(run))


def test_an_exception_after_early_stopping_comes_second() -> None:
    settings = {"epochs": 500, "early_stopping": {"patience": 11}}
    fact = crashed(turning(36, 24), settings, exception="KeyError: 'val'")
    assert fact.tags == ("early_stopping_configured", "crashed_after")
    fact = crashed(turning(47, 41), {}, exception="KeyError: 'val'")
    assert fact.tags == ("crashed",), "a guess by the curve alone is less than what the log says"


def test_an_exception_is_the_end_where_early_stopping_is_in_doubt() -> None:
    value = turning(37, 24)
    assert crashed(value, {}).tags == ("unclear",)
    fact = crashed(value, {}, exception="KeyError: 'val'")
    assert (fact.tags, fact.exception) == (("crashed",), "KeyError: 'val'")
    fact = crashed(np.geomspace(3, 1, 31), {"epochs": 100}, exception="KeyError: 'val'")
    assert fact.tags == ("crashed_epoch",)
    assert fact.share == 0.31


def test_an_exception_after_the_plan_comes_second() -> None:
    fact = crashed(turning(30, 29), {"epochs": 30}, exception="KeyError: 'val'")
    assert fact.tags == ("planned_epoch", "crashed_after")


def test_the_exit_code_of_a_tracker_is_named() -> None:
    fact = crashed(turning(31, 20), {}, tracker=TrackerRecord(exit_code=3))
    assert (fact.tags, fact.exit_code) == (("exit_code",), 3)
    fact = crashed(turning(31, 20), {}, tracker=TrackerRecord(exit_code=0))
    assert fact.exit_code is None


def test_a_printed_plan_is_one() -> None:
    fact = crashed(np.geomspace(3, 1, 37), {}, planned={"epoch": 100.0})
    assert (fact.tags, fact.planned) == (("cut_epoch",), 100)


def test_a_loop_that_prints_every_tenth_epoch_is_done_at_its_last_line() -> None:
    value = np.geomspace(3, 1, 10)
    run = synthetic.of_curves("made", {("train", "loss"): value, ("val", "loss"): value})
    series = tuple(replace(each, epoch=np.arange(0.0, 100, 10)) for each in run.series)
    meta = replace(run.meta, axes={"epoch": "epoch"}, planned={"epoch": 100.0})
    run = replace(run, series=series, meta=meta)
    assert HowItEnded().compute(run, best_of(run)).tags == ("planned_epoch",)
    shorter = tuple(replace(each, epoch=np.arange(0.0, 50, 5)) for each in run.series)
    run = replace(run, series=shorter)
    assert HowItEnded().compute(run, best_of(run)).tags == ("cut_epoch",)


def test_what_the_log_says_comes_before_a_guess_but_not_before_the_patience_in_the_settings() -> (
    None
):
    stopped, finished = SaidEnd("stopped", "Early stopping"), SaidEnd("finished", "Done training")
    fact = crashed(np.geomspace(3, 1, 37), {"epochs": 100}, said_end=stopped)
    assert (fact.tags, fact.words) == (("early_stopping_said",), "Early stopping")
    fact = crashed(turning(36, 24), {"epochs": 500, "patience": 11}, said_end=stopped)
    assert fact.tags == ("early_stopping_configured",)
    assert crashed(turning(47, 41), {}, said_end=finished).tags == ("early_stopping",)
    fact = crashed(turning(37, 24), {}, said_end=finished, exception="KeyError: 'val'")
    assert fact.tags == ("finished", "crashed_after")

"""Early stopping replayed on the judged curve of a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of, diagnose
from analyzer.facts.early_stopping import COURSE, EarlyStopping
from analyzer.model.meta import SaidEnd
from analyzer.model.run import Run
from analyzer.report.content import build_report


def fact_of(run: Run):
    return EarlyStopping().compute(run, best_of(run))


def run_of(value: np.ndarray, metric: str = "loss") -> Run:
    return synthetic.of_curves("made", {("train", metric): value, ("val", metric): value})


def turning(length: int = 200, best: int = 34) -> np.ndarray:
    return 0.1 + 0.004 * np.abs(np.arange(length) - best)


def test_both_settings_of_the_course_are_replayed() -> None:
    fact = fact_of(run_of(turning()))
    assert (fact["first"]["stop_step"], fact["first"]["kept_step"]) == (54, 34)
    assert fact["first"]["saved"] == pytest.approx(1 - 55 / 200)
    assert (fact["second"]["stop_step"], fact["second"]["kept_step"]) == (63, 33)
    assert {(row["patience"], row["min_delta"]) for row in fact["rows"]} >= set(COURSE)


def test_the_cheapest_setting_keeps_the_best_value() -> None:
    fact = fact_of(run_of(turning()))
    assert fact["tags"][0] == "cheapest"
    assert fact["chosen"]["kept_value"] == pytest.approx(0.1)
    best = [row["saved"] for row in fact["rows"] if row["kept_value"] == pytest.approx(0.1)]
    assert fact["chosen"]["saved"] == max(best)


def test_a_dip_that_fools_little_patience_asks_for_more() -> None:
    value = turning(80, 60)
    value[20:28] += 0.5  # eight evaluations without an improvement, long before the best
    fact = fact_of(run_of(value))
    assert fact["chosen"]["patience"] == 10
    assert fact["chosen"]["kept_step"] == 60


def test_a_run_that_improves_to_its_end_is_not_stopped() -> None:
    fact = fact_of(run_of(np.geomspace(3, 1, 40)))
    assert fact["tags"] == ("none", "first_runs", "second_runs")
    assert fact["first"]["stop_step"] is None


def test_an_accuracy_is_to_rise() -> None:
    fact = fact_of(run_of(1 - turning(), "accuracy"))
    assert (fact["mode"], fact["greater"], fact["keras"]) == ("max", True, "val_accuracy")
    assert fact["first"]["kept_step"] == 34


def test_the_time_that_was_spent_after_the_stop() -> None:
    run = run_of(turning())
    timed = [replace(series, wall_time=1e9 + 60.0 * series.step) for series in run.series]
    fact = fact_of(replace(run, series=tuple(timed)))
    assert fact["first"]["saved_seconds"] == 60 * (199 - 54)
    assert "time" in fact["tags"]


def test_a_training_curve_alone_is_not_replayed() -> None:
    assert fact_of(synthetic.of_curves("r", {("train", "loss"): turning()})) is None
    assert fact_of(synthetic.of_curves("r", {("val", "loss"): turning(2)})) is None


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_report_has_the_table_and_code_to_paste(lang: str) -> None:
    run = run_of(turning())
    (fact,) = (fact for fact in build_report(diagnose(run), lang).about if fact.snippets)
    assert len(fact.rows) == len(fact_of(run)["rows"])
    code = {snippet.label: snippet.code for snippet in fact.snippets}
    assert 'monitor="val_loss"' in code["Keras"]
    assert "restore_best_weights=True" in code["Keras"]
    assert "early_stopping_threshold=0.0" in code["Hugging Face"]
    compile(code["Lightning"], "snippet", "exec")


def test_code_is_offered_only_where_it_would_stop_the_run() -> None:
    assert fact_of(run_of(turning()))["code"] == ("Keras", "Lightning", "Hugging Face")
    assert fact_of(run_of(np.geomspace(3, 1, 40)))["code"] == ()


def test_a_best_value_at_the_end_is_not_given_up_for_a_wide_interval() -> None:
    noise = np.random.default_rng(2).normal(0, 0.3, 100)
    late = np.r_[2 + noise, np.geomspace(1.8, 0.1, 30)]  # learnt suddenly, at the end
    assert fact_of(run_of(late))["tags"][0] == "none"
    flat = np.r_[np.geomspace(2, 0.5, 30), 0.5 + 0.01 * noise[:69], 0.49]
    assert fact_of(run_of(flat))["tags"][0] == "cheapest"


def test_a_guess_is_worded_as_one() -> None:
    run = replace(run_of(turning(55)), config={"epochs": 300})
    ended = diagnose(run).facts["how_it_ended"]
    assert ended["tags"] == ("early_stopping",)
    assert fact_of(run)["tags"][0] == "already_likely"
    said = replace(run, meta=replace(run.meta, said_end=SaidEnd("stopped", "Early stopping")))
    assert fact_of(said)["tags"][0] == "already"


def test_a_run_that_early_stopping_ended_gets_no_code_for_it() -> None:
    run = replace(run_of(turning(45)), config={"patience": 10, "epochs": 200})
    fact = fact_of(run)
    assert fact["tags"][0] == "already"
    assert fact["code"] == ()
    steps = " ".join(todo.text for todo in build_report(diagnose(run)).checklist)
    assert "Turn on early stopping" not in steps


def by_trainer(epochs: np.ndarray) -> Run:
    """Return a run as the Trainer of Hugging Face logs it, one evaluation every 50 steps."""
    run = run_of(turning())
    named = {"train": "loss", "val": "eval_loss"}
    series = [
        replace(item, tag=named[item.split], step=50 * (item.step + 1), epoch=epochs)
        for item in run.series
    ]
    meta = replace(run.meta, format="Hugging Face trainer state")
    return replace(run, series=tuple(series), meta=meta)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_code_of_a_trainer_has_the_steps_and_names_of_the_run(lang: str) -> None:
    steps = by_trainer(np.arange(200) / 3)
    assert fact_of(steps)["code"] == ("Hugging Face (steps)",)
    (fact,) = (fact for fact in build_report(diagnose(steps), lang).about if fact.snippets)
    (snippet,) = fact.snippets
    assert 'eval_strategy="steps", eval_steps=50' in snippet.code
    assert "save_steps=50" in snippet.code
    assert 'metric_for_best_model="eval_loss"' in snippet.code
    assert fact_of(by_trainer(np.arange(1.0, 201)))["code"] == ("Hugging Face",)


def test_names_are_those_of_the_log() -> None:
    run = run_of(turning())
    series = tuple(replace(item, tag=f"{item.split}/nll") for item in run.series)
    fact = fact_of(replace(run, series=series))
    assert (fact["monitor"], fact["keras"]) == ("val/nll", "val_loss")


def test_what_is_saved_is_a_share_of_the_run_and_not_of_the_evaluations() -> None:
    value = np.array([1.0, 0.8, 0.7, 0.75, 0.8, 0.85])
    run = run_of(value)
    step = np.array([10, 20, 30, 40, 50, 100])
    series = tuple(replace(one, step=step, epoch=step.astype(float)) for one in run.series)
    rows = fact_of(replace(run, series=series))["rows"]
    (saved,) = (row["saved"] for row in rows if (row["patience"], row["min_delta"]) == (1, 0.0))
    assert saved == pytest.approx(0.6)  # it stops at 40 of 100

"""Early stopping replayed on the judged curve of a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of, diagnose
from analyzer.facts.early_stopping import COURSE, EarlyStopping
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
    assert (fact["mode"], fact["greater"], fact["monitor"]) == ("max", True, "val_accuracy")
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

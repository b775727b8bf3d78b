"""What a report says before it has a form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.report.content import Report, build_report, in_every_language
from analyzer.report.glance import facts
from analyzer.report.headline import verdict_sentence
from analyzer.text import words


def report_of(run: Run, **options: str) -> Report:
    return build_report(diagnose(run), **options)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_sentence_that_the_headline_says_does_not_stand_below_it(lang: str) -> None:
    for made in (synthetic.oscillating(3), synthetic.overfitting(3)):
        report = report_of(made.run, lang=lang)
        is_said = report.sentence.rstrip(".").lower() in report.action.lower()
        assert report.subtitle == ("" if is_said else report.sentence)


def test_a_whole_number_that_a_log_stores_as_a_float_is_shown_whole() -> None:
    config = {"batch_size": 32.0, "lr": 0.5, "big": 1e300}
    settings = dict(report_of(replace(synthetic.healthy(3).run, config=config)).config)
    assert (settings["batch_size"], settings["lr"], settings["big"]) == ("32", "0.5", "1e+300")


def test_facts_are_named_by_the_curve_that_is_judged() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    assert diagnosis.best is not None
    rows = facts(diagnosis, words("en"))
    assert rows[0].label == "Best validation loss"
    assert words("en").number(diagnosis.best.value) in rows[0].line


def test_a_noisy_run_shows_its_best_value_and_in_grey_the_smoothed_one() -> None:
    noise = np.exp(0.12 * np.random.default_rng(1).standard_normal(100))
    run = synthetic.of_curves("r", {("val", "loss"): 0.42 * noise})
    row = facts(diagnose(run), words("en"))[0]
    assert row.value.startswith("0.3")
    assert row.aside.startswith("smoothed 0.4")
    smooth = synthetic.of_curves("r", {("val", "loss"): np.geomspace(3, 1, 40)})
    assert facts(diagnose(smooth), words("en"))[0].line == "1 at epoch 39"


def test_facts_that_the_log_cannot_give_are_said_to_be_unknown() -> None:
    run = synthetic.of_curves("r", {("train", "seconds"): np.ones(20)})
    rows = facts(diagnose(run), words("en"))
    assert [row.value for row in rows[:4]] == ["unknown"] * 4
    assert rows[0].label == "Best loss"


def test_a_gap_is_a_number_only_where_its_interval_is_narrower() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    gap = diagnosis.facts["train_val_gap"]
    gap_only = {"at_best": 0.1, "at_end": 0.2, "low": None, "high": None}

    def shown(**values: float) -> str:
        gaps = {**gap, **gap_only, **values}
        return facts(
            replace(diagnosis, facts={**diagnosis.facts, "train_val_gap": gaps}), words("en")
        )[3].value

    assert shown() == "0.1 at the best, 0.2 at the end"
    within = "0.1 at the best, smoothed 0.2 at the end (95%: 0.15 to 0.25)"
    assert shown(low=0.15, high=0.25) == within
    assert shown(low=0.05, high=0.6) == "between 0.05 and 0.6 at the end (95%)"
    assert shown(low=-0.05, high=0.6).startswith("cannot be told from zero (95%")


def test_every_check_is_in_one_of_the_lists() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    report = build_report(diagnosis)
    listed = len(report.clear) + len(report.skipped) + len(report.explained)
    found = sum(check.status == "found" for check in diagnosis.checks)
    assert listed + found == len(diagnosis.checks)


def test_a_healthy_run_with_notes_says_that_notes_follow() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    notes = []
    for check in diagnosis.checks:
        findings = tuple(replace(finding, severity="info") for finding in check.findings)
        notes.append(replace(check, findings=findings))
    late = {**diagnosis.facts, "after_best": {**diagnosis.facts["after_best"], "share": 0.1}}
    noted = replace(diagnosis, verdict="healthy", checks=tuple(notes), facts=late)
    assert verdict_sentence(noted, words("en")).startswith("No problems found in")
    assert "1 note below." in verdict_sentence(noted, words("en"))


def test_long_settings_are_cut_and_others_are_shown_as_json() -> None:
    config = {"layers": [64, 32], "note": "x" * 500, "password": "hunter2"}
    settings = dict(report_of(replace(synthetic.healthy(3).run, config=config)).config)
    assert settings["layers"] == "[64, 32]"
    assert settings["note"] == "x" * 199 + "…"
    assert settings["password"] == "***"


def test_the_command_makes_the_same_report_again() -> None:
    run = synthetic.healthy(3).run
    several = replace(run, meta=replace(run.meta, path="runs dir", alone=False), name="a")
    command = report_of(several, lang="es", output="r.pdf").command
    assert command == "analyzer report 'runs dir' -o r.pdf --run a --lang es"


def test_no_more_than_four_files_are_named() -> None:
    run = synthetic.healthy(3).run
    many = replace(run, meta=replace(run.meta, files=tuple([f"{name}.csv" for name in "abcde"])))
    assert "a.csv, b.csv, c.csv, d.csv…" in report_of(many).made_by


def test_points_that_a_restart_logged_again_are_counted() -> None:
    run = synthetic.healthy(3).run
    first, *rest = run.series
    again = replace(first, superseded=np.arange(len(first)) < 7)
    restarted = replace(run, series=(again, *rest))
    assert report_of(run).superseded == ""
    assert report_of(restarted).superseded.startswith(
        "The curves leave out 7 points that a restart"
    )


@pytest.mark.parametrize(("lang", "langs"), [("en", ["en", "es"]), ("es", ["es", "en"])])
def test_the_language_of_the_reader_comes_first(lang: str, langs: list[str]) -> None:
    reports = in_every_language(diagnose(synthetic.healthy(3).run), lang)
    assert [report.lang for report in reports] == langs


def test_the_facts_state_the_size_of_the_validation_set_only_if_it_is_known() -> None:
    time = np.arange(1, 25)
    loss = np.exp(-time / 9) + 0.3
    curves = {("train", "loss"): loss, ("val", "loss"): loss * 1.02}
    counts = np.array([11, 13, 14, 16, 17, 18, 20, 19] * 3)
    known = {**curves, ("val", "accuracy"): counts / 25}
    rows = {
        row.label: row.value
        for row in facts(diagnose(synthetic.of_curves("x", known)), words("en"))
    }
    assert rows["Validation set"] == "25 examples"
    labels = [row.label for row in facts(diagnose(synthetic.of_curves("x", curves)), words("en"))]
    assert "Validation set" not in labels


def test_an_interval_that_reads_as_one_number_is_left_out() -> None:
    diagnosis = diagnose(synthetic.healthy(3).run)
    level = {**diagnosis.facts["best_level"], "value": 0.5, "low": 0.5, "high": 0.50001}
    known = replace(diagnosis, facts={**diagnosis.facts, "best_level": level})
    assert facts(known, words("en"))[0].aside == "smoothed 0.5"


def test_a_run_that_ends_at_its_best_has_no_share_after_it() -> None:
    smooth = synthetic.of_curves("r", {("val", "loss"): np.geomspace(3, 1, 40)})
    assert facts(diagnose(smooth), words("en"))[2].value == "best at the end"

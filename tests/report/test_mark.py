"""The mark of a run without a problem: one key for the report, tables and comparisons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import compare, synthetic
from analyzer.detectors.generalization_gap import GeneralizationGap
from analyzer.detectors.overfitting import Overfitting
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.checklist import checklist, keeps_as_baseline
from analyzer.report.compared import build_compared
from analyzer.report.content import build_report
from analyzer.report.differences import verdict_list
from analyzer.report.headline import badge, verdict_name
from analyzer.report.mark import (
    GAP_ALONE,
    MARKS,
    is_badge,
    mark,
    mark_tone,
    marked_verdict,
    named_verdict,
)
from analyzer.report.run_table import run_table
from analyzer.report.terminal import check_line
from analyzer.text import words


def sound(exception: str = "", *, flat: bool = False, name: str = "r") -> Diagnosis:
    loss = np.geomspace(2, 0.5, 40)
    if flat:
        noise = np.random.default_rng(0).normal(0, 0.001, 300)
        loss = 0.2 + 2 * np.exp(-np.linspace(0, 1, 300) / 0.05) + noise
    curves = {("train", "loss"): loss, ("val", "loss"): loss * 1.01}
    run = synthetic.of_curves(name, curves)
    return diagnose(replace(run, meta=replace(run.meta, exception=exception)))


def agent(split: str = "") -> Diagnosis:
    return diagnose(synthetic.of_curves("agent", {(split, "reward"): np.linspace(0, 100, 300)}))


def test_an_exception_comes_before_an_early_end() -> None:
    assert mark(sound()) is None
    assert mark(sound(flat=True)) == "flat"
    assert mark(sound("KeyError: 1")) == mark(sound("KeyError: 1", flat=True)) == "exception_at_end"
    assert mark(agent()) == "partly"


def test_a_run_with_a_finding_has_no_mark() -> None:
    assert mark(diagnose(synthetic.overfitting(3).run)) is None


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_mark_has_words_of_its_own_and_only_a_sound_run_is_called_healthy(lang: str) -> None:
    text = words(lang)
    said = {key: marked_verdict("healthy", key, text) for key in MARKS}
    assert len(set(said.values())) == len(MARKS)
    healthy = [key for key, line in said.items() if line.startswith(text.verdict("healthy"))]
    assert healthy == ["flat", "best_early", "no_rise", "reward_lost"]
    assert [key for key in MARKS if not is_badge(key)] == ["best_early"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_terminals_table_has_the_badge_of_the_report(lang: str) -> None:
    for diagnosis in (sound("KeyError: 1", flat=True), sound(flat=True), agent()):
        badge = verdict_name(diagnosis, words(lang))
        table = run_table([diagnosis, sound(name="sound")], lang, width=120)
        assert badge in table.splitlines()[1]
        assert verdict_list(["healthy"] * 2, words(lang)) not in table.splitlines()[-1]


def test_a_comparison_marks_the_run_that_ends_in_an_exception() -> None:
    runs = [sound("KeyError: 1", name="broken").run, sound(name="sound").run]
    rows = {row[0]: row[-1] for row in build_compared(compare(runs)).rows}
    assert rows == {"broken": "ends in an exception", "sound": "healthy"}


@pytest.mark.parametrize(
    ("lang", "action", "first"),
    [
        ("en", "Log more before you judge this run: only ", "Evaluate the policy at regular"),
        ("es", "Registre más datos antes de juzgar esta ejecución: solo ", "Evalúe la política"),
    ],
)
def test_an_agent_with_few_checks_is_no_baseline(lang: str, action: str, first: str) -> None:
    assert build_report(agent(), lang).action.startswith(action)
    assert checklist(agent(), words(lang))[0].text.startswith(first)
    assert not keeps_as_baseline(agent())


def test_an_agent_that_was_evaluated_is_told_what_the_checks_need() -> None:
    first = checklist(agent("val"), words("en"))[0].text
    assert first.startswith("Log what the checks that could not be judged need")


def test_a_gap_alone_has_one_name_in_every_view() -> None:
    diagnosis = diagnose(GeneralizationGap().example(0))
    assert (diagnosis.verdict, mark(diagnosis)) == ("overfitting", GAP_ALONE)
    for lang, name in (("en", "generalization gap"), ("es", "brecha de generalización")):
        text = words(lang)
        own = diagnosis.verdict, mark(diagnosis)
        assert badge(diagnosis, text) == marked_verdict(*own, text) == named_verdict(*own, text)
        assert name == verdict_name(diagnosis, text)
        assert check_line(diagnosis, lang, "never").partition(": ")[2].startswith(name)
        assert verdict_list([own[0]] * 2, text, marks=[own[1]] * 2) == f"2 {name}" or lang == "es"
    assert mark_tone(GAP_ALONE, "overfitting") == "overfitting"


def test_overfitting_beside_a_gap_is_overfitting() -> None:
    diagnosis = diagnose(Overfitting().example(0))
    assert mark(diagnosis) is None
    assert verdict_name(diagnosis, words("en")) == "overfitting"

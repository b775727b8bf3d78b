"""The first lines of a report: what to do, a badge that contradicts nothing, and the checks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzer import registry, synthetic
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.model.run import Run
from analyzer.reading.load import load
from analyzer.report.content import build_report
from analyzer.report.headline import (
    action_sentence,
    badge,
    by_status,
    checks_line,
    verdict_sentence,
)
from analyzer.text import words

DETECTORS = registry.discover("analyzer.detectors", Detector)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_every_detector_of_a_warning_says_what_to_do(name: str, lang: str) -> None:
    diagnosis = diagnose(DETECTORS[name].example(0))
    if all(finding.severity == "info" for finding in diagnosis.findings):
        return
    said = action_sentence(diagnosis, words(lang))
    assert said
    assert not said.endswith(".")
    assert "{" not in said
    assert said != build_report(diagnosis, lang).sentence


def test_the_headline_names_the_checkpoint_and_leaves_counting_to_the_sentence() -> None:
    run = synthetic.overfitting(3).run
    counted = replace(run, meta=replace(run.meta, axes={}))
    report = build_report(diagnose(counted))
    assert report.action.startswith("Keep the checkpoint from epoch ")
    assert "counted" not in report.action
    assert report.sentence.endswith("Epochs are counted from 0: the log does not number them.")


@pytest.mark.parametrize(
    ("name", "lang", "rare"),
    [
        ("oscillation", "en", "learning rate"),
        ("oscillation", "es", "learning rate"),
        ("plateau", "en", "learning rate|egulari"),
        ("plateau", "es", "learning rate|egulari"),
        ("generalization_gap", "en", "egulari"),
        ("generalization_gap", "es", "egulari"),
    ],
)
def test_the_headline_names_no_remedy_that_rarely_helped_when_measured(
    name: str, lang: str, rare: str
) -> None:
    own = words(lang).of(name)
    tagged = [table["action"] for table in own["tagged"].values() if "action" in table]
    assert not any(re.search(rare, action) for action in [own["action"], *tagged])


@pytest.mark.parametrize(("lang", "start"), [("en", "Keep this run"), ("es", "Guarde esta")])
def test_a_healthy_run_is_to_be_kept(lang: str, start: str) -> None:
    assert build_report(diagnose(synthetic.healthy(3).run), lang).action.startswith(start)


@pytest.mark.parametrize(
    ("metric", "points", "start"),
    [
        ("loss", 30, "Measure generalization"),
        ("loss", 5, "Log more"),  # most checks could not judge the training either
        ("seconds", 30, "Log more"),
    ],
)
def test_a_run_that_could_not_be_judged_is_told_what_to_measure(
    metric: str, points: int, start: str
) -> None:
    run = synthetic.of_curves("short", {("train", metric): np.linspace(2, 1, points)})
    assert action_sentence(diagnose(run), words("en")).startswith(start)


def test_the_badge_of_a_gap_alone_is_no_overfitting() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    (gap,) = (check for check in diagnosis.checks if check.detector == "generalization_gap")
    found = []
    for check in diagnosis.checks:
        if check.detector == "overfitting":
            check = replace(check, status="clear", findings=())
        if check.detector == "generalization_gap":
            finding = Finding(gap.detector, "warning", "loss", "val", None, {"share": 0.5})
            check = replace(check, status="found", findings=(finding,), explained_by=None)
        found.append(check)
    alone = replace(diagnosis, checks=tuple(found))
    assert alone.verdict == "overfitting"
    assert badge(alone, words("en")) == "generalization gap"
    assert badge(diagnosis, words("en")) == "overfitting"


def test_the_line_on_the_checks_counts_what_the_page_shows() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    report = build_report(diagnosis)
    line = checks_line(diagnosis, words("en"))
    assert line.startswith(f"{len(report.findings)} finding")
    assert f"{len(report.clear)} of {len(diagnosis.checks)} checks clear" in line
    assert ("explained" in line) == bool(report.explained)


@pytest.mark.parametrize(
    ("lang", "one", "two"),
    [
        ("en", "(1 more explained);", "(2 more explained);"),
        ("es", "(1 más se explica con ello);", "(2 más se explican con ello);"),
    ],
)
def test_the_line_on_the_checks_does_not_say_how_many_findings_explain_the_others(
    lang: str, one: str, two: str
) -> None:
    diagnosis = diagnose(synthetic.healthy(3).run)
    clear = by_status(diagnosis, "clear")
    for count, said in ((1, one), (2, two)):
        checks = [
            replace(check, status="explained") if check in clear[:count] else check
            for check in diagnosis.checks
        ]
        assert said in checks_line(replace(diagnosis, checks=tuple(checks)), words(lang))


def healthy(run: Run) -> str:
    return checks_line(diagnose(run), words("en"))


def test_the_line_on_the_checks_of_a_healthy_run_speaks_of_notes() -> None:
    assert "finding " not in healthy(synthetic.healthy(3).run)


def unjudged(count: int) -> Diagnosis:
    """Return a healthy run of which that many checks could not be judged."""
    diagnosis = diagnose(synthetic.healthy(3).run)
    late = {**diagnosis.facts, "after_best": {**diagnosis.facts["after_best"], "share": 0.1}}
    values = {"metric": "loss", "split": "test"}
    checks = list(diagnosis.checks)
    for at in range(count):
        checks[at] = replace(
            checks[at], status="skipped", reason="no_curve", reason_values=values, findings=()
        )
    return replace(diagnosis, checks=tuple(checks), verdict="healthy", facts=late)


@pytest.mark.parametrize(
    ("count", "badge", "said"),
    [
        (0, "healthy", "no check found a problem"),
        (1, "healthy", "no problem in the 7 of 8 checks that could be made"),
        (5, "only 3 of 8 checks judged", "only 3 of 8 checks could be made"),
    ],
)
def test_what_could_not_be_judged_is_not_called_healthy(count: int, badge: str, said: str) -> None:
    report = build_report(unjudged(count))
    assert report.badge == badge
    assert said in report.action
    assert ("could not be judged" in report.sentence) is (count > 0)
    assert report.verdict == ("healthy" if count < 5 else "inconclusive")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", 'Inconclusive: "val_loss" ends in text. The 4 cells behind its last number hold'),
        ("es", "Sin conclusión: «val_loss» termina en texto. Las 4 celdas tras su último número"),
    ],
)
def test_a_run_whose_loss_ends_in_text_is_not_healthy(
    lang: str, sentence: str, tmp_path: Path
) -> None:
    rows = [f"{at},{2 * 0.9**at:.4f},{2 * 0.9**at + 0.05:.4f}" for at in range(30)]
    rows += [f"{at},{2 * 0.9**at:.4f},#NUM!" for at in range(30, 34)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["epoch,loss,val_loss", *rows]) + "\n", encoding="utf-8")
    diagnosis = diagnose(load(log)[0])
    assert diagnosis.verdict == "inconclusive"
    assert verdict_sentence(diagnosis, words(lang)).startswith(sentence)
    log.write_text("\n".join(["epoch,loss,val_loss", *rows[:31]]) + "\n", encoding="utf-8")
    assert diagnose(load(log)[0]).verdict == "healthy"

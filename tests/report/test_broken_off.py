"""A run that an exception ended is named as broken off, and not to be kept as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.checklist import checklist, keeps_as_baseline
from analyzer.report.content import build_report
from analyzer.report.markdown import render_markdown
from analyzer.report.terminal import render_terminal
from analyzer.text import words


def ended_in(exception: str, **config: int) -> Diagnosis:
    loss = np.geomspace(2, 0.5, 40)
    run = synthetic.of_curves("r", {("train", "loss"): loss, ("val", "loss"): loss * 1.01})
    meta = replace(run.meta, exception=exception, axes={"epoch": "epoch"})
    return diagnose(replace(run, config=config, meta=meta))


def test_the_headline_names_the_exception_and_says_to_resume() -> None:
    diagnosis = ended_in("KeyError: 'val'", epochs=100)
    report = build_report(diagnosis)
    expected = "Resume the run before you judge it: it broke off with KeyError: 'val'"
    assert report.action == expected
    assert (report.badge, report.verdict) == ("broke off", "inconclusive")
    assert checklist(diagnosis, words("en"))[0].text.startswith("Resume the run")
    assert not keeps_as_baseline(diagnosis)


def test_without_a_plan_the_training_may_have_been_over() -> None:
    diagnosis = ended_in("FileNotFoundError: plots/loss.png")
    report = build_report(diagnosis)
    assert report.action.startswith("Find out whether the training was over")
    assert (report.badge, report.verdict) == ("ends in an exception", "inconclusive")
    assert "Resume" not in render_markdown(report)
    assert checklist(diagnosis, words("en"))[0].text.startswith("Find out whether")
    assert not keeps_as_baseline(diagnosis)


def test_an_exception_after_early_stopping_keeps_the_headline() -> None:
    loss = np.append(np.geomspace(2, 0.5, 80), np.full(5, 0.501))
    run = synthetic.of_curves("r", {("train", "loss"): loss, ("val", "loss"): loss * 1.01})
    meta = replace(run.meta, exception="KeyError: 1", axes={"epoch": "epoch"})
    diagnosis = diagnose(replace(run, config={"epochs": 500, "patience": 5}, meta=meta))
    ended = diagnosis.facts["how_it_ended"]
    assert ended["tags"] == ("early_stopping_configured", "crashed_after")
    assert build_report(diagnosis).action.startswith("Keep this run as the baseline")


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "The log ends in a traceback: "), ("es", "El log termina en un traceback: ")],
)
def test_every_form_of_the_report_says_so(lang: str, said: str) -> None:
    diagnosis = ended_in("RuntimeError: out of memory")
    assert f"{said}RuntimeError: out of memory." in build_report(diagnosis, lang).sentence
    assert said in render_markdown(build_report(diagnosis, lang))
    assert said in render_terminal(diagnosis, lang, width=200)
    assert diagnosis.to_dict()["facts"]["how_it_ended"]["exception"]


def test_an_exception_after_the_plan_or_beside_a_finding_keeps_the_headline() -> None:
    done = build_report(ended_in("KeyError: 'val'", epochs=40))
    assert done.action.startswith("Keep this run as the baseline")
    assert "traceback" in done.sentence
    run = synthetic.overfitting(3).run
    found = diagnose(replace(run, meta=replace(run.meta, exception="KeyError: 1")))
    report = build_report(found)
    assert report.action.startswith("Keep the checkpoint from epoch")
    assert "The log ends in a traceback: KeyError: 1." in report.sentence


@pytest.mark.parametrize(
    ("lang", "badge", "action"),
    [
        ("en", "unfinished", "Resume the run before you judge it: it ended at epoch 40 of 100"),
        ("es", "sin terminar", "Reanude la ejecución antes de juzgarla: terminó en la época 40"),
    ],
)
def test_a_run_that_ended_before_its_plan_is_no_baseline(
    lang: str, badge: str, action: str
) -> None:
    diagnosis = ended_in("", epochs=100)
    report = build_report(diagnosis, lang=lang)
    assert report.badge == badge
    assert report.action.startswith(action)
    assert checklist(diagnosis, words("en"))[0].text.startswith("Resume the run")
    assert not keeps_as_baseline(diagnosis)
    assert keeps_as_baseline(ended_in("", epochs=40))

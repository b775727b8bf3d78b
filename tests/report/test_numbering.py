"""Where epochs begin is said once, and no sentence about a run mixes steps and epochs."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from analyzer import registry, resources, synthetic
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.report.content import build_report
from analyzer.report.junit import render_junit
from analyzer.report.markdown import render_markdown
from analyzer.report.numbering import numbering
from analyzer.report.terminal import render_terminal
from analyzer.sentences import LANGUAGES
from analyzer.text import words

EN = words("en")
COUNTED = synthetic.overfitting(3).run  # without an axis: the epochs were counted by us
LOGGED = replace(COUNTED, meta=replace(COUNTED.meta, axes={"epoch": "epoch"}))


def moved(run: Run, by: float) -> Run:
    series = tuple(replace(one, epoch=one.epoch + by) for one in run.series)
    return replace(run, series=series)


def said(run: Run) -> str:
    return numbering(diagnose(run), EN)


def test_counted_epochs_and_those_of_the_log_are_told_apart() -> None:
    assert said(COUNTED) == "Epochs are counted from 0: the log does not number them."
    assert said(LOGGED) == "Epochs are numbered as in the log, from 0."


def test_epochs_from_one_and_fractions_need_no_word() -> None:
    assert said(moved(LOGGED, 1)) == ""
    assert said(moved(LOGGED, 0.5)) == ""


def test_steps_that_were_counted_say_so() -> None:
    series = tuple(replace(one, epoch=np.full(len(one), np.nan)) for one in COUNTED.series)
    assert said(replace(COUNTED, series=series)).startswith("Steps are counted from 0")


def test_a_run_whose_report_names_no_place_says_nothing() -> None:
    run = synthetic.of_curves("r", {("train", "seconds"): np.ones(20)})
    assert said(run) == ""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("run", [COUNTED, LOGGED])
def test_a_page_says_it_once_in_the_sentence_of_the_verdict(run: Run, lang: str) -> None:
    diagnosis = diagnose(run)
    rule = numbering(diagnosis, words(lang))
    report = build_report(diagnosis, lang)
    assert report.sentence.endswith(rule)
    for page in (render_markdown(report), render_terminal(diagnosis, lang, width=200)):
        assert page.replace("\n", " ").count(rule) == 1


def test_a_message_of_junit_stands_by_itself() -> None:
    shown = render_junit([diagnose(COUNTED)], [[]], "en", "critical")
    assert "Epochs are counted from 0" in shown


@pytest.mark.parametrize("name", sorted(registry.discover("analyzer.detectors", Detector)))
def test_no_sentence_of_a_detector_names_a_bare_step(name: str) -> None:
    tables = resources.words(name)
    bare = re.compile(r"\{[a-z_]*(step|epoch)(:integer|:number|:position)?\}")
    for lang in LANGUAGES:
        own = tables[lang]
        sentences = [own.get(key, "") for key in ("headline", "action", "summary", "why")]
        sentences += [row["value"] for row in own.get("evidence", ())]
        sentences += [item["text"] for item in own.get("checklist", ())]
        sentences += [text for tag in own.get("tagged", {}).values() for text in tag.values()]
        assert not [text for text in sentences if bare.search(text)]


@pytest.mark.parametrize("name", sorted(registry.discover("analyzer.detectors", Detector)))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_headline_counts_in_epochs_or_in_steps(name: str, lang: str) -> None:
    run = registry.discover("analyzer.detectors", Detector)[name].example(0)
    stepped = replace(
        run,
        series=tuple(replace(one, step=one.step * 100 + 7) for one in run.series),
    )
    report = build_report(diagnose(stepped), lang)
    first = f"{report.action} {report.sentence}".lower()
    is_epoch = re.search(r"\b(epochs?|épocas?) \d", first)
    is_step = re.search(r"\b(steps?|pasos?) \d", first)
    assert not (is_epoch and is_step)

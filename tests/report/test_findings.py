"""Findings in words: alike ones share a card, its steps and a place in the count."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import CheckResult, Diagnosis
from analyzer.report.checklist import checklist
from analyzer.report.comment import render_comment
from analyzer.report.content import build_report
from analyzer.report.headline import checks_line
from analyzer.report.html import page
from analyzer.report.markdown import render_markdown
from analyzer.report.terminal import render_terminal
from analyzer.text import words

HEADS = 6


def six_heads() -> Diagnosis:
    """Return a run whose six held-out losses all turn up, each a little later than the last."""
    t = np.arange(40.0)
    noise = np.random.default_rng(3)
    curves = {}
    for head in range(HEADS):
        turn = 8 + head
        rise = 0.03 * np.maximum(0, t - turn)
        fall = 1 + 1.5 * np.exp(-t / 4)
        curves["val", f"g{head}_loss"] = fall + rise + noise.normal(0, 0.003, len(t))
        curves["train", f"g{head}_loss"] = 0.9 * fall * np.exp(-t / 40)
    return diagnose(synthetic.of_curves("heads", curves))


def test_six_alike_findings_are_one_card_with_a_list() -> None:
    diagnosis = six_heads()
    assert len(diagnosis.findings) == HEADS
    (finding,) = build_report(diagnosis).findings
    assert finding.alike_title == "The same in 5 more curves:"
    assert [row.label for row in finding.alike] == [
        f"validation g{head}_loss" for head in range(1, HEADS)
    ]
    assert all(row.value.startswith("epoch ") for row in finding.alike)


def test_the_count_agrees_with_the_cards() -> None:
    diagnosis = six_heads()
    assert checks_line(diagnosis, words("en")).startswith("1 finding ")
    assert page(diagnosis, "en").count('<article class="finding') == 1


def test_alike_findings_have_one_set_of_steps() -> None:
    diagnosis = six_heads()
    steps = [todo.text for todo in checklist(diagnosis, words("en"))]
    shown = [re.sub(r"epochs? [0-9.]+( to [0-9.]+)?", "epoch N", step) for step in steps]
    assert len(set(shown)) == len(shown)
    assert sum("Use the checkpoint from" in step for step in steps) == 1


def test_the_metric_that_is_judged_stands_for_its_like() -> None:
    diagnosis = six_heads()
    assert diagnosis.best is not None
    assert diagnosis.deciding_finding is not None
    assert diagnosis.deciding_finding.metric == diagnosis.best.metric


def test_every_form_names_the_other_curves() -> None:
    diagnosis = six_heads()
    for lang, said in (("en", "The same in 5 more curves"), ("es", "Lo mismo en 5 curvas más")):
        assert said in page(diagnosis, lang)
        assert said in render_markdown(build_report(diagnosis, lang))
        assert said in " ".join(render_terminal(diagnosis, lang).split())
        assert said in render_comment([diagnosis], lang=lang)


def test_each_mark_of_a_chart_points_at_its_curve_in_the_list() -> None:
    text = page(six_heads(), "en")
    for index in range(HEADS):
        assert text.count(f'id="finding-{index}"') == 1


def test_the_finding_that_decides_comes_first() -> None:
    finding = six_heads().findings[0]
    other = replace(finding, detector="oscillation", confidence=0.6)
    sure = replace(finding, confidence=0.9)
    checks = (
        CheckResult("oscillation", "found", findings=(other,)),
        CheckResult("overfitting", "found", findings=(sure,)),
    )
    diagnosis = replace(six_heads(), checks=checks)
    assert [group[0].detector for group in diagnosis.alike] == ["overfitting", "oscillation"]
    assert diagnosis.deciding_finding is sure

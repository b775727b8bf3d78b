"""The report in a terminal: narrow, plain, with every control character of a name visible."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import analyzer
from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.issues import LogIssue
from analyzer.report.glance import facts
from analyzer.report.terminal import LINES, WIDTH, check_line, render_terminal
from analyzer.text import words


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    "make", ["healthy", "overfitting", "plateau", "non_finite", "exploding", "gap", "stuck"]
)
def test_lines_fit_and_the_verdict_comes_first(make: str, lang: str) -> None:
    diagnosis = diagnose(getattr(synthetic, make)(2).run)
    lines = render_terminal(diagnosis, lang, written="report.html").split("\n")
    assert len(lines) <= LINES + 4  # three steps are there, however long they are
    assert "report.html" in lines[-1]
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[0].startswith("synthetic: ")


def test_a_check_is_one_line_with_verdict_onset_and_findings() -> None:
    diagnosis = diagnose(synthetic.non_finite(2).run)
    onset = diagnosis.findings[0].onset
    assert onset is not None
    line = check_line(diagnosis, "en", "critical")
    assert line == (
        f"synthetic: diverged, epoch {onset.step} (from 0; epochs {onset.low} to {onset.high}), "
        "critical: Non-finite values"
    )


def test_a_check_names_the_place_without_its_article() -> None:
    line = check_line(diagnose(synthetic.overfitting(2).run), "es", "critical")
    assert line.startswith("synthetic: sobreajuste, época ")


def test_findings_below_the_limit_are_not_named() -> None:
    diagnosis = diagnose(synthetic.overfitting(2).run)
    assert "warning" not in check_line(diagnosis, "en", "critical")
    assert "warning: Overfitting" in check_line(diagnosis, "en", "warning")


def test_control_characters_never_reach_the_terminal() -> None:
    run = replace(synthetic.healthy(2).run, name="a\x1b[2J\x9b\nb")
    text = render_terminal(diagnose(run), "en") + check_line(diagnose(run), "en", "never")
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "a␛[2J␡␊b" in text


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [40, 60, WIDTH, 120])
@pytest.mark.parametrize("make", ["stuck", "overfitting"])
def test_losses_and_the_first_steps_are_shown_whatever_the_room(
    make: str, width: int, lang: str
) -> None:
    run = getattr(synthetic, make)(1).run
    issues = [cannot_open(f"{at}.csv") for at in range(20)]
    issues.insert(9, LogIssue("warning", "cut.csv", "truncated_record", kept=9, lost=1))
    issues.append(LogIssue("error", "gone.csv", "cannot_open", values={"error": "gone"}))
    diagnosis = diagnose(replace(run, issues=tuple(issues)))
    text = render_terminal(diagnosis, lang, width=width)
    lines = text.splitlines()
    assert [line.split(":")[0] for line in lines if ".csv: " in line] == [
        "gone.csv",
        "0.csv",
        "cut.csv",
    ]
    assert words(lang).ui("more", count="19").split(";")[0] in text
    assert text.count("[ ] ") >= 3
    assert len(lines) <= max(LINES, LINES * 60 // width) + 14
    assert max(map(len, lines)) <= width


def test_an_only_loss_keeps_its_numbers() -> None:
    name = "events.out.tfevents.1767225600.a-name-as-long-as-they-are.12.0.v2"
    issue = LogIssue("warning", name, "truncated_record", position=14500, kept=209, bytes=40)
    run = replace(synthetic.stuck(1).run, issues=(issue,))
    shown = " ".join(render_terminal(diagnose(run), "en").split())
    assert str(issue) in shown


def test_remarks_are_counted_where_there_is_no_room() -> None:
    remark = LogIssue("info", "a.csv", "summary_rows", values={"count": 1, "name": "mean"})
    run = replace(synthetic.stuck(1).run, issues=(remark,) * 20)
    text = render_terminal(diagnose(run), "en")
    assert "Log issues: 20 entries; the HTML report lists them all." in text


def cannot_open(name: str) -> LogIssue:
    return LogIssue("warning", name, "cannot_open", values={"error": "Permission denied"})


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_fact_that_is_too_long_for_a_line_keeps_its_numbers(lang: str) -> None:
    noise = np.exp(0.12 * np.random.default_rng(1).standard_normal((2, 100)))
    curves = {("train", "loss"): 0.4 * noise[0], ("val", "loss"): 0.42 * noise[1]}
    diagnosis = diagnose(synthetic.of_curves("r", curves))
    lines = render_terminal(diagnosis, lang).split("\n")
    joined = " ".join(" ".join(lines).split())
    for fact in facts(diagnosis, words(lang)):
        assert " ".join(fact.line.split()) in joined
    assert all(len(line) <= WIDTH for line in lines)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_else_the_log_holds_is_told_by_what_was_found(lang: str, tmp_path: Path) -> None:
    rows = ["cat,cat"] * 40 + ["dog,cat"] * 6 + ["dog,dog"] * 4
    (tmp_path / "log.csv").write_text(
        "epoch,loss\n" + "".join(f"{n},{2 / (n + 1)}\n" for n in range(9)), encoding="utf-8"
    )
    (tmp_path / "predictions.csv").write_text(
        "\n".join(["truth,prediction", *rows]), encoding="utf-8"
    )
    (run,) = analyzer.load(tmp_path)
    text = render_terminal(diagnose(run), lang)
    assert len(text.splitlines()) <= LINES
    assert words(lang).of("_ui")["views"] in text
    assert "dog" in text
    assert "F1" in text


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("width", [40, 60, 300])
def test_no_line_is_wider_than_the_terminal(lang: str, width: int) -> None:
    for kind in ("overfitting", "non_finite", "healthy"):
        shown = render_terminal(diagnose(getattr(synthetic, kind)(2).run), lang, width=width)
        assert max(map(len, shown.splitlines())) <= width

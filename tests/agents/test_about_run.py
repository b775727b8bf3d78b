from dataclasses import replace

from analyzer import synthetic
from analyzer.agents.about_run import (
    curves_of,
    diagnosis_lines,
    list_line,
    matches,
    settings_of,
)
from analyzer.agents.marking import marked_words
from analyzer.engine import diagnose

EN, ES = marked_words("en"), marked_words("es")
RUN = replace(
    synthetic.overfitting(2, epochs=60).run,
    name="⟦first⟧",
    config={"lr": 0.1, "api_key": "abc", "notes": "do as I say", "model": {"width": 64}},
)
DIAGNOSIS = diagnose(RUN)


def test_the_verdict_comes_first_then_what_to_do_about_it() -> None:
    lines = diagnosis_lines(DIAGNOSIS, EN)
    assert lines[0] == "⟦first⟧: overfitting (overfitting)"
    headings = [line for line in lines if line.startswith("# ")]
    assert headings[:2] == ["# Findings", "# What to do next"]


def test_both_languages_have_the_same_lines() -> None:
    assert len(diagnosis_lines(DIAGNOSIS, EN)) == len(diagnosis_lines(DIAGNOSIS, ES))


def test_a_finding_has_its_severity_confidence_and_interval() -> None:
    finding = next(line for line in diagnosis_lines(DIAGNOSIS, EN) if line.startswith("- overf"))
    assert "warning" in finding
    assert "%)" in finding
    assert "[epoch" in finding


def test_settings_hide_secrets_and_mark_texts() -> None:
    assert list(settings_of(RUN)) == [
        "lr=0.1",
        "api_key=***",
        "notes=⟦do as I say⟧",
        "model.width=64",
    ]


def test_curves_are_named_once_with_their_points() -> None:
    assert curves_of(RUN).startswith("train/loss (60), val/loss (60)")


def test_a_line_of_a_list_has_verdict_onset_best_and_size() -> None:
    line = list_line(DIAGNOSIS, EN)
    assert line.startswith("⟦first⟧: overfitting (Overfitting, epoch ")
    assert "best validation loss" in line
    assert line.endswith(f"{RUN.points} points")


def test_all_words_must_occur_somewhere() -> None:
    assert matches(DIAGNOSIS, "LR=0.1 overfitting", EN)
    assert matches(DIAGNOSIS, "width", EN) == ["model.width=64"]
    assert not matches(DIAGNOSIS, "lr=0.1 healthy", EN)
    assert not matches(DIAGNOSIS, "", EN)


def test_a_secret_is_not_found() -> None:
    assert not matches(DIAGNOSIS, "abc", EN)

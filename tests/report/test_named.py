"""Names given to ``explain``: ids, titles and words of the reports, in both languages."""

from __future__ import annotations

import pytest

from analyzer.report.explain import explain
from analyzer.report.named import FACT, TERM, Named, find, is_known, names, related


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("sobreajuste", "(overfitting)"),
        ("OVERFITTING", "(overfitting)"),
        ("Brecha de generalización", "(generalization_gap)"),
        ("explosion de la perdida", "(exploding_loss)"),
        ("no learning", "(no_learning)"),
        ("sin problemas", "(verdict)|(veredicto)"),
        ("divergencia", "(verdict)|(veredicto)"),
        ("tiempo por paso", "(time_per_step)"),
        ("gap", "diferencia (brecha)"),
        ("brecha", "diferencia (brecha)"),
        ("seed", "semilla"),
        ("Learning-rate", "learning rate"),
    ],
)
def test_names_of_both_languages_are_explained(name: str, first: str, lang: str) -> None:
    heading, meaning, *_ = explain(name, lang).splitlines()
    assert any(part in heading for part in first.split("|"))
    assert meaning


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_name_is_explained(lang: str) -> None:
    for name in names():
        assert explain(name, lang) == explain(name.upper(), lang)


def test_a_word_leads_to_the_detector_that_is_about_it() -> None:
    assert "generalization_gap" in explain("gap", "en")
    assert "learning_rate_schedule" in explain("learning rate", "es")


def test_what_a_name_stands_for() -> None:
    assert find("brecha") == Named(TERM, "gap")
    assert find("Time per step") == Named(FACT, "time_per_step")
    assert not is_known("nothing")
    assert related("plateau_of_it") == []

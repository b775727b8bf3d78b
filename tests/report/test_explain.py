"""Explain: every threshold with its reason, the limits and the sources, in either language."""

from __future__ import annotations

from dataclasses import fields

import pytest

from analyzer import registry, text
from analyzer.detectors._base import Detector
from analyzer.errors import ConfigError
from analyzer.report.explain import WIDTH, explain, explain_all, explain_effects
from analyzer.resources import words

DETECTORS = registry.discover("analyzer.detectors", Detector)


def unwrapped(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", DETECTORS)
def test_names_every_threshold_with_its_reason_and_every_source(name: str, lang: str) -> None:
    said = explain(name, lang)
    own = words(name)[lang]
    for field in fields(DETECTORS[name]):
        reason = field.metadata["reason"] if lang == "en" else own["thresholds"][field.name]
        assert f"{field.name} = " in said
        assert unwrapped(reason) in unwrapped(said)
    limits = text.words(lang).about(name, "limits", DETECTORS[name]().thresholds)
    assert unwrapped(limits) in unwrapped(said)
    for item in own["checklist"]:
        assert f"{item['source']}: " in said
    assert all(len(line) <= WIDTH for line in said.splitlines())


def test_the_papers_stand_one_by_one() -> None:
    lines = explain("overfitting", "en").split("Sources\n")[1].splitlines()
    assert [
        line.split(",")[0].strip() for line in lines if line.startswith("  ") and line[2] != " "
    ][:3] == [
        "Prechelt",
        "Kendall",
        "Rasmussen",
    ]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_list_names_every_detector(lang: str) -> None:
    lines = explain_all(lang).splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(DETECTORS)


def test_an_unknown_name_gets_the_closest() -> None:
    for name, meant in (
        ("platau", "plateau"),
        ("sobreajust", "Sobreajuste"),
        ("explosión", "Explosión de la pérdida"),
    ):
        with pytest.raises(ConfigError, match=f'did you mean "{meant}'):
            explain(name, "en")
    with pytest.raises(ConfigError, match="there are: exploding_loss"):
        explain("zzz", "es")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_control_of_the_remedies_is_explained_like_one(lang: str) -> None:
    first, *others = explain("again", lang).splitlines()
    assert first.endswith("(again)")
    title = text.words(lang).detector("overfitting").title.lower()
    assert any(line.lstrip().startswith(title) for line in others)


def test_a_table_of_effects_is_found_by_a_name_of_either_language() -> None:
    assert explain_effects("sobreajuste", "en") == explain_effects("overfitting", "en")


def test_a_remedy_that_is_a_fact_too_is_explained_as_both() -> None:
    said = explain("early stopping", "en")
    assert said.startswith("Early stopping, replayed (early_stopping)")
    assert said.endswith(explain_effects("early_stopping", "en"))

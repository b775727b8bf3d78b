"""Law 2: every detector documents itself, flags its example, is silent on healthy runs and ignores units."""

from __future__ import annotations

import re
import sys
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from string import Formatter

import pytest

from analyzer import registry, resources, synthetic
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.text import LANGUAGES, words

DETECTORS = registry.discover("analyzer.detectors", Detector)
SEEDS = range(30)
each_detector = pytest.mark.parametrize("name", DETECTORS)


@each_detector
def test_module_docstring_has_method_limits_and_references(name: str) -> None:
    doc = sys.modules[DETECTORS[name].__module__].__doc__ or ""
    for section in ("\nMethod\n", "\nKnown limits\n", "\nReferences\n"):
        assert section in doc


@each_detector
def test_every_threshold_has_a_default_a_reason_and_a_range_that_holds_it(name: str) -> None:
    kind = DETECTORS[name]
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    for one in fields(kind):
        assert len(one.metadata["reason"].split()) >= 4
        low, high = one.metadata["low"], one.metadata["high"]
        assert low is not None or high is not None
        assert low is None or one.default >= low
        assert high is None or one.default <= high


@each_detector
@pytest.mark.parametrize("seed", SEEDS)
def test_flags_its_own_example(name: str, seed: int) -> None:
    kind = DETECTORS[name]
    assert list(kind().detect(kind.example(seed)))


@each_detector
@pytest.mark.parametrize("seed", SEEDS)
def test_is_silent_on_a_healthy_run(name: str, seed: int) -> None:
    try:
        found = list(DETECTORS[name]().detect(synthetic.healthy(seed).run))
    except NotApplicable:
        found = []
    assert [one for one in found if one.severity != "info"] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_healthy_run_is_called_healthy(seed: int) -> None:
    assert diagnose(synthetic.healthy(seed).run).verdict == "healthy"


def scaled(run: Run, factor: float) -> Run:
    series = tuple(
        replace(one, value=one.value * factor) if one.metric == "loss" else one
        for one in run.series
    )
    return replace(run, series=series)


def judgement(diagnosis: Diagnosis) -> object:
    """Return all of a diagnosis that may not depend on the unit of a loss."""
    checks = [
        (
            check.detector,
            check.status,
            check.reason,
            [(one.severity, one.metric, one.onset) for one in check.findings],
        )
        for check in diagnosis.checks
    ]
    return diagnosis.verdict, checks


@each_detector
@pytest.mark.parametrize("seed", SEEDS)
def test_verdict_does_not_depend_on_units(name: str, seed: int) -> None:
    run = DETECTORS[name].example(seed)
    assert judgement(diagnose(scaled(run, 1000.0))) == judgement(diagnose(run))


@each_detector
def test_both_languages_say_the_same_with_the_same_values(name: str) -> None:
    table = deepcopy(resources.words(name))
    assert set(table) == set(LANGUAGES)
    reasons = table["es"].pop("thresholds")
    assert set(reasons) == {one.name for one in fields(DETECTORS[name])}
    english, spanish = (flat(table[lang]) for lang in LANGUAGES)
    assert english.keys() == spanish.keys()
    for key, sentence in english.items():
        assert placeholders(sentence) == placeholders(spanish[key]), key
    for needed in ("title", "looks_for", "headline", "summary", "why", "how", "clear", "limits"):
        assert english[needed]


@each_detector
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_can_be_filled_from_the_example(name: str, lang: str) -> None:
    kind = DETECTORS[name]
    run = kind.example(0)
    text = words(lang)
    for finding in kind().detect(run):
        values = text.finding_values(finding, run)
        own = text.of(name)
        sentences = [
            own["headline"],
            own["summary"],
            own["why"],
            *(row["value"] for row in own["evidence"]),
        ]
        sentences += [item["text"] for item in own["checklist"]]
        assert all(text.fill(sentence, values) for sentence in sentences)


@each_detector
def test_every_checklist_item_names_a_known_source(name: str) -> None:
    for lang in LANGUAGES:
        known = resources.words("_terms")[lang]["sources"]
        assert all(item["source"] in known for item in resources.words(name)[lang]["checklist"])


@pytest.mark.parametrize(
    "file", sorted(path.stem for path in (resources.folder("report_templates") / "text").glob("*"))
)
def test_no_spanish_sentence_puts_a_place_after_de_or_a(file: str) -> None:
    for key, sentence in flat(
        resources.words(file)["es"]
    ).items():  # a place begins with its article: "de el paso 130"
        assert not re.search(r"\b(de|a) \{place\b", sentence, re.IGNORECASE), key


def flat(table: object, path: str = "") -> dict[str, str]:
    """Return every string of a words table by its path, ``when`` and ``source`` included."""
    if isinstance(table, dict):
        return {
            key: one
            for name, value in table.items()
            for key, one in flat(value, f"{path}.{name}".strip(".")).items()
        }
    if isinstance(table, list):
        return {
            key: one
            for at, value in enumerate(table)
            for key, one in flat(value, f"{path}.{at}").items()
        }
    return {path: str(table)}


def placeholders(sentence: str) -> list[tuple[str, str]]:
    """Return the (value, format) pairs that a sentence names; capitals at the start are the language's affair."""
    named = [(name, spec or "") for _, name, spec, _ in Formatter().parse(sentence) if name]
    return sorted((name, "" if spec == "cap" else spec) for name, spec in named)

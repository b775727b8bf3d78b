"""The tables of measured effects: what is enough, in the order of the gain."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.advice import effects
from analyzer.advice.context import GENERAL
from analyzer.advice.remedies import AGAIN, REMEDIES
from analyzer.detectors._base import Detector
from analyzer.report.effects_table import aligned, causes_of, effects_of, remedy_name
from analyzer.report.explain import explain, explain_effects
from analyzer.report.named import find
from analyzer.sentences import LANGUAGES
from analyzer.text import words

Table = Callable[..., Path]
EN = words("en")
ROWS = {
    ("plateau", "", "cosine"): (0.7, 0.1),
    ("plateau", "sgd", "cosine"): (0.9, 0.3),
    ("plateau", "", "wider"): (0.8, 0.2),
    ("overfitting", "", "dropout"): (0.6, 0.2),
}


def test_the_remedies_for_a_finding_stand_by_gain(table: Table) -> None:
    table(ROWS)
    head, *rows = effects_of(EN, finding="plateau")
    assert head == ("remedy", "n", "helped in", "median", "worse in")
    assert rows == [
        ("twice the width", "412", "80% (70%–90%)", "−20%", "10%"),
        ("cosine decay", "412", "70% (60%–80%)", "−10%", "10%"),
    ]


def test_every_context_stands_below_all_runs(table: Table) -> None:
    table(ROWS)
    rows = effects_of(EN, finding="plateau", every_context=True)[1:]
    assert [row[:2] for row in rows] == [
        ("twice the width", "all"),
        ("cosine decay", "all"),
        ("cosine decay", "SGD"),
    ]


def test_the_findings_of_a_remedy_have_a_column(table: Table) -> None:
    table(ROWS)
    head, *rows = effects_of(EN, remedy="dropout")
    assert head[0] == "finding"
    assert [row[0] for row in rows] == ["overfitting"]


def test_what_is_not_enough_is_not_shown(table: Table) -> None:
    table(ROWS, runs=59)
    assert effects_of(EN) == []


def test_columns_stand_below_each_other() -> None:
    assert aligned([("a", "long", ""), ("longer", "b", "c")]) == ["a       long", "longer  b     c"]
    assert aligned([]) == []


def test_causes_are_listed_with_their_shares(table: Table) -> None:
    table({}, {("plateau", "too_short"): 0.5})
    assert causes_of("plateau", EN)[1] == ("training was too short", "412", "50% (40%–60%)")
    assert causes_of("overfitting", EN) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_explain_shows_the_remedies_of_a_finding(table: Table, lang: str) -> None:
    table(ROWS, {("plateau", "too_short"): 0.5})
    page = explain("plateau", lang)
    own = words(lang).of("_advice")
    assert own["table"] in page
    assert own["causes"]["too_short"] in page
    assert "SGD" not in page
    assert "SGD" in explain_effects("plateau", lang)
    assert "dropout" in explain_effects("", lang)
    assert words(lang).detector("overfitting").title.lower() in explain("dropout", lang)


@pytest.mark.parametrize("name", ["plateau", "dropout", ""])
def test_without_measurements_explain_says_so(table: Table, name: str) -> None:
    table({})
    assert EN.of("_advice")["no_table"] in explain_effects(name, "en")
    assert EN.of("_advice")["table"] not in explain("plateau", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_row_that_was_measured_has_words(lang: str) -> None:
    own = words(lang).of("_advice")
    rows = effects.load(effects.PATH).rows.values()
    assert {row.context for row in rows} - {GENERAL} <= own["contexts"].keys()
    assert {row.remedy for row in rows} | {*REMEDIES, AGAIN} == own["remedy_names"].keys()
    titles = {words(lang).detector(row.finding).title for row in rows}
    assert not titles & {row.finding for row in rows}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_of_all_detectors_name_their_rows_in_words(lang: str) -> None:
    ids = re.compile(r"\b[a-z]+_[a-z_]+\b")
    for detector in registry.discover("analyzer.detectors", Detector):
        page = explain_effects(detector, lang)
        assert not ids.findall(page), page
        assert max(map(len, page.splitlines())) <= 92
    assert not ids.findall(explain_effects("", lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_remedy_is_found_by_the_name_in_the_table(lang: str) -> None:
    for remedy in (*REMEDIES, AGAIN):
        assert find(remedy_name(remedy, words(lang))).id == remedy


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_is_wider_than_a_terminal(table: Table, lang: str) -> None:
    table({("generalization_gap", "train_still_falls", "label_smoothing"): (0.71, 0.1)}, runs=9999)
    for name in ("label_smoothing", "generalization_gap", ""):
        assert max(map(len, explain_effects(name, lang).splitlines())) <= 92

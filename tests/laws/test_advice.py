"""The laws of measured advice: every remedy has its words, and the table we ship is sound."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from analyzer import resources
from analyzer.advice.effects import PATH, problems
from analyzer.advice.remedies import AGAIN, CAUSES, REMEDIES
from analyzer.advice.settings import _NAMES
from analyzer.sentences import LANGUAGES

ROOT = Path(__file__).parents[2]
TEXTS = resources.folder("report_templates") / "text"
FILES = sorted(path.stem for path in TEXTS.glob("[!_]*.toml"))  # detectors, facts and views


def items(file: str, lang: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = resources.words(file)[lang].get("checklist", [])
    return found


def remedies(item: dict[str, str]) -> list[str]:
    return [name.strip() for name in item.get("remedy", "").split(",") if name.strip()]


@pytest.mark.parametrize("file", FILES)
def test_every_remedy_of_a_checklist_exists(file: str) -> None:
    for item in items(file, "en"):
        assert set(remedies(item)) <= set(REMEDIES), item["text"]
        assert "raised" not in item or remedies(item)


@pytest.mark.parametrize("file", FILES)
def test_both_languages_have_the_same_remedies(file: str) -> None:
    english, spanish = (items(file, lang) for lang in LANGUAGES)
    for item, other in zip(english, spanish, strict=True):
        assert remedies(item) == remedies(other)
        assert ("raised" in item) == ("raised" in other)


def test_every_remedy_is_advised_for_some_finding() -> None:
    advised = {name for file in FILES for item in items(file, "en") for name in remedies(item)}
    assert advised == set(REMEDIES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_remedy_and_every_cause_has_a_phrase(lang: str) -> None:
    own = resources.words("_advice")[lang]
    assert set(own["remedies"]) == {*REMEDIES, AGAIN}
    assert set(own["causes"]) == set(CAUSES)
    assert set(own["raised"]) <= set(REMEDIES)


def test_both_languages_have_the_same_words_of_advice() -> None:
    english, spanish = (resources.words("_advice")[lang] for lang in LANGUAGES)
    assert english.keys() == spanish.keys()
    assert english["raised"].keys() == spanish["raised"].keys()


def test_every_remedy_that_settings_turn_on_exists() -> None:
    assert set(_NAMES) <= set(REMEDIES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_step_of_a_fact_replaces_an_item_that_exists(lang: str) -> None:
    texts = [item["text"] for file in FILES for item in items(file, lang)]
    starts = [
        item["instead_of"] for file in FILES for item in items(file, lang) if "instead_of" in item
    ]
    assert starts
    assert all(any(text.startswith(start) for text in texts) for start in starts)


@pytest.mark.skipif(not PATH.exists(), reason="the effects were not measured yet")
def test_the_table_we_ship_is_sound() -> None:
    assert problems(json.loads(PATH.read_text(encoding="utf-8"))) == []


def test_the_wheel_contains_the_table() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == [PATH.relative_to(ROOT).parts[0]]
    assert "exclude" not in wheel
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()  # hatchling leaves it out
    assert not {"*.json", "effects.json"} & set(ignored)


AMOUNTS = {  # a sentence with one of these amounts advises none of the remedies beside it
    "factor of 3": {"halve_rate", "double_rate"},
    "factors of 10": {"halve_rate", "double_rate"},
    "entre 3 y 10": {"halve_rate", "double_rate"},
    "factores de 10": {"halve_rate", "double_rate"},
}
MEASURED = (
    "exploding_loss",
    "no_learning",
    "non_finite",
    "oscillation",
    "plateau",
    "underfitting",
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("file", MEASURED)
def test_an_item_advises_each_amount_that_is_measured_for_it(file: str, lang: str) -> None:
    for item in items(file, lang):
        others = [names for words, names in AMOUNTS.items() if words in item["text"]]
        assert not any(names & set(remedies(item)) for names in others), item["text"]


@pytest.mark.parametrize("file", [file for file in FILES if items(file, "es")])
def test_the_spanish_items_call_a_batch_by_one_word(file: str) -> None:
    assert not any(re.search(r"\blotes?\b", item["text"]) for item in items(file, "es"))

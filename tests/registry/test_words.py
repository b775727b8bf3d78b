"""The words of a plug-in, and what stands in for those that it does not bring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import registry, synthetic
from analyzer.detectors._base import Detector
from analyzer.errors import PluginWarning
from analyzer.model.diagnosis import Finding
from analyzer.model.issues import LogIssue
from analyzer.registry.words import Action, detector_words, reason, sentence
from analyzer.text import words

Install = Callable[..., Path]
RUN = synthetic.healthy(0).run
FINDING = Finding("another", "warning", "loss", "val", None, {"drop": 0.25, "kind": "odd"})


def test_a_detector_of_ours_has_its_words() -> None:
    own = detector_words("plateau", "es")
    assert own.title == "Meseta"
    assert own.thresholds["min_share"]
    assert {action.when for action in own.checklist} == {
        "",
        "rate_high",
        "train_still_falls",
    }


@pytest.mark.parametrize("lang", ["en", "es"])
def test_without_words_the_id_and_the_values_stand_in(lang: str, install: Install) -> None:
    install("another")
    own = detector_words("another", lang)
    assert (own.title, own.how, own.checklist, own.evidence) == ("another", "", (), None)
    text = words(lang)
    number = text.number(0.25)
    assert text.finding(FINDING, "summary", RUN).endswith(f"; drop {number}; kind odd.")
    assert text.evidence(FINDING, RUN) == (("drop", number), ("kind", "odd"))


def test_a_key_that_one_language_lacks_comes_from_the_other(install: Install) -> None:
    install("another", words='[en]\ntitle = "One"\nhow = "How"\n[es]\ntitle = "Uno"\nclear = "No"')
    english, spanish = detector_words("another", "en"), detector_words("another", "es")
    assert (english.title, english.how, english.clear) == ("One", "How", "No")
    assert (spanish.title, spanish.how, spanish.clear) == ("Uno", "How", "No")


def test_lists_of_two_lengths_are_those_of_english_in_both_languages(install: Install) -> None:
    rows = 'checklist = [{ text = "a", when = "tag" }, { text = "b", source = "S1" }]'
    install("another", words=f'[en]\n{rows}\n[es]\nchecklist = [{{ text = "c" }}]')
    assert detector_words("another", "en").checklist == detector_words("another", "es").checklist


def test_a_list_as_long_takes_its_tags_from_english(install: Install) -> None:
    rows = 'checklist = [{ text = "a", when = "tag" }]'
    install("another", words=f'[en]\n{rows}\n[es]\nchecklist = [{{ text = "c" }}]')
    assert detector_words("another", "es").checklist == (Action("c", "", "tag"),)


def test_the_remedies_of_an_item_are_those_of_the_first_language(install: Install) -> None:
    rows = 'checklist = [{ text = "a", remedy = "dropout, narrower", raised = "more a" }]'
    spanish = 'checklist = [{ text = "b", raised = "más b" }]'
    install("another", words=f"[en]\n{rows}\n[es]\n{spanish}")
    (action,) = detector_words("another", "es").checklist
    assert action == Action("b", "", "", ("dropout", "narrower"), "más b")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[en", "another.toml is not valid TOML"),
        ("[en]\ntitle = 3", r"cannot use \[en\] title;"),
        ('en = "x"', r"cannot use \[en\] \(not a table\);"),
        ('[en]\nevidence = [{ label = "x" }]', r"cannot use \[en\] evidence;"),
        ('[es]\nreasons = "x"\ntitel = "y"', r"cannot use \[es\] reasons, \[es\] titel;"),
    ],
)
def test_words_of_a_wrong_form_give_one_warning(toml: str, message: str, install: Install) -> None:
    install("another", words=toml)
    with pytest.warns(PluginWarning, match=message) as caught:
        assert "another" in registry.discover("analyzer.detectors", Detector)
    assert len(caught) == 1
    assert detector_words("another", "en").title == "another"  # without a second warning


@pytest.mark.parametrize("place", ["{nothing}", "{drop:cap}", "{drop", "{drop.x}"])
def test_a_sentence_that_cannot_be_filled_gives_one_warning(place: str, install: Install) -> None:
    install("another", words=f'[en]\nsummary = "It drops by {place}"')
    with pytest.warns(PluginWarning, match="words of another: cannot fill") as caught:
        first = words("en").finding(FINDING, "summary", RUN)
    assert len(caught) == 1
    assert "drop 0.25" in first
    assert words("en").finding(FINDING, "summary", RUN) == first  # without a second warning


def test_a_key_without_a_sentence_is_shown_with_its_values() -> None:
    assert reason("odd_{key}", {"count": 3, "no name": 4}) == "odd_{key} (count = 3)"
    assert str(LogIssue("warning", "a.log", "odd", values={"count": 3})) == "a.log: odd (count = 3)"


def test_a_reason_is_looked_up_in_the_words_of_its_detector(install: Install) -> None:
    install("another", words='[en.reasons]\nodd = "too odd: {count:integer}"')
    assert sentence("_reasons", "es", "odd", {"count": 3}, "another") == "too odd: {count:integer}"
    assert words("en").reason("odd", {"count": 3000}, "another") == "too odd: 3,000"
    assert sentence("_reasons", "es", "odd", {}, "plateau") == "odd"
    assert "registr" in sentence("_reasons", "es", "no_curve", {}, "another")

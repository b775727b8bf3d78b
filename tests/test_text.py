"""Words and numbers in two languages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from string import Formatter
from typing import Any

import numpy as np
import pytest

from analyzer import resources, synthetic
from analyzer.engine import known_verdicts
from analyzer.errors import ConfigError
from analyzer.metrics import SPLITS
from analyzer.model.diagnosis import SEVERITIES, CheckResult, Finding, Onset
from analyzer.model.issues import LogIssue
from analyzer.sentences import COUNT, LANGUAGES
from analyzer.text import Words, words

EN, ES = words("en"), words("es")
FILES = sorted(path.stem for path in (resources.folder("report_templates") / "text").glob("*.toml"))
HOW_VALUES_ARE_WRITTEN = {
    "settings",
    "",
    "number",
    "percent",
    "signed_percent",
    "change",
    "as_change",
    "beside",
    "integer",
    "cap",
    "yes",
    "position",
    "duration",
    "names",
}
RUN = synthetic.of_curves("made", {("val", "loss"): np.array([2.0, 1.0])})


def sentences(table: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield (place, sentence) for every text in a table of words."""
    if isinstance(table, str):
        yield place, table
    elif isinstance(table, dict):
        for key, value in table.items():
            yield from sentences(value, f"{place}.{key}")
    elif isinstance(table, list):
        for number, value in enumerate(table):
            yield from sentences(value, f"{place}[{number}]")
    else:
        raise AssertionError(f"{place} holds {table!r}: words files hold text only")


def placeholders(sentence: str) -> set[tuple[str, str]]:
    """Return (name, how it is written) of what a sentence names."""
    return {
        (name, spec or "") for _, name, spec, _ in Formatter().parse(sentence) if name is not None
    }


def spanish_of(file: str) -> dict[str, str]:
    """Return the Spanish sentences by place, without the reasons of thresholds.

    The English ones stand in the code.
    """
    table = {
        key: value for key, value in resources.words(file)["es"].items() if key != "thresholds"
    }
    return dict(sentences(table))


def test_there_are_words() -> None:
    assert {"_issues", "_reasons", "_terms", "_ui", "overfitting", "plateau"} <= set(FILES)


@pytest.mark.parametrize("file", FILES)
def test_both_languages_have_the_same_keys(file: str) -> None:
    table = resources.words(file)
    assert set(table) == set(LANGUAGES)
    assert [place for place, _ in sentences(table["en"])] == list(spanish_of(file))


@pytest.mark.parametrize("file", FILES)
def test_both_languages_name_the_same_values(file: str) -> None:
    spanish = spanish_of(file)
    for place, sentence in sentences(resources.words(file)["en"]):
        english = {name for name, _ in placeholders(sentence)}
        assert {name for name, _ in placeholders(spanish[place])} == english, f"{file}{place}"


@pytest.mark.parametrize("file", FILES)
def test_numbers_are_written_the_same_way_in_both_languages(file: str) -> None:
    spanish = spanish_of(file)
    for place, sentence in sentences(resources.words(file)["en"]):
        ways = [
            {
                (name, COUNT if spec.startswith(COUNT) else spec)
                for name, spec in placeholders(text)
                if spec not in ("", "cap")
            }
            for text in (sentence, spanish[place])
        ]
        assert ways[0] == ways[1], f"{file}{place}"


@pytest.mark.parametrize("file", FILES)
def test_values_are_written_in_a_known_way(file: str) -> None:
    for lang in LANGUAGES:
        for place, sentence in sentences(resources.words(file)[lang]):
            specs = {spec for _, spec in placeholders(sentence)}
            counts = {spec for spec in specs if spec.startswith(COUNT)}
            assert specs - counts <= HOW_VALUES_ARE_WRITTEN, f"{file}.{lang}{place}"
            assert all(spec.count("|") in (1, 2) for spec in counts), f"{file}.{lang}{place}"


@pytest.mark.parametrize(
    ("lang", "points", "files", "expected"),
    [
        ("en", 0, 0, "0 points from 0 files"),
        ("en", 1, 1, "1 point from 1 file"),
        ("en", 12345, 2, "12,345 points from 2 files"),
        ("es", 0, 0, "0 puntos de 0 archivos"),
        ("es", 1, 1, "1 punto de 1 archivo"),
        ("es", 12345, 2, "12.345 puntos de 2 archivos"),
    ],
)
def test_counts_read_like_speech(lang: str, points: int, files: int, expected: str) -> None:
    assert words(lang).ui("fact_points_value", points=points, files=files) == expected


@pytest.mark.parametrize("file", FILES)
def test_no_sentence_is_empty_or_left_in_the_other_language(file: str) -> None:
    spanish = spanish_of(file)
    for place, sentence in sentences(resources.words(file)["en"]):
        assert sentence.strip()
        assert spanish[place].strip()
        is_name = ".sources." in place or place.endswith(".remedy")
        if sentence.count(" ") >= 3 and not is_name:
            assert spanish[place] != sentence, f"{file}{place}"


def test_an_unknown_language_is_refused_with_the_choices() -> None:
    with pytest.raises(ConfigError, match="unknown language 'fr'; there are: en, es"):
        words("fr")


def test_a_curve_has_a_name_in_words() -> None:
    assert EN.metric("loss", "val") == "validation loss"
    assert ES.metric("loss", "val") == "la pérdida de validación"
    assert ES.metric("loss", alone=True) == "pérdida"
    assert EN.metric("box_loss", "train") == "training box_loss"
    assert (EN.split("val"), ES.split("val"), EN.split("")) == ("validation", "validación", "")


def test_every_verdict_severity_and_split_has_words() -> None:
    for lang in (EN, ES):
        assert len({lang.verdict(verdict) for verdict in known_verdicts()}) == len(known_verdicts())
        assert len({lang.severity(severity) for severity in SEVERITIES}) == len(SEVERITIES)
        assert len({lang.split(split) for split in SPLITS.values()}) == 3


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("{loss:number}", "0,5"),
        ("{loss:percent}", "50\N{NO-BREAK SPACE}%"),
        ("{loss:signed_percent}", "+50\N{NO-BREAK SPACE}%"),
        ("{points:integer}", "12.000"),
        ("{name:cap} {name}", "Época época"),
        ("{points:>7}", "  12000"),
    ],
)
def test_a_sentence_says_how_its_values_are_written(sentence: str, text: str) -> None:
    assert ES.fill(sentence, {"loss": 0.5, "points": 12000, "name": "época"}) == text


def test_braces_in_a_value_are_no_placeholder() -> None:
    assert EN.fill("{name} ends", {"name": "{loss:number}"}) == "{loss:number} ends"


def test_a_finding_is_worded_with_its_place_and_its_numbers() -> None:
    values = {"count": 1200, "points": 2000, "first": math.nan, "last_finite": 0.5}
    finding = Finding(
        "non_finite", "critical", "loss", "train", Onset(800, 8.0, 700, 800, 7.0, 8.0), values
    )
    assert (
        EN.finding(finding, "headline", RUN)
        == "Diverged: training loss becomes NaN or infinite at epoch 8."
    )
    assert "1.200" in ES.finding(finding, "summary", RUN)
    assert ES.finding(finding, "summary", RUN).startswith("La pérdida de entrenamiento")


def test_a_finding_without_a_place_has_none() -> None:
    finding = Finding("non_finite", "info", "loss", "", None, {"count": 1})
    values = {"count": 1, "curve": "loss", "cost": "loss", "held_out": "validation loss"}
    assert EN.finding_values(finding, RUN) == values


@pytest.mark.parametrize(
    ("metric", "english", "spanish"),
    [
        ("loss", "validation loss", "la pérdida de validación"),
        ("accuracy", "validation error rate", "la tasa de error de validación"),
        ("box_loss", "validation box_loss", "box_loss de validación"),
    ],
)
def test_what_oscillates_is_what_falls(metric: str, english: str, spanish: str) -> None:
    finding = Finding("oscillation", "warning", metric, "val", None, {"move": 0.5, "change": -0.2})
    assert (
        EN.finding(finding, "headline", RUN).lower()
        == f"{english} jumps 50% between consecutive points on average."
    )
    assert f" {spanish} varía de media " in ES.finding(finding, "summary", RUN)


def test_a_check_says_why_it_was_skipped() -> None:
    values = {"metric": "loss", "split": "val", "points": 3, "needed": 8}
    check = CheckResult("plateau", "skipped", "too_few_points", values)
    assert EN.check_reason(check) == "validation loss has 3 of the 8 points needed."
    assert ES.check_reason(check) == "la pérdida de validación tiene 3 de los 8 puntos necesarios."
    empty = replace(check, reason_values={**values, "points": 0})
    assert EN.check_reason(empty) == "validation loss has no value in this log."
    lost = replace(check, reason_values={**values, "points": 1, "not_finite": 100})
    said = "validation loss has 1 finite value, of 8 needed: 100 are NaN or infinite."
    assert EN.check_reason(lost) == said
    assert "tiene un valor finito y se necesitan 8: 100 son NaN" in ES.check_reason(lost)
    lost = replace(check, reason_values={**values, "points": 0, "not_finite": 8})
    assert EN.check_reason(lost) == "validation loss has no finite value."
    assert EN.reason("no_loss", {}).startswith("no loss or accuracy was logged")


@pytest.mark.parametrize("lang", [EN, ES], ids=LANGUAGES)
def test_an_issue_is_one_line_that_begins_with_its_place(lang: Words) -> None:
    issue = LogIssue(
        "warning", "run/log.bin", "truncated_record", 91234, kept=120, lost=1, bytes=37
    )
    line = lang.issue(issue)
    assert line.startswith("run/log.bin:91234: ")
    assert "120" in line
    assert "37" in line
    assert "\n" not in line


def test_the_counts_of_an_issue_are_written_as_in_the_rest_of_the_report() -> None:
    issue = LogIssue(
        "warning", "log", "bad_payload", 91234, kept=2143, bytes=1037, values={"count": 1200}
    )
    assert EN.issue(issue).startswith("log:91234: the record at byte 91234 is not")
    assert "(1,200 such records); 2,143 points kept, 1,037 bytes skipped." in EN.issue(issue)
    assert "(1.200 registros así); 2.143 puntos conservados, 1.037 bytes omitidos." in ES.issue(
        issue
    )
    assert "(1200 such records); 2143 points kept, 1037 bytes skipped." in str(issue)


@pytest.mark.parametrize("value", [1e9, 1e27, 1e308, -1e300])
def test_numbers_of_any_size_can_be_written(value: float) -> None:
    for text in (EN, ES):
        assert "e" in text.percent(value) or "∞" in text.percent(value)
        assert text.integer(value)
        assert text.position(value)
        assert text.number(value)


@pytest.mark.parametrize(
    ("metric", "english", "spanish"),
    [
        ("lr", "Learning rate", "Learning rate"),
        ("fast_rcnn/acc", "fast_rcnn/acc", "fast_rcnn/acc"),
    ],
)
def test_a_name_from_the_log_keeps_its_letters_in_a_title(
    metric: str, english: str, spanish: str
) -> None:
    assert (EN.heading(metric), ES.heading(metric)) == (english, spanish)


def test_a_very_long_name_is_cut() -> None:
    assert len(EN.metric("x" * 100_000)) == 120


@pytest.mark.parametrize(
    ("detector", "evidence"),
    [
        (
            "non_finite",
            (
                ("First value that is not finite", "NaN"),
                ("Last finite value before it", "0.5"),
                ("Points that are not finite", "1,200"),
                ("Points logged", "2,000"),
            ),
        ),
        (
            "of_a_plugin",
            (("count", "1,200"), ("points", "2,000"), ("first", "NaN"), ("last_finite", "0.5")),
        ),
    ],
    ids=["in its words", "without words"],
)
def test_the_evidence_of_a_finding_has_labels_or_the_names_of_its_values(
    detector: str, evidence: tuple[tuple[str, str], ...]
) -> None:
    values = {"count": 1200, "points": 2000, "first": math.nan, "last_finite": 0.5}
    assert (
        EN.evidence(Finding(detector, "critical", "loss", "train", None, values), RUN) == evidence
    )


def test_a_name_of_a_log_is_not_capitalised_at_the_head_of_a_sentence() -> None:
    said = [words("es").fill("{x:cap} baja", {"x": name}) for name in ("g0_loss", "la pérdida")]
    assert said == ["g0_loss baja", "La pérdida baja"]


@pytest.mark.parametrize(
    ("sentence", "value", "english", "spanish"),
    [
        ("{x:beside}", -0.63, "63% below", "un 63\N{NO-BREAK SPACE}% por debajo"),
        ("{x:beside}", 0.018, "1.8% above", "un 1,8\N{NO-BREAK SPACE}% por encima"),
        ("{x:as_change}", 0.34, "−34%", "−34\N{NO-BREAK SPACE}%"),
        ("{x:as_change}", -0.12, "+12%", "+12\N{NO-BREAK SPACE}%"),
        ("{x:cap}", "auc de validación", "Auc de validación", "auc de validación"),
        (
            "{x:cap}",
            "la pérdida de validación",
            "La pérdida de validación",
            "La pérdida de validación",
        ),
    ],
)
def test_a_difference_a_fall_and_a_name_read_as_they_are_meant(
    sentence: str, value: float | str, english: str, spanish: str
) -> None:
    assert (EN.fill(sentence, {"x": value}), ES.fill(sentence, {"x": value})) == (english, spanish)

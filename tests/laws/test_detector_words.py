"""Law 2: the words of every detector follow its thresholds and are the same in both languages."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import fields, replace
from string import Formatter
from typing import Any

import pytest

from analyzer import registry, resources
from analyzer.config import Config
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.sentences import LANGUAGES
from analyzer.text import words

DETECTORS = registry.discover("analyzer.detectors", Detector)
SEEDS = range(30)
each_detector = pytest.mark.parametrize("name", DETECTORS)


@each_detector
def test_a_finding_carries_the_thresholds_that_it_was_found_with(name: str) -> None:
    kind = DETECTORS[name]
    for field in fields(kind):
        changed = field.metadata["low"] if field.metadata["low"] is not None else field.default
        settings = Config(detectors={name: {field.name: changed}})
        checks = diagnose(kind.example(0), settings).checks
        (check,) = (check for check in checks if check.detector == name)
        for carrier in (check, *check.findings):
            assert carrier.thresholds[field.name] == changed
        assert set(check.thresholds) == {field.name for field in fields(kind)}


@each_detector
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_changed_threshold_changes_each_sentence_that_names_it(name: str, lang: str) -> None:
    kind, text = DETECTORS[name], words(lang)
    run = kind.example(0)
    (finding, *_) = diagnose(run).findings
    finding = replace(finding, thresholds=kind().thresholds)
    for sentence in flat(judged_words(name, lang)).values():
        for field in fields(kind):
            if f"{{{field.name}:" not in sentence:
                continue
            other = {**finding.thresholds, field.name: 3 * field.default + 0.123}
            changed = replace(finding, thresholds=other)
            values, moved = (text.finding_values(carrier, run) for carrier in (finding, changed))
            assert text.fill(sentence, values) != text.fill(sentence, moved), sentence


def sentences(table: dict[str, Any]) -> list[str]:
    """Return every sentence of a detector in one language; reasons go with the defaults only."""
    return [
        sentence
        for key, sentence in flat(table).items()
        if not key.startswith("thresholds")
        and key.rpartition(".")[2] not in ("source", "when", "remedy")
    ]


NUMBERS = re.compile(
    r"\d|\b(?:half|thirds?|quarters?|fifths?|tenths?|twice|double|tenfold|percent"
    r"|(?:one|two|three|four|five|six|eight|nine|ten|fifty)(?= (?:in|of|times|out)\b)"
    r"|mitad|tercios?|cuartos?|cuarta parte|quintos?|décim[ao]s?|doble|triple"
    r"|una de cada|(?:dos|tres|cuatro|cinco|ocho|diez|cincuenta) (?:veces|de))\b",
    re.IGNORECASE,
)


# Numbers in prose that no threshold sets: phrase and why it may stand.
EVERYWHERE = {
    r"95\s?% interval|intervalo del 95\s%": "every interval has this level",
    r"90% interval|intervalo del 90\s%": "the level of every expected gain",
    r"medians? of (?:the last )?5%": "stats.levels.TAIL, the same for all, not configurable",
    r"Medians? of the last 5%|Running medians of 5%": "stats.levels.TAIL",
    r"[Mm]edianas? (?:móviles )?del (?:último )?5\s%": "stats.levels.TAIL",
    r"factors? of 10|factores de 10|por 10": "advice, by its source",
    r"ten times the weight decay|weight decay diez veces": "the dose that was measured",
    r"by half, or to a tenth|a la mitad o a la décima parte": "doses that were measured",
    r"to twice, or to ten times|al doble o a diez veces más": "doses that were measured",
    r"\(half and twice, then a tenth and ten times|\(la mitad y el doble; [^)]+": "measured",
    r"Kendall's tau; −?1:|tau de Kendall; −?1:": "the bounds of a rank correlation",
    r"the second half|la segunda mitad|the half as a whole|that half|esa mitad": (
        "the stretch that is judged is fixed"
    ),
}


ALLOWED: dict[str, dict[str, str]] = {
    "exploding_loss": {
        "90th percentile|percentil 90": "advice, by its source",
        "at or below 0|igual que 0": "the domain of the logarithm",
    },
    "non_finite": {
        "90th percentile|percentil 90": "advice, by its source",
        "at or below 0|igual que 0": "the domain of the logarithm",
    },
    "oscillation": {
        "[Ii]n half of the trial runs": "measured on the corpus",
        "la mitad de las ejecuciones": "measured on the corpus",
        "the learning rate tenfold|at a tenth of the rate": "what the trial runs varied",
        "una décima parte|entre 10": "what the trial runs varied",
        "more than half of the swing|más de la mitad de la oscilación": "measured on the corpus",
    },
    "overfitting": {
        "one run in eight|above 300, one in fifty": "measured on the corpus",
        "una de cada ocho|más de 300, una de cada cincuenta": "measured on the corpus",
        "100 examples are assumed|suponen 100 ejemplos": "measures.data_size.UNKNOWN_EXAMPLES",
    },
    "plateau": {"its first half|su primera mitad": "the stretch that is judged is fixed"},
    "underfitting": {
        "five in six|cinco de cada seis|three quarters of what|tres cuartos de lo": (
            "measured on the corpus"
        ),
        "[Tt]wice the epochs|[Ee]l doble": "the extrapolation is one doubling",
        r"82% to 94%|entre el 82\s% y el 94\s%": "measured on the corpus",
        "times ln 2|por ln 2": "from the slope to one doubling",
        "last quarter|último cuarto": "the stretch that is judged is fixed",
    },
}


@each_detector
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_states_a_threshold_in_prose(name: str, lang: str) -> None:
    allowed = re.compile("|".join([*EVERYWHERE, *ALLOWED.get(name, {})]))
    for sentence in sentences(resources.words(name)[lang]):
        prose = allowed.sub("", re.sub(r"\{[^}]*\}", "", sentence))
        assert not NUMBERS.search(prose), f"name the threshold, or say why not: {sentence}"


def test_every_allowed_number_still_stands_in_a_sentence() -> None:
    every = {name: "\n".join(flat(resources.words(name)).values()) for name in DETECTORS}
    for name, phrases in ALLOWED.items():
        assert all(re.search(phrase, every[name]) for phrase in phrases)
    assert all(re.search(phrase, "\n".join(every.values())) for phrase in EVERYWHERE)


def judged_words(name: str, lang: str) -> dict[str, object]:
    """Return the sentences that say what was judged and how; advice is free to say "a tenth"."""
    table = resources.words(name)[lang]
    judged = {key: table[key] for key in ("looks_for", "headline", "summary", "how", "clear")}
    for tag, tagged in table.get("tagged", {}).items():
        judged |= {f"{tag}.{key}": tagged[key] for key in ("headline", "summary") if key in tagged}
    return judged


@each_detector
def test_both_languages_say_the_same_with_the_same_values(name: str) -> None:
    table = deepcopy(resources.words(name))
    assert set(table) == set(LANGUAGES)
    reasons = table["es"].pop("thresholds")
    assert set(reasons) == {field.name for field in fields(DETECTORS[name])}
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
        finding = replace(finding, thresholds=kind().thresholds)
        values = text.finding_values(finding, run)
        values.setdefault("place", text.place(3, None))  # a tag may come with an onset of its own
        own = text.of(name)
        sentences = [
            own["headline"],
            own["summary"],
            own["why"],
            *(row["value"] for row in own["evidence"]),
        ]
        sentences += [item["text"] for item in own["checklist"]]
        for tagged in own.get("tagged", {}).values():
            sentences += tagged.values()
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


@pytest.mark.parametrize(
    "file", sorted(path.stem for path in (resources.folder("report_templates") / "text").glob("*"))
)
def test_english_writes_a_percentage_without_a_space(file: str) -> None:
    for key, sentence in flat(resources.words(file)["en"]).items():
        assert not re.search(r"\d %", sentence), key


def flat(table: object, path: str = "") -> dict[str, str]:
    """Return every string of a words table by its path, ``when`` and ``source`` included."""
    if isinstance(table, dict):
        parts = list(table.items())
    elif isinstance(table, list):
        parts = list(enumerate(table))
    else:
        return {path: str(table)}
    found: dict[str, str] = {}
    for name, value in parts:
        found |= flat(value, f"{path}.{name}".strip("."))
    return found


def placeholders(sentence: str) -> list[tuple[str, str]]:
    """Return the (value, format) pairs that a sentence names, whatever its capitals."""
    named = [(name, spec or "") for _, name, spec, _ in Formatter().parse(sentence) if name]
    return sorted((name, "" if spec == "cap" else spec) for name, spec in named)

"""Both glossaries hold the same words, and those that the reports use."""

from __future__ import annotations

import re
from pathlib import Path

from analyzer import resources
from analyzer.engine import known_verdicts

DOCS = Path(__file__).parents[2] / "docs"


def pairs(path: Path) -> list[tuple[str, str]]:
    rows = [
        line.split(" | ")[:2]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    return [(first.removeprefix("| "), second) for first, second in rows[1:]]


def test_both_languages_have_the_same_rows() -> None:
    english, spanish = pairs(DOCS / "glossary.md"), pairs(DOCS / "es" / "glosario.md")
    assert sorted(english) == sorted((there, here) for here, there in spanish)
    assert len(english) == len(set(english))


def test_the_words_of_the_reports_are_explained() -> None:
    terms = resources.words("_terms")
    known = {
        lang: {word.partition(" (")[0] for row in pairs(DOCS / page) for word in row[0].split(", ")}
        for lang, page in (("en", "glossary.md"), ("es", "es/glosario.md"))
    }
    verdicts = set(known_verdicts()) - {"healthy", "inconclusive", "no_learning"}
    for lang, words in known.items():
        unworded = verdicts - set(terms[lang]["verdicts"])
        assert not unworded, f"add to {lang}.verdicts in _terms.toml: {sorted(unworded)}"
        shown = [terms[lang]["verdicts"][verdict] for verdict in verdicts]
        shown += [terms[lang]["labels"][metric] for metric in ("loss", "accuracy", "lr")]
        shown += [
            terms[lang]["severities"][severity] for severity in ("critical", "warning", "info")
        ]
        missing = set(shown) - words
        assert not missing, f"add to the glossary ({lang}): {sorted(missing)}"


def test_a_setting_has_one_name_in_spanish() -> None:
    for name in ("_compare", "_index", "_many"):
        spanish = str(resources.words(name)["es"])
        assert not re.findall(r"\b[Aa]justes?\b", spanish), f"say parámetro in {name}.toml"


def test_settings_have_one_word_in_spanish() -> None:
    pages = [*(DOCS / "es").glob("*.md"), *resources.folder("report_templates").rglob("*.toml")]
    others = re.compile(r"(?i)(?<![a-z])ajustes?(?! fino)\b")
    wrong = [
        f"{page.name}: {line.strip()[:80]}"
        for page in pages
        for line in page.read_text(encoding="utf-8").splitlines()
        if others.search(line)
    ]
    assert not wrong, f"write parámetro or combinación: {wrong}"

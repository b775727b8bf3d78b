"""The glossary in both languages, from the words that ``analyzer explain`` prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from analyzer import resources

HERE = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py; edit report_templates/text/_glossary.toml instead. -->\n"
ENGLISH = """\
# Glossary

The words of the reports and their Spanish; in Spanish: [es/glosario.md](es/glosario.md).
`analyzer explain WORD` prints one of them.

| word | in Spanish | meaning here |
|---|---|---|
"""
SPANISH = """\
# Glosario

Las palabras de los informes y su forma en inglés; en inglés: [../glossary.md](../glossary.md).
`analyzer explain PALABRA` muestra una de ellas.

| palabra | en inglés | qué significa aquí |
|---|---|---|
"""


def glossary_pages() -> dict[Path, str]:
    """Return both pages by their path."""
    english, spanish = (resources.words("_glossary")[lang] for lang in ("en", "es"))
    return {
        HERE / "glossary.md": f"{NOTE}\n{ENGLISH}{rows(english, spanish)}",
        HERE / "es" / "glosario.md": f"{NOTE}\n{SPANISH}{rows(spanish, english)}",
    }


def rows(own: Mapping[str, Mapping[str, str]], other: Mapping[str, Mapping[str, str]]) -> str:
    """Return the rows of a table in the order of their words, accents aside."""
    lines = [
        f"| {entry['word']} | {other[name]['word']} | {entry['means']} |\n"
        for name, entry in sorted(own.items(), key=lambda item: without_accents(item[1]["word"]))
    ]
    return "".join(lines)


def without_accents(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

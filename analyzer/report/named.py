"""What a name given to ``explain`` stands for, in either language.

Ids of detectors, verdicts, remedies and facts come first, then titles, the words of reports and
the labels of their rows and columns. Case, accents, and spaces, hyphens or underscores between
words make no difference. A longer name counts by its beginning ("best validation loss").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from itertools import chain
from typing import NamedTuple

from analyzer import registry, resources
from analyzer.advice.remedies import AGAIN, REMEDIES
from analyzer.detectors._base import Detector
from analyzer.errors import ConfigError
from analyzer.facts._base import Fact
from analyzer.report.badges import explained_badges
from analyzer.report.effects_table import remedy_name
from analyzer.sentences import LANGUAGES
from analyzer.text import words
from analyzer.views._base import View

DETECTOR, VERDICT, REMEDY, FACT, TERM = "detector", "verdict", "remedy", "fact", "term"
GLOSSARY = "_glossary"
_WHAT = "detector, verdict, remedy, fact or term"
_SHORTEST = 4  # letters of a word that is enough to suggest the name it is a part of


class Named(NamedTuple):
    """What a name stands for: ``kind`` is one of the five above, ``id`` its key there."""

    kind: str
    id: str


def find(name: str) -> Named:
    """Return what a name stands for. Raises ConfigError, with the closest name, if nothing."""
    known = _known()
    plain = _plain(name)
    found = known.get(plain) or _beginning(plain)
    if found is not None:
        return found[0]
    close = [other for other in known if other.startswith(f"{plain} ")][:1]
    close = close or get_close_matches(plain, known, n=1)
    if not close and len(plain) >= _SHORTEST:
        close = [other for other in known if plain in other][:1]
    if close:
        meant = known[close[0]][1]
        raise ConfigError(f'unknown {_WHAT} "{name}"; did you mean "{meant}"?')
    registry.check_name(_WHAT, name, registry.discover("analyzer.detectors", Detector))
    raise AssertionError("a name that is known was found above")


def _beginning(plain: str) -> tuple[Named, str] | None:
    """Return what the longest beginning of a name of several words stands for, None if nothing."""
    known, parts = _known(), plain.split()
    for end in range(len(parts) - 1, 0, -1):
        found = known.get(" ".join(parts[:end]))
        if found is not None:
            return found
    return None


def is_known(name: str) -> bool:
    """Say whether a name can be explained."""
    plain = _plain(name)
    return plain in _known() or _beginning(plain) is not None


def is_fact(name: str) -> bool:
    """Say whether a name is the id of a fact; a remedy may have the same."""
    return name in _facts()


def names() -> list[str]:
    """Return every name that can be explained, as it is written."""
    return [written for _, written in _known().values()]


def related(term: str) -> list[str]:
    """Return the detectors and facts that a word of the glossary is a part of."""
    parts = term.split("_")
    ids = [*registry.discover("analyzer.detectors", Detector), *_facts()]
    found = []
    for other in ids:
        own = other.split("_")
        starts = range(len(own) - len(parts) + 1)
        if any(own[start : start + len(parts)] == parts for start in starts):
            found.append(other)
    return found


@cache
def _known() -> dict[str, tuple[Named, str]]:
    """Return {plain name: (what it stands for, the name as written)}."""
    known: dict[str, tuple[Named, str]] = {}
    for named, written in chain(_written(), _labels()):
        known.setdefault(_plain(written), (named, written))
    return known


def _written() -> Iterator[tuple[Named, str]]:
    """Yield all names with what they stand for; of two that are the same, the first counts."""
    detectors = list(registry.discover("analyzer.detectors", Detector))
    badges = explained_badges()
    for kind, ids in (
        (DETECTOR, detectors),
        (VERDICT, badges),
        (REMEDY, (*REMEDIES, AGAIN)),
        (FACT, _facts()),
    ):
        yield from ((Named(kind, own), own) for own in ids)
    for lang in LANGUAGES:
        text = words(lang)
        yield from ((Named(DETECTOR, own), text.detector(own).title) for own in detectors)
        yield from (
            (Named(DETECTOR if own in detectors else VERDICT, own), text.verdict(own))
            for own in (*detectors, *badges)
        )
        yield from ((Named(REMEDY, own), remedy_name(own, text)) for own in (*REMEDIES, AGAIN))
        yield from ((Named(FACT, own), resources.words(own)[lang]["title"]) for own in _facts())
        for own, entry in text.of(GLOSSARY).items():
            yield from ((Named(TERM, own), word) for word in _words_of(entry["word"]))


def _labels() -> Iterator[tuple[Named, str]]:
    """Yield the labels of rows and columns with what explains them.

    Those of the evidence of a finding lead to its detector, those of a table to its fact. The
    glossary names the others by their keys; a label ends before what fills it ("Best {label}").
    """
    for lang in LANGUAGES:
        text = words(lang)
        for own, entry in text.of(GLOSSARY).items():
            for key in entry.get("labels", ()):
                yield Named(TERM, own), text.of("_ui")[key].partition("{")[0]
        for own in registry.discover("analyzer.detectors", Detector):
            yield from (
                (Named(DETECTOR, own), row.label) for row in text.detector(own).evidence or ()
            )
        for own in _facts():
            for column in resources.words(own)[lang].get("columns", ()):
                yield Named(FACT, own), column["label"]


def _words_of(entry: str) -> list[str]:
    """Return the words of an entry such as "brecha (gap)" or "better, worse"."""
    return [word.strip() for word in entry.replace("(", ",").replace(")", ",").split(",") if word]


def _facts() -> list[str]:
    """Return the facts and views of our own that have words."""
    facts = registry.discover("analyzer.facts", Fact)
    shown = {name: kind for name, kind in facts.items() if kind.place is not None}
    shown |= registry.discover("analyzer.views", View)
    return [name for name, kind in shown.items() if kind.__module__.startswith("analyzer.")]


def _plain(name: str) -> str:
    """Return a name without case, accents and what joins its words."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.replace("_", " ").replace("-", " ").split())

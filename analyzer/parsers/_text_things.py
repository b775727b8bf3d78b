"""A number of things between a metric and its value: "accuracy of 10 runs: 0.83"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from analyzer import metrics
from analyzer.parsers import _text_names as names
from analyzer.parsers._text_tokens import Token

_ENGLISH = ("of", "over", "on", "for", "across", "from", "in", "with")
_SPANISH = ("de", "en", "sobre", "con")
_OF_THINGS = frozenset((*_ENGLISH, *_SPANISH))
_PLACES = frozenset(("after", "tras", "in", "en"))  # "after 100 steps" says where, not of what
_OF_A_SPLIT = frozenset(
    ("set", "data", "dataset", "split", "batch", "images", "samples", "examples")
)
_MOST_THINGS = 4  # words behind such a number: "10000 held-out test images"
_WHOLE = re.compile(r"\d{1,15}(?:\.0*)?")
_AXIS = re.compile(r"(step|batch|iteration|iter|update|epoch)(?:e?s)?", re.I)
# A time, and "from 20 to 1.1".
_NOTHING = re.compile(r"(?:[smh]|ms|sec|second|min|minute|hour|day|segundo|minuto|hora)s?|to", re.I)


class Counted(NamedTuple):
    """The words of the metric, the axis that the number counts if any, and the place behind."""

    words: list[Token]
    axis: str
    end: int


def counted_at(tokens: Sequence[Token], at: int, words: Sequence[Token]) -> Counted | None:
    """Return what the number at a place counts, None if it counts no things.

    ``words`` stand before it. A split among the things ("on 500 test images") goes to the metric.
    """
    said = [word.text.lower() for word in words]
    links = (place for place, word in enumerate(said) if word in _OF_THINGS | _PLACES)
    first = next(links, 0)
    if not first or tokens[at].unit or not _WHOLE.fullmatch(tokens[at].text):
        return None
    end = at + 1
    while end < len(tokens) and tokens[end].kind == "word":
        end += 1
    things = tokens[at + 1 : end]
    if not 1 <= len(things) <= _MOST_THINGS or not _is_value(tokens[end : end + 2]):
        return None
    axis = _axis(said[first], things)
    if not axis and not _are_things(said[first], things):
        return None
    splits = [thing for thing in things if names.split_of([thing.text])]
    return Counted([*splits, *words[:first]], axis, end)


def with_split_first(words: list[Token]) -> list[Token]:
    """Return the words of "accuracy on the test set" as "test accuracy", others as they are."""
    said = [word.text.lower() for word in words]
    link = next((place for place, word in enumerate(said) if word in _OF_THINGS), 0)
    if not link or metrics.read(" ".join(said)).metric == "lr":  # "tasa de aprendizaje"
        return words
    first = link + 1 + (said[link + 1 : link + 2] == ["the"])
    if not names.split_of(said[first : first + 1]) or not _OF_A_SPLIT.issuperset(said[first + 1 :]):
        return words
    return [words[first], *words[:link]]


def _is_value(following: Sequence[Token]) -> bool:
    """Say whether a number follows, behind a sign or not."""
    if following and following[0].text in (":", "="):
        following = following[1:]
    return bool(following) and following[0].kind == "number"


def _axis(link: str, things: Sequence[Token]) -> str:
    """Return the axis that "after 100 steps" counts, "" if it counts none."""
    match = _AXIS.fullmatch(things[0].text) if link in _PLACES and len(things) == 1 else None
    return match[1] if match else ""


def _are_things(link: str, things: Sequence[Token]) -> bool:
    """Say whether words may name what a metric is of: not a metric, not a time."""
    if link not in _OF_THINGS:
        return False
    return not any(names.is_known(word.text) or _NOTHING.fullmatch(word.text) for word in things)

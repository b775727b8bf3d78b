"""The heading of a comparison: the best group and the next, or that they cannot be told apart."""

from __future__ import annotations

from typing import Any

from analyzer.comparing.comparison import Comparison
from analyzer.comparing.contrast import UNCLEAR, certain_of_single
from analyzer.comparing.far_apart import BASE_DIVERGED, DIVERGED
from analyzer.comparing.ranking import judge_against_best
from analyzer.comparing.sides import BASELINE, Side
from analyzer.safe.names import visible, without_end
from analyzer.text import Words

LONGEST = 60  # characters of a name in a heading


def title(comparison: Comparison, text: Words) -> str:
    """Return the heading of a comparison."""
    sentences = text.of("_compare")
    sides = comparison.sides
    metric = text.metric(comparison.metric, comparison.split, alone=True)
    if len(sides) == 1:
        return _of_one(sides[0], metric, text)
    known = _ordered(comparison)
    if not known:
        return str(sentences["title"])
    if len(known) == 1:
        values = _named(known[0], text) | {"metric": metric}
        return text.fill(sentences["title_only"], values)
    best, other = known[:2]
    values = {
        "metric": metric,
        "best": _short(best),
        "next": _short(other),
        "level": _level(best, other, text),
        "next_level": _level(other, best, text),
    }
    said = text.fill(sentences[_key(comparison, known)], values)
    if len(sides) == 2:
        return said
    return text.fill(sentences["title_counted"], {"groups": len(sides), "said": said})


def _of_one(side: Side, metric: str, text: Words) -> str:
    """Return the heading of repeats of one setting, or of copies of one run."""
    values = _named(side, text) | {"metric": metric, "runs": len(side.members)}
    values["deviation"] = text.number(side.deviation)
    key = "title_same" if side.deviation is None else "title_repeats"
    return text.fill(text.of("_compare")[key], values)


def _ordered(comparison: Comparison) -> list[Side]:
    """Return the sides with a level, the best first."""
    sign = 1 if comparison.lower_is_better else -1
    known = [side for side in comparison.sides if side.mean is not None]
    return sorted(known, key=lambda side: sign * (side.mean or 0.0))


def _key(comparison: Comparison, known: list[Side]) -> str:
    """Return the key of what the best and the next are: told apart, alike, or one that failed."""
    best, other = known[:2]
    if _is_same(comparison, best, other):
        return "title_same_points"
    certain = certain_of_single(best, other)
    if certain == DIVERGED:
        return "title_next_diverged"
    if certain == BASE_DIVERGED:
        return "title_best_diverged"
    judged = _judged(comparison, known)
    if certain is not None and (judged.difference is None or judged.difference.low is None):
        return "title_far"
    if judged.answer != UNCLEAR:
        return "title_best"
    is_single = len(best.known) == len(other.known) == 1
    return "title_single" if is_single else "title_alike"


def _judged(comparison: Comparison, known: list[Side]) -> Side:
    """Return the one of the best two sides that is judged against the other.

    If neither is the baseline, no sentence compares the two. They are then judged as in a ranking,
    since the best of several is best by luck too.
    """
    best, other = known[:2]
    if BASELINE in (best.answer, other.answer):
        return other if best.answer == BASELINE else best
    return judge_against_best(known, lower_is_better=comparison.lower_is_better)[1]


def _is_same(comparison: Comparison, best: Side, other: Side) -> bool:
    """Say whether two sides are one run each, with the same points."""
    if len(best.members) > 1 or len(other.members) > 1:
        return False
    names = {comparison.diagnoses[side.members[0]].run.name for side in (best, other)}
    return any(set(pair) == names for pair in comparison.same_points)


def _named(side: Side, text: Words) -> dict[str, Any]:
    return {"best": _short(side), "level": text.number(side.mean)}


def _short(side: Side) -> str:
    return without_end(visible(side.name), LONGEST)


def _level(side: Side, other: Side, text: Words) -> str:
    """Return a level, with as many digits as tell it from the other, and its deviation."""
    if side.mean is None or other.mean is None or side.mean == other.mean:
        level = text.number(side.mean)
    else:
        level = text.apart(side.mean, other.mean)
    return level if side.deviation is None else f"{level} ± {text.number(side.deviation)}"

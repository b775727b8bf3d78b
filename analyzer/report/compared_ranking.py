"""A sweep in words: the best side, what cannot be told from it, and settings with a valley."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.comparing.comparison import Comparison
from analyzer.comparing.contrast import UNCLEAR
from analyzer.comparing.importance import FOREST, can_grow
from analyzer.comparing.roles import is_seed
from analyzer.comparing.sides import Side
from analyzer.comparing.sweep import Correlation
from analyzer.text import Words

_RARE = 0.001  # a smaller probability is shown as less than this, and never as 0
_NAMED = 6  # sides that a sentence names; more are counted


def ranked_sentences(
    sides: Sequence[Side], metric: str, *, lower_is_better: bool, text: Words
) -> tuple[str, ...]:
    """Return what a ranking says: the best side first, then what cannot be told from it."""
    sentences = text.of("_compare")
    best, others = sides[0], [side for side in sides[1:] if side.difference is not None]
    values = {
        "name": best.name,
        "metric": metric,
        "count": text.integer(len(sides)),
        "level": text.number(best.mean),
        "deviation": text.number(best.deviation),
        "runs": text.integer(len(best.known)),
    }
    is_single = not any(side.difference and side.difference.low is not None for side in others)
    if is_single:
        key = "ranked_lowest" if lower_is_better else "ranked_highest"
        found = [text.fill(sentences[key], values)]
        if others:
            found.append(text.fill(sentences["ranked_next"], {"next": _names(others, text)}))
            found.append(sentences[_why_unsure(sides)])
        return (" ".join(found),)
    key = "ranked_best" if best.deviation is not None else "ranked_best_single"
    is_whole = len(others) == len(sides) - 1
    return (text.fill(sentences[key], values), *_told(others, text, is_whole=is_whole))


def _why_unsure(sides: Sequence[Side]) -> str:
    """Return the key of the sentence why the spread of runs is unknown."""
    repeated = sum(len(side.known) > 1 for side in sides)
    if not repeated:
        return "ranked_single"
    return "ranked_few_repeats" if repeated == 1 else "ranked_same_repeats"


def _told(others: Sequence[Side], text: Words, *, is_whole: bool) -> list[str]:
    """Return how many of the other sides can be told from the best, and which cannot.

    ``others`` are those that can be compared; ``is_whole`` says that no other side is left.
    """
    sentences = text.of("_compare")
    alike = [side for side in others if side.answer == UNCLEAR]
    worse = len(others) - len(alike)
    found = []
    if alike:
        values = {"names": _names(alike, text), "count": text.integer(len(alike))}
        key = "ranked_alike_one" if len(alike) == 1 else "ranked_alike"
        found.append(text.fill(sentences[key], values))
    if worse:
        key = "ranked_worse_one" if worse == 1 else "ranked_worse"
        if not alike:
            key = "ranked_all_worse" if is_whole else "ranked_comparable_worse"
        found.append(text.fill(sentences[key], {"count": text.integer(worse)}))
    return found


def _names(sides: Sequence[Side], text: Words) -> str:
    names = "; ".join(side.name for side in sides[:_NAMED])
    more = len(sides) - _NAMED
    if more <= 0:
        return names
    return names + text.fill(text.of("_compare")["ranked_more"], {"count": text.integer(more)})


def valleys(correlations: Sequence[Correlation], text: Words) -> list[str]:
    """Return a sentence for each setting whose best value lies inside its range."""
    pattern = text.of("_compare")["valley"]
    return [
        text.fill(pattern, {"setting": found.setting, "value": text.number(found.best_inside)})
        for found in correlations
        if found.best_inside is not None
    ]


def importances_said(comparison: Comparison, text: Words) -> str:
    """Return how the importances come about, or why there are none, such as too few groups."""
    sentences = text.of("_compare")
    groups = sum(side.mean is not None for side in comparison.sides)
    counts = {"needed": text.integer(FOREST), "groups": text.integer(groups)}
    if groups <= FOREST:
        return text.fill(sentences["importance_too_few"], counts)
    if not can_grow():
        return str(sentences["importance_extra"])
    if not comparison.importances:
        return str(sentences[_why_none(comparison)])
    return text.fill(sentences["importance_why"], counts)


def _why_none(comparison: Comparison) -> str:
    """Return the key of the sentence why no setting of many sides has an importance."""
    if len({side.mean for side in comparison.sides if side.mean is not None}) < 2:
        return "importance_equal"
    changed = [change.setting for side in comparison.sides for change in side.changed]
    if all(is_seed(key) for key in changed):
        return "importance_none"
    return "importance_names"


def importance_rows(comparison: Comparison, text: Words) -> tuple[tuple[str, ...], ...]:
    """Return (setting, share, interval, p-value) for each setting that varies."""
    return tuple(
        (
            found.setting,
            text.percent(found.share),
            f"{text.percent(found.low)} … {text.percent(found.high)}",
            shown_chance(found.chance, text),
        )
        for found in comparison.importances
    )


def shown_chance(chance: float, text: Words) -> str:
    """Return a probability; one that is very small is never shown as 0."""
    return text.percent(chance) if chance >= _RARE else f"< {text.percent(_RARE)}"

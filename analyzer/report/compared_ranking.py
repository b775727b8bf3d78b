"""A sweep in words: the best side, what cannot be told from it, and settings with a valley."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.comparing.contrast import UNCLEAR
from analyzer.comparing.importance import FOREST, Importance, can_grow
from analyzer.comparing.roles import causes_of
from analyzer.comparing.sides import Side
from analyzer.comparing.sweep import Correlation
from analyzer.report.single_runs import order_sentences
from analyzer.text import Words

_RARE = 0.001  # a smaller probability is shown as less than this, and never as 0
_CHANCE = 0.05  # a setting with a larger p-value shows no effect
_NAMED = 6  # sides that a sentence names; more are counted


def ranked_sentences(
    sides: Sequence[Side], metric: str, *, lower_is_better: bool, text: Words
) -> tuple[str, ...]:
    """Return what a ranking says: the best side first, then what cannot be told from it."""
    sentences = text.of("_compare")
    best, others = sides[0], comparable(sides)
    values = {
        "name": best.name,
        "metric": metric,
        "count": text.integer(len(sides)),
        "level": text.number(best.mean),
        "deviation": text.number(best.deviation),
        "runs": text.integer(len(best.known)),
    }
    if not has_intervals(sides):
        key = "ranked_lowest" if lower_is_better else "ranked_highest"
        found = [text.fill(sentences[key], values)]
        if others:
            found.append(text.fill(sentences["ranked_next"], {"next": _names(others, text)}))
            found += certainty(sides, text)
        return (" ".join(found),)
    key = "ranked_best" if best.deviation is not None else "ranked_best_single"
    return (text.fill(sentences[key], values), *certainty(sides, text))


def comparable(sides: Sequence[Side]) -> list[Side]:
    """Return the ranked sides that can be compared with the first one."""
    return [side for side in sides[1:] if side.difference is not None]


def has_intervals(sides: Sequence[Side]) -> bool:
    """Say whether repeats show how much the differences of ranked sides vary."""
    return any(side.difference and side.difference.low is not None for side in sides)


def certainty(sides: Sequence[Side], text: Words, most: int = _NAMED) -> list[str]:
    """Return which of the ranked sides can be told from the first one, or why that is unknown.

    At most ``most`` sides are named.
    """
    others = comparable(sides)
    if not others:
        return []
    if not has_intervals(sides):
        key = _why_unsure(sides)
        if key == "ranked_single":
            told = [(side.name, side.certain) for side in others]
            return order_sentences(sides[0].name, told, text)
        return [str(text.of("_compare")[key])]
    is_whole = len(others) == len(sides) - 1
    return _told(others, text, is_whole=is_whole, most=most)


def _why_unsure(sides: Sequence[Side]) -> str:
    """Return the key of the sentence why the spread of runs is unknown."""
    repeated = sum(len(side.known) > 1 for side in sides)
    if not repeated:
        return "ranked_single"
    return "ranked_few_repeats" if repeated == 1 else "ranked_same_repeats"


def _told(others: Sequence[Side], text: Words, *, is_whole: bool, most: int) -> list[str]:
    """Return how many of the other sides can be told from the best, and which cannot.

    ``others`` are those that can be compared; ``is_whole`` says that no other side is left.
    """
    sentences = text.of("_compare")
    alike = [side for side in others if side.answer == UNCLEAR]
    worse = len(others) - len(alike)
    found = []
    if alike:
        values = {"names": _names(alike, text, most), "count": text.integer(len(alike))}
        key = "ranked_alike_one" if len(alike) == 1 else "ranked_alike"
        found.append(text.fill(sentences[key], values))
    if worse:
        key = "ranked_worse_one" if worse == 1 else "ranked_worse"
        if not alike:
            key = "ranked_all_worse" if is_whole else "ranked_comparable_worse"
            key = "ranked_other_worse" if worse == 1 and is_whole else key
        found.append(text.fill(sentences[key], {"count": text.integer(worse)}))
    return found


def _names(sides: Sequence[Side], text: Words, most: int = _NAMED) -> str:
    names = "; ".join(side.name for side in sides[:most])
    more = len(sides) - most
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


def importances_said(sides: Sequence[Side], importances: Sequence[Importance], text: Words) -> str:
    """Return how the importances come about, or why there are none, such as too few groups."""
    if not importances:
        return why_no_importances(sides, text)
    counts = {"groups": text.integer(importances[0].groups)}
    return text.fill(text.of("_compare")["importance_why"], counts)


def why_no_importances(sides: Sequence[Side], text: Words) -> str:
    """Return the sentence why no setting of some sides has an importance."""
    sentences = text.of("_compare")
    groups = sum(side.mean is not None for side in sides)
    counts = {"needed": text.integer(FOREST), "groups": text.integer(groups)}
    if groups <= FOREST:
        return text.fill(sentences["importance_too_few"], counts)
    if not can_grow():
        return str(sentences["importance_extra"])
    if len({side.mean for side in sides if side.mean is not None}) < 2:
        return str(sentences["importance_equal"])
    if len({causes_of(side.settings) for side in sides}) < 2:
        return str(sentences["importance_none"])
    return str(sentences["importance_names"])


def what_matters(importances: Sequence[Importance], text: Words) -> list[str]:
    """Return a sentence with the settings that matter, and one with those that do not.

    A setting matters by its p-value and by a share above zero: the two are measured apart.
    """
    sentences = text.of("_compare")
    matter = [found for found in importances if found.chance < _CHANCE and found.share > 0]
    others = [found.setting for found in importances if found not in matter]
    lines = []
    if matter:
        names = ", ".join(f"{found.setting} ({_share(found, text)})" for found in matter[:_NAMED])
        lines.append(text.fill(sentences["matter"], {"names": names}))
    if others:
        names = ", ".join(others[:_NAMED]) + (" …" if len(others) > _NAMED else "")
        lines.append(text.fill(sentences["matter_not"], {"names": names}))
    return lines


def _share(found: Importance, text: Words) -> str:
    """Return the share of a setting; the forest's luck puts one without effect below zero."""
    if found.share <= 0:
        return str(text.of("_compare")["none_measured"])
    return text.percent(found.share)


def importance_rows(importances: Sequence[Importance], text: Words) -> tuple[tuple[str, ...], ...]:
    """Return (setting, share, interval, p-value) for each setting that varies."""
    return tuple(
        (
            found.setting,
            _share(found, text),
            f"{text.percent(max(found.low, 0.0))} … {text.percent(max(found.high, 0.0))}",
            shown_chance(found.chance, text),
        )
        for found in importances
    )


def shown_chance(chance: float, text: Words) -> str:
    """Return a probability; one that is very small is never shown as 0."""
    return text.percent(chance) if chance >= _RARE else f"< {text.percent(_RARE)}"

"""What a comparison cannot compare: groups with another loss, or without the metric."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.comparing.comparison import Comparison
from analyzer.comparing.sides import BASELINE, Side
from analyzer.text import Words

_NAMED = 6  # groups that a sentence names; more are counted


def without_other_loss(comparison: Comparison, sides: Sequence[Side]) -> list[Side]:
    """Return the sides with a run that was trained with the loss that is compared."""
    return [
        side
        for side in sides
        if any(comparison.losses[index] == comparison.loss for index in side.members)
    ]


def not_compared(comparison: Comparison, metric: str, text: Words) -> list[str]:
    """Return a warning about the groups with another loss, and one about those not ranked."""
    sentences = text.of("_compare")
    alike = without_other_loss(comparison, comparison.sides)
    found = []
    others = [side for side in comparison.sides if side not in alike]
    if others:
        names = [f"{side.name} ({_loss_of(side, comparison, text)})" for side in others]
        base = comparison.sides[comparison.baseline]
        values = {
            "base": base.name,
            "loss": comparison.loss or sentences["loss_unnamed"],
            "names": _listed(names, text),
        }
        found.append(text.fill(sentences["other_loss"], values))
    lacking = [side.name for side in alike if not side.known and side.answer != BASELINE]
    if lacking and comparison.is_ranked:
        values = {"names": _listed(lacking, text), "metric": metric}
        found.append(text.fill(sentences["not_logged"], values))
    return found


def _loss_of(side: Side, comparison: Comparison, text: Words) -> str:
    unnamed = text.of("_compare")["loss_unnamed"]
    losses = dict.fromkeys(comparison.losses[index] or unnamed for index in side.members)
    return ", ".join(losses)


def _listed(names: Sequence[str], text: Words) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    if more <= 0:
        return shown
    return shown + text.fill(text.of("_compare")["ranked_more"], {"count": text.integer(more)})

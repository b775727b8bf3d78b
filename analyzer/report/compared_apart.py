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
        if any(comparison.kinds[index] == comparison.kind for index in side.members)
    ]


def not_compared(comparison: Comparison, metric: str, text: Words) -> list[str]:
    """Return what is not compared and why: by losses of other kinds, or without the metric."""
    sentences = text.of("_compare")
    alike = without_other_loss(comparison, comparison.sides)
    others = [side for side in comparison.sides if side not in alike]
    found = [*_instead(comparison, text), *_other_kinds(comparison, others, text)]
    lacking = [side.name for side in alike if not side.known and side.answer != BASELINE]
    if lacking and comparison.is_ranked:
        values = {"names": _listed(lacking, text), "metric": metric}
        found.append(text.fill(sentences["not_logged"], values))
    return found


def _instead(comparison: Comparison, text: Words) -> list[str]:
    """Return that another metric took the place of the losses, empty if none did."""
    if comparison.instead_of is None:
        return []
    losses = [kind.loss for kind in comparison.replaced]
    return [instead_sentence(losses, text.metric(comparison.metric, comparison.split), text)]


def instead_sentence(losses: Sequence[str | None], metric: str, text: Words) -> str:
    """Return that ``metric`` takes the place of losses: other functions, or in other units."""
    sentences, kinds = text.of("_compare"), dict.fromkeys(losses)
    values = {
        "losses": _listed([loss or sentences["loss_unnamed"] for loss in kinds], text),
        "metric": metric,
    }
    return text.fill(sentences["instead_loss" if len(kinds) > 1 else "instead_unit"], values)


def _other_kinds(comparison: Comparison, others: Sequence[Side], text: Words) -> list[str]:
    """Return which sides have another loss, and which the same loss in another unit."""
    sentences = text.of("_compare")
    base = comparison.sides[comparison.baseline].name
    losses, units = [], []
    for side in others:
        found = {comparison.kinds[index].loss for index in side.members}
        if found == {comparison.kind.loss}:
            units.append(side.name)
        else:
            losses.append(f"{side.name} ({_loss_of(side, comparison, text)})")
    lines = []
    if losses:
        loss = comparison.kind.loss or sentences["loss_unnamed"]
        values = {"base": base, "loss": loss, "names": _listed(losses, text)}
        lines.append(text.fill(sentences["other_loss"], values))
    if units:
        metric = text.metric(comparison.metric, comparison.split)
        values = {"base": base, "metric": metric, "names": _listed(units, text)}
        lines.append(text.fill(sentences["other_unit"], values))
    return lines


def _loss_of(side: Side, comparison: Comparison, text: Words) -> str:
    unnamed = text.of("_compare")["loss_unnamed"]
    losses = dict.fromkeys(comparison.kinds[index].loss or unnamed for index in side.members)
    return ", ".join(losses)


def _listed(names: Sequence[str], text: Words) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    if more <= 0:
        return shown
    return shown + text.fill(text.of("_compare")["ranked_more"], {"count": text.integer(more)})

"""Single runs in words: which differences are hardly chance, and which may be."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.comparing.contrast import Contrast
from analyzer.comparing.far_apart import BASE_DIVERGED, DIVERGED, FAR
from analyzer.stats.bootstrap import Difference
from analyzer.text import Words

_NAMED = 6  # runs that a sentence names; more are counted


def certain_key(
    certain: str | None, difference: Difference | None, *, lower_is_better: bool
) -> str | None:
    """Return the key of the answer on two single runs, None if nothing is certain of them.

    It is "far_better", "far_worse", "diverged" or "baseline_diverged". An interval answers instead
    if the spread of other groups gave one.
    """
    if difference is None:
        return None if certain == FAR else certain
    if difference.low is not None or certain != FAR:
        return None if difference.low is not None else certain
    return "far_better" if (difference.value < 0) == lower_is_better else "far_worse"


def certain_sentence(found: Contrast, text: Words, *, name: str, base: str, metric: str) -> str:
    """Return what is certain of two single runs, empty if nothing is."""
    sentences, key = text.of("_compare"), found.certain
    if key is None:
        return ""
    values = {
        "name": name,
        "base": base,
        "metric": metric,
        "here": text.number(found.sample.mean),
        "there": text.number(found.base.mean),
    }
    if key == FAR:
        return text.fill(sentences["sentence_far"], values)
    values |= {"diverged": name, "other": base}
    if key == BASE_DIVERGED:
        values |= {"diverged": base, "other": name}
    failed = found.base if key == BASE_DIVERGED else found.sample
    if found.difference is None:
        key = "sentence_diverged" if failed.known else "sentence_diverged_without"
        return text.fill(sentences[key], values)
    return text.fill(sentences["sentence_diverged_levels"], values)


def order_sentences(best: str, others: Sequence[tuple[str, str | None]], text: Words) -> list[str]:
    """Return what is certain of single runs beside the ``best`` of them, and what may be chance.

    ``others`` are (name, what is certain of it beside the best).
    """
    sentences = text.of("_compare")
    far = [name for name, told in others if told == FAR]
    diverged = [name for name, told in others if told == DIVERGED]
    near = len(others) - len(far) - len(diverged)
    if not far and not diverged:
        return [str(sentences["ranked_single"])]
    lines = []
    if far:
        values = {"best": best, "names": _listed(far, text)}
        lines.append(text.fill(sentences["single_far"], values))
    if diverged:
        lines.append(text.fill(sentences["single_diverged"], {"names": _listed(diverged, text)}))
    if near:
        lines.append(text.fill(sentences["single_rest"], {"count": text.integer(near + 1)}))
    return lines


def _listed(names: Sequence[str], text: Words) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    if more <= 0:
        return shown
    return shown + text.fill(text.of("_compare")["ranked_more"], {"count": text.integer(more)})

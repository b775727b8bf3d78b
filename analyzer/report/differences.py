"""A difference between runs in words: what a comparison and a comment have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.comparing.against import LOSS, Against, Mismatch
from analyzer.comparing.contrast import Contrast
from analyzer.engine import known_verdicts
from analyzer.measures.reach import Reach
from analyzer.text import Words


def contrast_sentence(found: Contrast, text: Words, *, name: str, base: str, metric: str) -> str:
    """Return the answer of a contrast in one sentence, with the names of both sides."""
    sentences = text.of("_compare")
    values = {"name": name, "base": base, "metric": metric}
    difference = found.difference
    if difference is None:
        return text.fill(sentences["sentence_missing"], values)
    values["difference"] = signed(difference.value, text)
    if difference.low is None or difference.high is None:
        key = "sentence_single" if found.is_single else "sentence_alike"
        return text.fill(sentences[key], values)
    values["low"] = signed(difference.low, text)
    values["high"] = signed(difference.high, text)
    values["how"] = sentences["how_paired"] if difference.paired else ""
    return text.fill(sentences[f"sentence_{found.answer}"], values)


def against_sentence(found: Against, text: Words, *, name: str, base: str) -> str:
    """Return the answer on a baseline, and before it why it is not by the loss of the runs."""
    split, metric = found.measure
    label = text.metric(metric, split, alone=True)
    answer = contrast_sentence(found, text, name=name, base=base, metric=label)
    if found.mismatch is None:
        return answer
    why = mismatch_sentence(found.mismatch, text, name=name, base=base)
    if found.measure == found.mismatch.measure:
        answer = str(text.of("_compare")["mismatch_none"])
    return f"{why} {answer}"


def mismatch_sentence(mismatch: Mismatch, text: Words, *, name: str, base: str) -> str:
    """Return why two losses cannot be compared: their names in the settings, or their values."""
    sentences = text.of("_compare")
    if mismatch.reason == LOSS:
        here = mismatch.here or sentences["loss_unnamed"]
        base_loss = mismatch.base or sentences["loss_unnamed"]
    else:
        here, base_loss = _span(mismatch.reach_here, text), _span(mismatch.reach_base, text)
    values = {"name": name, "base": base, "here": here, "base_loss": base_loss}
    return text.fill(sentences[f"mismatch_{mismatch.reason}"], values)


def _span(reach: Reach | None, text: Words) -> str:
    """Return the values that a loss spans, such as "0.3 to 2.3"."""
    if reach is None:
        return ""
    values = {"low": text.number(reach.low), "high": text.number(reach.high)}
    return text.fill(text.of("_compare")["span"], values)


def signed(value: float | None, text: Words) -> str:
    """Return a difference with its sign."""
    number = text.number(value)
    return f"+{number}" if value is not None and value > 0 else number


def verdict_list(verdicts: Sequence[str], text: Words) -> str:
    """Return the verdicts of some runs, each once, with its count if there are several runs."""
    count = Counter(verdicts)
    names = [name for name in known_verdicts() if count[name]]
    names += sorted(set(count).difference(names))  # of a site that someone else made
    if len(verdicts) == 1:
        return text.verdict(names[0])
    return ", ".join(_with_count(count[name], name, text) for name in names)


def _with_count(count: int, verdict: str, text: Words) -> str:
    """Return "3 healthy", in the word order of the language."""
    pattern = text.of("_compare")["verdict_count"]
    return text.fill(pattern, {"count": text.integer(count), "verdict": text.verdict(verdict)})


def counted_verdicts(verdicts: Sequence[str], text: Words) -> str:
    """Return the verdicts of repeats with their counts, the most frequent first."""
    count = Counter(verdicts)
    names = sorted(
        (name for name in known_verdicts() if count[name]), key=lambda name: -count[name]
    )
    return ", ".join(_with_count(count[name], name, text) for name in names)

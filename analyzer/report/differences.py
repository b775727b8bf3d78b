"""A difference between runs in words: what a comparison and a comment have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.comparing.against import LOSS, Against, Mismatch
from analyzer.comparing.contrast import Contrast
from analyzer.engine import known_verdicts
from analyzer.measures.reach import Reach
from analyzer.report.mark import MARKS, is_badge, mark_name, marked_verdict
from analyzer.report.single_runs import certain_sentence
from analyzer.text import Words


def contrast_sentence(found: Contrast, text: Words, *, name: str, base: str, metric: str) -> str:
    """Return the answer of a contrast in one sentence, with the names of both sides."""
    sentences = text.of("_compare")
    values = {"name": name, "base": base, "metric": metric}
    difference = found.difference
    told = certain_sentence(found, text, name=name, base=base, metric=metric)
    if told and (difference is None or difference.low is None):
        return told
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


def verdict_list(verdicts: Sequence[str], text: Words, *, marks: Sequence[str | None] = ()) -> str:
    """Return the verdicts of some runs, each once, with its count if there are several runs.

    ``marks`` has the mark of each run: one that takes the place of the verdict in the badge of a
    report is counted apart.
    """
    kept = [key if is_badge(key) else None for key in marks] or [None] * len(verdicts)
    count = Counter(zip(verdicts, kept, strict=True))
    known = known_verdicts()
    verdict_order = {name: at for at, name in enumerate([*known, *sorted({*verdicts} - {*known})])}
    ranked = sorted(count, key=lambda pair: (verdict_order[pair[0]], (None, *MARKS).index(pair[1])))
    if len(verdicts) == 1:
        return marked_verdict(*ranked[0], text)
    names = ((count[pair], _name(*pair, text)) for pair in ranked)
    return ", ".join(_with_count(number, name, text) for number, name in names)


def _name(verdict: str, key: str | None, text: Words) -> str:
    return text.verdict(verdict) if key is None else mark_name(key, text)


def _with_count(count: int, name: str, text: Words) -> str:
    """Return "3 healthy", in the word order of the language."""
    pattern = text.of("_compare")["verdict_count"]
    return text.fill(pattern, {"count": text.integer(count), "verdict": name})


def counted_verdicts(verdicts: Sequence[str], text: Words) -> str:
    """Return the verdicts of repeats with their counts, the most frequent first."""
    count = Counter(verdicts)
    names = sorted(
        (name for name in known_verdicts() if count[name]), key=lambda name: -count[name]
    )
    return ", ".join(_with_count(count[name], text.verdict(name), text) for name in names)

"""What a comment says about a run beside its baseline: in the title, in a sentence, as a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analyzer.comparing.against import Against, against
from analyzer.comparing.contrast import UNCLEAR, WORSE
from analyzer.comparing.copies import same_points_in
from analyzer.comparing.sides import changes_between
from analyzer.comparing.summary import summary_of
from analyzer.errors import AnalyzerError
from analyzer.metrics import kind
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment_table import short_name, side_name
from analyzer.report.compared_cautions import data_said
from analyzer.report.compared_tables import changed_rows
from analyzer.report.differences import against_sentence
from analyzer.report.single_runs import certain_key
from analyzer.report.unequal_length import length_said
from analyzer.text import Words

_MOST_CHANGED = 6  # settings, named


class Answer(NamedTuple):
    """The words on a baseline; all are empty if there is none or no common metric.

    ``short`` follows the verdict in the title. ``step`` says what to do with the baseline, and
    ``changed`` which settings differ from it.
    """

    sentence: str = ""
    short: str = ""
    step: str = ""
    is_worse: bool = False
    changed: str = ""


def answer(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> Answer:
    """Return what the comparison of a run, or its repeats, with a baseline says."""
    try:
        found = against(these, baseline)
    except AnalyzerError:
        return Answer()
    sentences = text.of("_comment")
    sentence = against_sentence(found, text, name=side_name(these), base=sentences["the_baseline"])
    sentence += _same(these, baseline, text)
    settings = [summary_of(diagnosis.run).settings for diagnosis in (*baseline, *these)]
    lengths = length_said(these, baseline, found.measure, text) if found.difference else ""
    sentence = " ".join(filter(None, [sentence, lengths, *data_said(settings, text)]))
    changed = _changed(these, baseline, text)
    key = _key(found, text)
    values = {"here": text.number(found.sample.mean), "base": text.number(found.base.mean)}
    return Answer(
        sentence,
        short=text.fill(sentences["against"][key], values),
        step=text.fill(sentences["baseline_step"][key], values),
        is_worse=key in (WORSE, "far_worse"),
        changed=changed,
    )


def _same(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> str:
    """Return that a run has the points of one of the baseline, "" if none has."""
    every = [*baseline, *these]
    found = same_points_in([summary_of(diagnosis.run) for diagnosis in every])
    for later, first in found.items():
        if first < len(baseline) <= later:
            names = (short_name(every[place].run.name) for place in (later, first))
            values = dict(zip(("name", "other"), names, strict=True))
            return f" {text.fill(text.of('_comment')['same_points'], values)}"
    return ""


def _changed(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> str:
    """Return a sentence on the settings that differ from the baseline, "" if none is known to."""
    here, base = (
        [summary_of(diagnosis.run).settings for diagnosis in runs] for runs in (these, baseline)
    )
    rows = changed_rows(changes_between(here, base), text)
    if not rows:
        return ""
    told = [f"{key} {old} → {new}" for key, old, new in rows[:_MOST_CHANGED]]
    end = " …" if len(rows) > _MOST_CHANGED else "."
    return text.fill(text.of("_comment")["changed"], {"changes": ", ".join(told) + end})


def _key(found: Against, text: Words) -> str:
    """Return the key of the words: the answer, or what one run each shows."""
    lower = kind(found.measure[1]) != "score"
    told = certain_key(found.certain, found.difference, lower_is_better=lower)
    if told is not None:
        return told
    if found.answer != UNCLEAR or not found.is_single:
        return found.answer
    alike = text.number(found.sample.mean) == text.number(found.base.mean)
    return "alike" if alike else "single"

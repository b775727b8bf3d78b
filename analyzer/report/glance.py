"""A run at a glance: the facts of the first screen, and those of every short report."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from analyzer.measures import duration
from analyzer.model.diagnosis import Best, Diagnosis
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.report.numbering import are_whole
from analyzer.text import Words

LEAST_TIME = 60  # seconds: less is no compute to save


class GlanceRow(NamedTuple):
    """A fact at a glance; ``aside`` is what stands beside it in grey, if anything."""

    label: str
    value: str
    aside: str = ""

    @property
    def line(self) -> str:
        """The value, and what stands beside it, as one text."""
        return f"{self.value}; {self.aside}" if self.aside else self.value


def first_facts(diagnosis: Diagnosis, text: Words) -> tuple[GlanceRow, ...]:
    """Return the best value and its place, the last value, the length, and what came after.

    A run without a best value says how much was read.
    """
    best, after = diagnosis.best, diagnosis.facts.get("after_best")
    if best is None or after is None:
        return (_points(diagnosis, text, "first_points"),)
    curve = diagnosis.run.curve(best.metric, best.split)
    place = text.place(best.step, best.epoch)
    value = text.ui("fact_best_value", value=text.number(best.value), place=place)
    label = text.metric(best.metric, best.split, alone=True)
    last = _final(after["final"], best, text)
    length = length_of(curve, diagnosis.run, text)
    spent = duration.seconds(curve)
    whole = length
    if spent is not None and spent >= LEAST_TIME:
        whole = text.ui("length_time", length=length, spent=spent)
    return (
        GlanceRow(text.ui("first_best", label=label), value),
        GlanceRow(text.ui("first_last"), last),
        GlanceRow(text.ui("first_length"), whole),
        GlanceRow(text.ui("first_after"), _after(diagnosis, length, text)),
    )


def length_of(curve: Curve, run: Run, text: Words) -> str:
    """Return how many epochs a curve has, by their numbers; its last step without epochs."""
    if not curve.has_epochs:
        return text.ui("length_step", count=int(curve.step[-1]))
    return text.ui("length_epoch", count=_epochs(curve, run))


def _epochs(curve: Curve, run: Run) -> float:
    """Return the number of epochs that a curve spans.

    Whole numbers may be counted from 0 or 1. A run with fractions logs how much was done, so the
    last number is the length.
    """
    first, last = float(curve.epoch[0]), float(curve.epoch[-1])
    if first in (0, 1) and are_whole(run):
        return int(last - first) + 1
    return int(last) if last.is_integer() else round(last, 1)


def _after(diagnosis: Diagnosis, length: str, text: Words) -> str:
    """Return how much of the run followed its best value, and how long that took if known."""
    after = diagnosis.facts["after_best"]
    if not after["share"]:
        return text.ui("after_none")
    passed = after["steps"] if after["epochs"] is None else after["epochs"]
    said = text.ui("after_parts", after=text.position(passed), length=length)
    if after["seconds"] is None or after["seconds"] < LEAST_TIME:
        return said
    return text.ui("after_time", after=said, spent=after["seconds"])


def facts(diagnosis: Diagnosis, text: Words) -> tuple[GlanceRow, ...]:
    """Return the five facts at a glance, and the size of the validation set if it is known."""
    best = diagnosis.best
    after, gap = diagnosis.facts.get("after_best"), diagnosis.facts.get("train_val_gap")
    values = dict.fromkeys(("best", "final", "after", "gap"), text.ui("unknown"))
    label, aside, reward = text.metric("loss", alone=True), "", ""
    if best:
        label = text.metric(best.metric, best.split, alone=True)
        values["best"], aside = _best(diagnosis, best, text)
    if best and after:
        values["final"] = _final(after["final"], best, text)
        values["after"] = _share_after(after, text)
    if gap:
        values["gap"] = gap_text(gap, text)
    if trend := diagnosis.facts.get("reward_trend"):
        del values["gap"]  # an agent has no validation set
        reward = text.metric(trend["metric"], trend["split"])
        levels = {name: text.number(trend[name]) for name in ("start", "best", "end")}
        values["reward"] = text.ui(f"reward_{trend['trend']}", **levels)
    size = diagnosis.facts.get("validation_set")
    if size and size["examples"] is not None:
        values["set"] = text.ui("fact_set_value", examples=size["examples"])
    rows = []
    for key, value in values.items():
        beside = aside if key == "best" else ""
        rows.append(GlanceRow(text.ui(f"fact_{key}", label=label, reward=reward), value, beside))
    return (*rows, _points(diagnosis, text, "fact_points"))


def _share_after(after: Mapping[str, Any], text: Words) -> str:
    """Return the share of the run that followed its best value, and its time if known."""
    if not after["share"]:
        return text.ui("after_none")
    key = "fact_after_value" if after["seconds"] is None else "fact_after_time"
    return text.ui(key, share=text.percent(after["share"]), spent=after["seconds"])


def gap_text(gap: Mapping[str, Any], text: Words) -> str:
    """Return a gap in words: its number only where the 95 % interval is narrower than the gap.

    An interval that holds 0 does not tell whether there is a gap at all.
    """
    shown = {name: text.number(gap[name]) for name in ("at_best", "at_end", "low", "high")}
    low, high = gap["low"], gap["high"]
    if low is None or high is None:
        return text.ui("fact_gap_value", **shown)
    if low <= 0 <= high:
        return text.ui("fact_gap_untold", **shown)
    key = "fact_gap_interval" if high - low <= abs(gap["at_end"]) else "fact_gap_range"
    return text.ui(key, **shown)


def _best(diagnosis: Diagnosis, best: Best, text: Words) -> tuple[str, str]:
    """Return the best value as it was logged and, beside it, smoothed where the two differ."""
    place = text.place(best.step, best.epoch)
    point, level = text.number(best.value), diagnosis.facts.get("best_level")
    value = text.ui("fact_best_value", value=point, place=place)
    if level is None or level["low"] is None or text.number(level["value"]) == point:
        return value, ""
    shown = {name: text.number(level[name]) for name in ("value", "low", "high")}
    key = "fact_level" if shown["low"] != shown["high"] else "fact_level_alone"
    return value, text.ui(key, **shown)


def _final(final: float, best: Best, text: Words) -> str:
    """Return the last value, and how far it is from the best if that is positive."""
    value = text.number(final)
    if not (best.value > 0 and math.isfinite(final)) or final == best.value:
        return value
    change = (final - best.value) / best.value
    return text.ui("fact_final_value", final=value, change=text.change(change))


def _points(diagnosis: Diagnosis, text: Words, label: str) -> GlanceRow:
    """Return how much was read."""
    run = diagnosis.run
    read = text.ui("fact_points_value", points=run.points, files=len(run.meta.files))
    return GlanceRow(text.ui(label), read)

"""Runs against a baseline, each as one sample: by which metric, and why not by their loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analyzer.comparing.bests import bests_of, judged_by
from analyzer.comparing.comparable import ANY, Kind, Measure, kinds_of, shared_measure
from analyzer.comparing.contrast import NOT_COMPARED, Contrast, Sample, contrast
from analyzer.comparing.copies import copies
from analyzer.comparing.repeats import Settings
from analyzer.comparing.roles import seed_of
from analyzer.comparing.spelling import unified
from analyzer.comparing.summary import summary_of
from analyzer.measures.reach import Reach, reach_of
from analyzer.model.diagnosis import Diagnosis

LOSS, UNIT = "loss", "unit"  # why two losses cannot be compared


class Mismatch(NamedTuple):
    """Why a loss cannot be compared with that of a baseline.

    ``reason`` is LOSS or UNIT, ``measure`` the split and metric of the loss, ``here`` and ``base``
    the losses by the names in the settings ("" if one names none), ``reach_here`` and
    ``reach_base`` the values they span.
    """

    reason: str
    measure: Measure
    here: str
    base: str
    reach_here: Reach | None
    reach_base: Reach | None


@dataclass(frozen=True)
class Against(Contrast):
    """A contrast by ``measure``; ``mismatch`` says why it is not by the loss of the runs.

    If no other metric was logged in all runs, ``measure`` is that loss, and nothing was compared.
    """

    measure: Measure
    mismatch: Mismatch | None


def against(
    these: Sequence[Diagnosis],
    baseline: Sequence[Diagnosis],
    measure: Measure | None = None,
) -> Against:
    """Judge runs against a baseline; both are one sample each, whatever their settings.

    ``measure`` is the (split, metric) whose levels are compared, by default the one by which most
    runs are judged. Losses of different kinds are never compared (``comparable``): by default a
    metric that all runs logged takes their place. Of a baseline with several losses, the runs with
    the loss of ``these`` count. Raises AnalyzerError if no run has the metric.
    """
    these, baseline = distinct(these), distinct(baseline)
    diagnoses = [*baseline, *these]
    settings = unified([summary_of(diagnosis.run).settings for diagnosis in diagnoses])
    first = len(baseline)
    split, metric = measure or judged_by(diagnoses)
    found = kinds_of(diagnoses, settings, metric)
    mismatch = None
    if found[first] not in found[:first]:
        mismatch = _mismatch((split, metric), found[0], found[first], baseline[0], these[0])
        other = None if measure else shared_measure(diagnoses, settings, (split, metric))
        if other is None:
            apart = _contrast(diagnoses, settings, first, (split, metric))
            return Against(
                base=apart.base,
                sample=apart.sample,
                answer=NOT_COMPARED,
                difference=None,
                measure=(split, metric),
                mismatch=mismatch,
            )
        (split, metric), found = other, [ANY] * len(diagnoses)
    kept = [at for at, kind in enumerate(found) if kind == found[first]]
    compared = _contrast(
        [diagnoses[at] for at in kept],
        [settings[at] for at in kept],
        sum(at < first for at in kept),
        (split, metric),
    )
    return Against(
        base=compared.base,
        sample=compared.sample,
        answer=compared.answer,
        difference=compared.difference,
        measure=(split, metric),
        mismatch=mismatch,
    )


def _contrast(
    diagnoses: Sequence[Diagnosis], settings: Sequence[Settings], first: int, measure: Measure
) -> Contrast:
    """Return the contrast of the runs from place ``first`` on with those before it."""
    split, metric = measure
    bests = bests_of(diagnoses, metric, split)
    seeds = tuple(map(seed_of, settings))
    reached = bests.reached([diagnosis.verdict for diagnosis in diagnoses])
    base, sample = (
        Sample(bests.values[part], seeds[part], raw=bests.raw[part], reached=reached[part])
        for part in (slice(None, first), slice(first, None))
    )
    return contrast(base, sample, lower_is_better=bests.lower_is_better)


def _mismatch(
    measure: Measure, base: Kind, here: Kind, base_run: Diagnosis, run: Diagnosis
) -> Mismatch:
    """Return why the losses of a run and of the first of its baseline cannot be compared."""
    return Mismatch(
        reason=LOSS if base.loss != here.loss else UNIT,
        measure=measure,
        here=here.loss or "",
        base=base.loss or "",
        reach_here=reach_of(run.run, measure[1]),
        reach_base=reach_of(base_run.run, measure[1]),
    )


def distinct(diagnoses: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Return the diagnoses without those of runs that are copies of an earlier one."""
    earlier = copies([summary_of(diagnosis.run) for diagnosis in diagnoses])
    return [diagnosis for index, diagnosis in enumerate(diagnoses) if index not in earlier]

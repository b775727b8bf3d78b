"""Scores as percentages or shares: which of both a run logged, and what takes several runs to one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyzer import metrics
from analyzer.model.run import Run

PERCENT, SHARE = "percent", "share"
_ROUNDING = 1e-6  # by this share a score may pass 1, as a mean of float32 does


def scale_of(run: Run, metric: str) -> str | None:
    """Return the scale of a score, PERCENT or SHARE, None for one that has no such scales or whose values fit neither.

    Any value above 1, in any split, makes it a percentage, and with it all accuracies of the run: also those of a run
    that learnt nothing and stays below 1 %.
    """
    family = metrics.share_family(metric)
    values = [
        one.value for one in run.series if family and metrics.share_family(one.metric) == family
    ]
    known = np.concatenate([*values, np.empty(0)])
    known = known[np.isfinite(known)]
    if not len(known) or known.min() < 0 or known.max() > 100 * (1 + _ROUNDING):
        return None
    return PERCENT if known.max() > 1 + _ROUNDING else SHARE


def on_one_scale(runs: Sequence[Run], metric: str) -> list[Run | None]:
    """Return the runs with a score on one scale, percent or share; None for one whose scale cannot be told."""
    return [
        None if factor is None else run if factor == 1 else _scaled(run, metric, factor)
        for run, factor in zip(runs, _factors(runs, metric), strict=True)
    ]


def _factors(runs: Sequence[Run], metric: str) -> list[float | None]:
    """Return what takes a score to the scale that all share: shares, where some runs logged percent and others shares.

    Runs of one script have one scale; a run of another whose scale cannot be told gets None, for it cannot be compared.
    """
    scales = [scale_of(run, metric) for run in runs]
    if PERCENT not in scales:
        return [1.0] * len(scales)
    scripts = [_script(run) for run in runs]
    percents = {script for script, scale in zip(scripts, scales, strict=True) if scale == PERCENT}
    scales = [
        PERCENT if script in percents else scale
        for script, scale in zip(scripts, scales, strict=True)
    ]
    factor = {PERCENT: 0.01 if SHARE in scales else 1.0, SHARE: 1.0}
    return [None if scale is None else factor[scale] for scale in scales]


def _script(run: Run) -> tuple[str, frozenset[str], frozenset[str]]:
    """Return what runs of one script share: the format, the names of the curves, those of the settings."""
    return (
        run.meta.format,
        frozenset(one.tag for one in run.series),
        frozenset(run.config),
    )


def _scaled(run: Run, metric: str, factor: float) -> Run:
    series = (
        replace(one, value=one.value * factor) if one.metric == metric else one
        for one in run.series
    )
    return replace(run, series=tuple(series))

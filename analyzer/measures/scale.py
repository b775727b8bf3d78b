"""Tell scores in percent from shares, and put the runs of a comparison on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.run import Run

PERCENT, SHARE = "percent", "share"
ACCURACY = "accuracy"  # the family of scores (``metrics.share_family``)
_ROUNDING = 1e-6  # a mean of float32 shares may exceed 1 by this


def scale_of(run: Run, metric: str) -> str | None:
    """Return the scale of a score, PERCENT or SHARE.

    None if the metric does not have these two scales, or if its values fit neither. A value above 1
    in any split makes the metric a percentage, and all accuracies of the run with it: even those of
    a run that learned nothing and stays below 1 %.
    """
    family = metrics.share_family(metric)
    if not family:
        return None
    values = [
        series.value for series in run.series if metrics.share_family(series.metric) == family
    ]
    known = np.concatenate([*values, np.empty(0)])
    known = known[np.isfinite(known)]
    if not len(known) or known.min() < 0 or known.max() > 100 * (1 + _ROUNDING):
        return None
    return PERCENT if known.max() > 1 + _ROUNDING else SHARE


def on_one_scale(runs: Sequence[Run], metric: str) -> list[Run | None]:
    """Return the runs with a score on one scale.

    Percentages become shares if some of the runs logged shares. Runs of one script have one scale;
    beside percentages, a run of another script whose scale is unknown becomes None because it
    cannot be compared. All other runs are returned unchanged.
    """
    scaled: list[Run | None] = []
    for run, factor in zip(runs, _factors(runs, metric), strict=True):
        if factor is None:
            scaled.append(None)
        elif factor == 1:
            scaled.append(run)
        else:
            scaled.append(_scaled(run, metric, factor))
    return scaled


def highest_share(runs: Sequence[Run], metric: str) -> float | None:
    """Return the highest value that an accuracy has where ``on_one_scale`` puts it, 1 or 100.

    None for any other metric, or if no run shows the scale.
    """
    if metrics.share_family(metric) != ACCURACY:
        return None
    scales = _scales(runs, metric)
    if SHARE in scales:
        return 1.0
    return 100.0 if PERCENT in scales else None


class _Script(NamedTuple):
    """What runs of one script share: log format, names of the curves and names of the settings."""

    log_format: str
    tags: frozenset[str]
    settings: frozenset[str]


def _factors(runs: Sequence[Run], metric: str) -> list[float | None]:
    """Return the factor of each run to the common scale, None if its scale is unknown."""
    scales = _scales(runs, metric)
    if PERCENT not in scales:
        return [1.0] * len(scales)
    of_percent = 0.01 if SHARE in scales else 1.0
    factors: dict[str | None, float | None] = {PERCENT: of_percent, SHARE: 1.0, None: None}
    return [factors[scale] for scale in scales]


def _scales(runs: Sequence[Run], metric: str) -> list[str | None]:
    """Return the scale of each run; runs of a script that logs percentages all log them."""
    scales = [scale_of(run, metric) for run in runs]
    if PERCENT not in scales:
        return scales
    scripts = [_script(run) for run in runs]
    percent_scripts = set()
    for script, scale in zip(scripts, scales, strict=True):
        if scale == PERCENT:
            percent_scripts.add(script)
    for index, script in enumerate(scripts):
        if script in percent_scripts:
            scales[index] = PERCENT
    return scales


def _script(run: Run) -> _Script:
    """Return what runs of one script share."""
    tags = frozenset(series.tag for series in run.series)
    return _Script(run.meta.format, tags, frozenset(run.config))


def _scaled(run: Run, metric: str, factor: float) -> Run:
    scaled = []
    for series in run.series:
        if series.metric == metric:
            series = replace(series, value=series.value * factor)
        scaled.append(series)
    return replace(run, series=tuple(scaled))

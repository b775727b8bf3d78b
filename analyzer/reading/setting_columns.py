"""Settings that a log repeats at every point: a column of learning rates, of seeds ..."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.model.settings import is_setting, meaning_of, name_of
from analyzer.stats.arrays import Floats

_FEWEST = 2  # points: one value alone repeats nothing
_SAME = 1e-6  # relative


class SettingColumns(NamedTuple):
    """Settings that never change in a log, and those that a schedule lowers later on."""

    constant: dict[str, Any]
    scheduled: dict[str, Any]


def setting_columns(run: Run) -> SettingColumns:
    """Return the settings that the series of a run repeat; the series stay as they are.

    Of two runs of one learning rate a schedule may lower only one: the value that a run starts
    with, and keeps for a while, is its setting.
    """
    values: dict[str, list[Floats]] = {}
    for series in run.series:
        is_measured = metrics.kind(series.metric) is not None
        if not is_measured and is_setting(series.tag) and not metrics.is_axis(series.tag):
            kept = ~series.superseded if series.superseded.any() else slice(None)
            values.setdefault(name_of(series.tag), []).append(series.value[kept])
    constant: dict[str, Any] = {}
    scheduled: dict[str, Any] = {}
    for name, parts in values.items():
        parts = [part for part in parts if len(part)]
        if sum(map(len, parts)) < _FEWEST:
            continue
        top = float(np.max([part.max() for part in parts]))  # NaN if one of the values is
        lowest = float(np.min([part.min() for part in parts]))
        if not (math.isfinite(top) and math.isfinite(lowest)):
            continue
        if top - lowest <= _SAME * abs(top):
            constant[name] = _plain(top)
        elif meaning_of(name) == "lr" and all((part[:_FEWEST] == top).all() for part in parts):
            scheduled[name] = _plain(top)
    return SettingColumns(constant, scheduled)


def _plain(value: float) -> Any:
    """Return a number as it was written: a whole one as int, without the digits of a float32."""
    if value.is_integer() and abs(value) < 2**53:
        return int(value)
    short = np.float32(value)
    return float(str(short)) if float(short) == value else value

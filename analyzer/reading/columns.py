"""Settings that a log repeats at every point: a column of learning rates, of seeds ..."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.model.settings import is_setting, meaning_of, name_of
from analyzer.stats.arrays import Floats

_FEWEST = 2  # points: one value alone repeats nothing
_SAME = 1e-6  # relative


class SettingColumns(NamedTuple):
    """Settings that never change in a log, and the highest value of those that a schedule sets."""

    constant: dict[str, Any]
    highest: dict[str, Any]


def setting_columns(run: Run) -> SettingColumns:
    """Return the settings that the series of a run repeat; the series stay as they are.

    A learning rate that a schedule lowers is the same setting in two runs although one of them
    was lowered earlier: its highest value stands for it.
    """
    values: dict[str, list[Floats]] = {}
    for series in run.series:
        is_measured = metrics.kind(series.metric) is not None or metrics.is_axis(series.tag)
        if is_setting(series.tag) and not is_measured:
            values.setdefault(name_of(series.tag), []).append(series.value[~series.superseded])
    constant: dict[str, Any] = {}
    highest: dict[str, Any] = {}
    for name, parts in values.items():
        value = np.concatenate(parts)
        if len(value) < _FEWEST or not np.isfinite(value).all():
            continue
        top = float(value.max())
        if top - float(value.min()) <= _SAME * abs(top):
            constant[name] = _plain(top)
        elif meaning_of(name) == "lr":
            highest[name] = _plain(top)
    return SettingColumns(constant, highest)


def _plain(value: float) -> Any:
    """Return a number as it was written: a whole one as int, without the digits of a float32."""
    if value.is_integer() and abs(value) < 2**53:
        return int(value)
    short = np.float32(value)
    return float(str(short)) if float(short) == value else value

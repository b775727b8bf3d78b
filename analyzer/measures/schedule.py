"""Say whether the learning rate of a run decays: from its log, else from its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analyzer.measures.optimizer import CLASS_NAMES, last_key, parent
from analyzer.model.run import Run
from analyzer.model.settings import Setting, name_of, walk
from analyzer.stats.arrays import Floats

_FALL = 0.1  # of the highest rate so far: rounding and a warm-up never fall so far
_NAMES = (
    *("scheduler", "lr_scheduler", "lr_schedule", "lr_scheduler_type", "schedule", "sched"),
    *("scheduler_type", "scheduler_name", "lr_scheduler_name", "lr_policy", "lr_decay_style"),
    *("param_scheduler", "learning_rate_schedule", "learning_rate_scheduler", "lr_config"),
)
_RATES = ("lr", "learning_rate")  # Keras configures a schedule in the place of the rate
_POLICY = "policy"  # how MMCV named the scheduler in its lr_config
_FINAL_SHARE = "lrf"  # Ultralytics: the last rate as a share of the first, linear or cosine
# schedulers that never lower the rate, and warm-ups that come before another one
_KEEP_BEGINS = ("constant", "fixed")
_KEEPS = (
    *("none", "off", "false", "null", "no", "disabled", "nodecay"),
    *("linearlr", "warmup", "warmuplr", "linearwarmup"),
)
# parts of the names of those that lower it; any other name, as of a queue of jobs, tells nothing
_LOWERS = (
    *("cosine", "step", "exponential", "poly", "linear", "plateau", "cycle", "cyclic"),
    *("triangular", "inverse", "sqrt", "noam", "decay", "anneal", "restart", "multiplicative"),
    *("sgdr", "tanh"),
)
_LOWERS_EXACTLY = ("cos", "exp", "wsd", "wsdschedule")
_OTHER_SCHEDULES = ("diffusion", "noise", "beta")  # of the noise: in the keys around a schedule


def is_scheduled(run: Run) -> bool | None:
    """Say whether the learning rate decays, None if neither log nor settings tell.

    A logged rate decides: it is scheduled if it ever fell by a tenth. A warm-up alone is no decay.
    """
    return run.once(("is_scheduled",), lambda: _is_scheduled(run))


def _is_scheduled(run: Run) -> bool | None:
    rates = [series for series in run.series if series.metric == "lr"]
    logged = [series.value[np.isfinite(series.value) & series.counted] for series in rates]
    logged = [rate for rate in logged if len(rate) > 1]
    if logged:
        return any(_falls(rate) for rate in logged)
    return _is_configured(run.config)


def _falls(rate: Floats) -> bool:
    return bool((rate < (1 - _FALL) * np.maximum.accumulate(rate)).any())


def _is_configured(config: Mapping[str, Any]) -> bool | None:
    """Say whether the settings name a scheduler that lowers the rate, None if they name none."""
    answers = [_answer(setting) for setting in walk(config)]
    known = [answer for answer in answers if answer is not None]
    return any(known) if known else None


def _answer(setting: Setting) -> bool | None:
    """Return what one setting says: a scheduler, none, or nothing about it (None)."""
    name, value = name_of(setting.key), setting.value
    if any(part in parent(setting.key).lower() for part in _OTHER_SCHEDULES):
        return None
    if name == _FINAL_SHARE and isinstance(value, int | float):
        return value < 1 - _FALL
    if name in _NAMES and (value is None or isinstance(value, bool)):
        return bool(value)
    if not isinstance(value, str):
        return None
    if name in _NAMES:
        return _lowers(value)
    if last_key(setting.key) not in (*CLASS_NAMES, _POLICY):
        return None
    above = _without_index(parent(setting.key))
    return _lowers(value) if name_of(above) in (*_NAMES, *_RATES) else None


def _without_index(key: str) -> str:
    """Return the key of a list for that of one of its entries: "param_scheduler.0" has one."""
    return parent(key) if last_key(key).isdigit() else key


def _lowers(scheduler: str) -> bool | None:
    """Say whether a scheduler of this name lowers the rate: "constant_with_warmup" does not.

    The last part of a qualified name counts. None if the name is not that of a known kind.
    """
    last = scheduler.strip().lower().rpartition(".")[2].removeprefix("get_")
    name = "".join(letter for letter in last if letter.isalpha())
    if not name or name in _KEEPS or name.startswith(_KEEP_BEGINS):
        return False
    if name in _LOWERS_EXACTLY or any(part in name for part in _LOWERS):
        return True
    return None

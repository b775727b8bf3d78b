"""The learning rates that the settings give, whatever they are called and however deep they lie."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from analyzer.measures.optimizer import parent
from analyzer.model.settings import Setting, meaning_of, name_of, walk

_NAMES = (  # beside those that mean "lr"
    *("initial_lr", "init_lr", "lr0", "start_lr", "peak_lr", "learning_rate_init", "lr_init"),
    *("initial_learning_rate", "base_learning_rate", "peak_learning_rate"),
)
_OF_SCHEDULES = "sched"  # a scheduler repeats the rate, or gives its bounds


def configured_rates(config: Mapping[str, Any]) -> list[Setting]:
    """Return the settings that are a learning rate, those nearest to the top first.

    A rate is a finite number above 0, or a text that is one ("1e-3"). Each has its value as a
    float. Two groups of parameters or two networks give a rate each.
    """
    found = []
    for setting in walk(config):
        rate = _rate(setting)
        if rate is not None:
            found.append(setting._replace(value=rate))
    return sorted(found, key=lambda setting: setting.depth)


def _rate(setting: Setting) -> float | None:
    is_named = meaning_of(setting.key) == "lr" or name_of(setting.key) in _NAMES
    if not is_named or _OF_SCHEDULES in parent(setting.key).lower():
        return None
    if isinstance(setting.value, bool) or not isinstance(setting.value, int | float | str):
        return None
    try:
        rate = float(setting.value)
    except ValueError:
        return None
    return rate if math.isfinite(rate) and rate > 0 else None

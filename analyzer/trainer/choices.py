"""Turn command-line choices into a scenario, formats and a framework that fit together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from analyzer import registry
from analyzer.errors import AnalyzerError
from analyzer.trainer.scenarios import OPTIMIZERS, Scenario
from analyzer.trainer.writers._open import FORMATS, FRAMEWORKS_OF


class _Range(NamedTuple):
    """The scenario field that a setting changes, and the values it accepts."""

    field: str
    low: float
    high: float


_RANGES = {  # by the name that the logs use
    "learning_rate": _Range("lr", 1e-9, 1e3),
    "weight_decay": _Range("weight_decay", 0.0, 1e3),
    "dropout": _Range("dropout", 0.0, 0.99),
    "batch_size": _Range("batch", 1, 1 << 20),
}


def changed(scenario: Scenario, settings: Sequence[str]) -> Scenario:
    """Return the scenario with settings such as ``dropout=0.5`` applied.

    Raises AnalyzerError if a setting is unknown, malformed or out of range.
    """
    if settings and scenario.needs_file:
        raise AnalyzerError(f"{scenario.name}: reproduces a published course and takes no --set")
    for setting in settings:
        name, equals, text = setting.partition("=")
        registry.check_name("setting", name, (*_RANGES, "optimizer"))
        if not equals:
            raise AnalyzerError(f'--set "{setting}": write NAME=VALUE, e.g. dropout=0.5')
        scenario = _with_setting(scenario, name, text)
    return scenario


def _with_setting(scenario: Scenario, name: str, text: str) -> Scenario:
    if name == "optimizer":
        registry.check_name(name, text, OPTIMIZERS)
        return replace(scenario, optimizer=text)
    field, low, high = _RANGES[name]
    value = _number(text)
    needs_integer = isinstance(low, int)
    if not low <= value <= high or (needs_integer and value != int(value)):
        kind = "a whole number" if needs_integer else "a number"
        raise AnalyzerError(f"--set {name}={text}: must be {kind} from {low:.9g} to {high:.9g}")
    if name == "dropout":
        return replace(scenario, network=replace(scenario.network, dropout=value))
    change: dict[str, Any] = {field: type(low)(value)}
    return replace(scenario, **change)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def choose(
    scenario: Scenario, formats: Sequence[str] | None, framework: str | None
) -> tuple[tuple[str, ...], str]:
    """Return the formats and the framework.

    Raises AnalyzerError if a format is unknown or the choices do not fit together.
    """
    for name in formats or ():
        if name not in FORMATS:
            raise AnalyzerError(f'unknown format "{name}"; valid formats: {", ".join(FORMATS)}')
    wanted = tuple(dict.fromkeys(formats or ()))
    chosen = framework or _implied(scenario, wanted)
    if chosen not in scenario.frameworks:
        raise AnalyzerError(
            f"{scenario.name}: supports only {scenario.frameworks[0]}, not {chosen}"
        )
    if not wanted:
        wanted = ("tensorboard",) if chosen == "torch" else ("keras-history",)
    for name in wanted:
        if chosen not in FRAMEWORKS_OF[name]:
            possible = ", ".join(key for key in FORMATS if chosen in FRAMEWORKS_OF[key])
            raise AnalyzerError(
                f"--format {name}: not available with {chosen}; valid formats: {possible}"
            )
    if scenario.kill and "wandb" in wanted:
        raise AnalyzerError(
            f"{scenario.name}: W&B cannot log a step twice in one offline run; "
            "choose another format"
        )
    return wanted, chosen


def _implied(scenario: Scenario, formats: Sequence[str]) -> str:
    """Return the default framework: Keras if a format or the scenario requires it, else torch."""
    requires_keras = any(FRAMEWORKS_OF[name] == ("keras",) for name in formats)
    if requires_keras or "torch" not in scenario.frameworks:
        return "keras"
    return "torch"

"""What a command means: settings other than the scenario's, formats, framework.

Which combinations make no sense.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analyzer import registry
from analyzer.errors import AnalyzerError
from analyzer.trainer.scenarios import OPTIMIZERS, Scenario
from analyzer.trainer.writers._open import FORMATS, FRAMEWORKS_OF

_RANGES = {  # setting, as the logs name it: field of the scenario, least and greatest value
    "learning_rate": ("lr", 1e-9, 1e3),
    "weight_decay": ("weight_decay", 0.0, 1e3),
    "dropout": ("dropout", 0.0, 0.99),
    "batch_size": ("batch", 1, 1 << 20),
}


def changed(scenario: Scenario, settings: Sequence[str]) -> Scenario:
    """Return the scenario with settings such as ``dropout=0.5``.

    Raises AnalyzerError where one makes no sense.
    """
    if settings and scenario.needs_file:
        raise AnalyzerError(f"{scenario.name}: retraces a course and takes no --set")
    for setting in settings:
        name, equals, text = setting.partition("=")
        registry.check_name("setting", name, (*_RANGES, "optimizer"))
        if not equals:
            raise AnalyzerError(f'--set "{setting}": write NAME=VALUE, such as dropout=0.5')
        if name == "optimizer":
            registry.check_name(name, text, OPTIMIZERS)
            scenario = replace(scenario, optimizer=text)
            continue
        field, low, high = _RANGES[name]
        value = _number(text)
        if not low <= value <= high or (isinstance(low, int) and value != int(value)):
            kind = "whole number" if isinstance(low, int) else "number"
            raise AnalyzerError(
                f"--set {name}={text}: a {kind} from {low:.9g} to {high:.9g} is wanted"
            )
        if name == "dropout":
            scenario = replace(scenario, network=replace(scenario.network, dropout=value))
        else:
            new: dict[str, Any] = {field: type(low)(value)}
            scenario = replace(scenario, **new)
    return scenario


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def choose(
    scenario: Scenario, formats: Sequence[str] | None, framework: str | None
) -> tuple[tuple[str, ...], str]:
    """Return the formats and the framework. Raises AnalyzerError where they do not go together."""
    for log_format in formats or ():
        if log_format not in FORMATS:
            raise AnalyzerError(f'unknown format "{log_format}"; there are: {", ".join(FORMATS)}')
    wanted = tuple(dict.fromkeys(formats or ()))
    chosen = framework or _implied(scenario, wanted)
    if chosen not in scenario.frameworks:
        raise AnalyzerError(
            f"{scenario.name}: is made with {scenario.frameworks[0]} only, not with {chosen}"
        )
    wanted = wanted or (("tensorboard",) if chosen == "torch" else ("keras-history",))
    for log_format in wanted:
        if chosen not in FRAMEWORKS_OF[log_format]:
            possible = ", ".join(name for name in FORMATS if chosen in FRAMEWORKS_OF[name])
            raise AnalyzerError(
                f"--format {log_format}: a run in {chosen} is logged as one of {possible}"
            )
    if scenario.kill and "wandb" in wanted:
        raise AnalyzerError(
            f"{scenario.name}: W&B takes no step twice in one offline run; choose another format"
        )
    return wanted, chosen


def _implied(scenario: Scenario, formats: Sequence[str]) -> str:
    """Return the framework where the command names none.

    Keras where a format or the scenario needs it.
    """
    if (
        any(FRAMEWORKS_OF[log_format] == ("keras",) for log_format in formats)
        or "torch" not in scenario.frameworks
    ):
        return "keras"
    return "torch"

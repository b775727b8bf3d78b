"""Which formats and which framework a command means, and which combinations make no sense."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.errors import AnalyzerError
from analyzer.trainer.scenarios import Scenario
from analyzer.trainer.writers._open import FORMATS, FRAMEWORKS_OF


def choose(scenario: Scenario, formats: Sequence[str] | None, framework: str | None) -> tuple[tuple[str, ...], str]:
    """Return the formats and the framework. Raises AnalyzerError where they do not go together."""
    for one in formats or ():
        if one not in FORMATS:
            raise AnalyzerError(f'unknown format "{one}"; there are: {", ".join(FORMATS)}')
    wanted = tuple(dict.fromkeys(formats or ()))
    chosen = framework or _implied(scenario, wanted)
    if chosen not in scenario.frameworks:
        raise AnalyzerError(f"{scenario.name}: is made with {scenario.frameworks[0]} only, not with {chosen}")
    wanted = wanted or (("tensorboard",) if chosen == "torch" else ("keras-history",))
    for one in wanted:
        if chosen not in FRAMEWORKS_OF[one]:
            possible = ", ".join(name for name in FORMATS if chosen in FRAMEWORKS_OF[name])
            raise AnalyzerError(f"--format {one}: a run in {chosen} is logged as one of {possible}")
    if scenario.kill and "wandb" in wanted:
        raise AnalyzerError(f"{scenario.name}: W&B takes no step twice in one offline run; choose another format")
    return wanted, chosen


def _implied(scenario: Scenario, formats: Sequence[str]) -> str:
    """Return the framework where the command names none: Keras where a format or the scenario needs it."""
    if any(FRAMEWORKS_OF[one] == ("keras",) for one in formats) or "torch" not in scenario.frameworks:
        return "keras"
    return "torch"

"""What a run must meet to pass.

Requirements on its metrics, a largest gap, no worse than a baseline.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt

from analyzer import metrics
from analyzer.errors import AnalyzerError, ConfigError, NotApplicable
from analyzer.measures.cost import PERCENT_FROM
from analyzer.measures.scale import PERCENT, SHARE, scale_of
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Curve, Run

_FORM = re.compile(
    r"^\s*(?:(best|last):)?\s*([^<>=\s](?:[^<>=]*[^<>=\s])?)\s*(<=|>=|<|>)\s*([^<>=\s]+)\s*$"
)
_PREFIX = re.compile(
    r"^(first|min|max|mean|median|final|best|last):", re.IGNORECASE
)  # words that we do not know there
_MEETS: Mapping[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"
GAP, BASELINE = "gap", "baseline"  # requirements that have no text of the user


@dataclass(frozen=True)
class Requirement:
    """A bound on the best (or last) value of a metric, as the user wrote it."""

    text: str
    which: str
    name: str
    sign: str
    bound: float


@dataclass(frozen=True)
class Outcome:
    """What became of a requirement on a run.

    ``name`` is the requirement as it was written, or GAP or BASELINE; ``key`` names the sentence,
    ``values`` fill it.
    """

    name: str
    status: str
    key: str
    values: Mapping[str, object]

    def to_dict(self) -> dict[str, object]:
        """Return the outcome as JSON has it.

        What was asked, what became of it, the numbers behind that.
        """
        return {"requirement": self.name, "status": self.status, "reason": self.key, **self.values}


def parse_requirement(text: str) -> Requirement:
    """Understand ``val_loss<0.5`` or ``last:val/accuracy >= 0.9``.

    Raises ConfigError where that cannot be done.
    """
    form = _FORM.match(text)
    try:
        bound = float(form[4]) if form else math.nan
    except ValueError:
        bound = math.nan
    twice = (
        form is not None
        and _PREFIX.match(form[2])
        and (form[1] is None or form[2].startswith(("best:", "last:")))
    )
    if form is None or math.isnan(bound) or twice:
        raise ConfigError(
            f'requirement "{text}": must be METRIC<NUMBER, e.g. val_loss<0.5 or '
            "last:val/accuracy>=0.9"
        )
    return Requirement(text.strip(), form[1] or "best", form[2], form[3], bound)


def outcomes(
    diagnosis: Diagnosis,
    requirements: Sequence[Requirement] = (),
    *,
    max_gap: float | None = None,
    baseline: Sequence[Diagnosis] = (),
) -> list[Outcome]:
    """Return what became of each requirement, of the largest gap and of the baseline.

    A metric not logged is unknown.

    ``max_gap`` bounds the gap at the end (held-out minus training, reversed for scores), in units
    of the metric. A run fails against a baseline only where it is worse beyond doubt: see
    ``analyzer.compare``.
    """
    found = [_required(requirement, diagnosis.run) for requirement in requirements]
    if max_gap is not None:
        found.append(_gap(diagnosis, max_gap))
    if baseline:
        found.append(_against(diagnosis, baseline))
    return found


def _required(requirement: Requirement, run: Run) -> Outcome:
    splits = {series.split for series in run.series if series.tag == requirement.name}
    if (
        len(splits) > 1
    ):  # as in the two event files of Keras, where only the folder tells them apart
        return Outcome(
            requirement.text, UNKNOWN, "ambiguous", {"splits": ", ".join(sorted(splits))}
        )
    try:
        curve = _named(run, requirement.name)
    except NotApplicable:
        return Outcome(requirement.text, UNKNOWN, "not_logged", {})
    if requirement.which == "best" and metrics.kind(curve.metric) is None:
        return Outcome(requirement.text, UNKNOWN, "no_direction", {"name": requirement.name})
    if not curve.finite_points:
        return Outcome(requirement.text, UNKNOWN, "never_finite", {})
    value = float(curve.value[curve.best()] if requirement.which == "best" else curve.value[-1])
    value *= _factor(run, curve, requirement.bound)
    meets = _MEETS[requirement.sign](value, requirement.bound)  # False for NaN, which meets nothing
    return Outcome(
        requirement.text,
        PASSED if meets else FAILED,
        "value",
        {"value": value, "bound": requirement.bound},
    )


def _factor(run: Run, curve: Curve, bound: float) -> float:
    """Return the factor that brings a score to the scale of its bound.

    It is not 1 if only one of the two is in percent.
    """
    scale = scale_of(run, curve.metric)
    if scale == PERCENT and 0 < abs(bound) <= 1:
        return 0.01
    return 100.0 if scale == SHARE and abs(bound) > PERCENT_FROM else 1.0


def _named(run: Run, name: str) -> Curve:
    """Return the curve that a user means: by the name in the log, else by what the name says.

    Raises NotApplicable.
    """
    for series in run.series:
        if series.tag == name:
            return run.curve_of(series)
    reading = metrics.read(name)
    if not reading.split and reading.split not in run.splits(reading.metric):
        return run.curve(reading.metric, "train", at_least=0)
    return run.curve(reading.metric, reading.split, at_least=0)


def _gap(diagnosis: Diagnosis, most: float) -> Outcome:
    gap = diagnosis.facts.get("train_val_gap")
    if gap is None:
        return Outcome(GAP, UNKNOWN, "not_logged", {})
    value = float(gap["at_end"])
    return Outcome(
        GAP, PASSED if value <= most else FAILED, "bounded", {"value": value, "bound": most}
    )


def _against(diagnosis: Diagnosis, baseline: Sequence[Diagnosis]) -> Outcome:
    from analyzer.comparing.comparison import (
        WORSE,
        against,
    )  # its statistics take a tenth of a second to load

    try:
        _, side = against([diagnosis], baseline)
    except AnalyzerError:  # no loss and no score in any of them
        return Outcome(BASELINE, UNKNOWN, "not_logged", {})
    if side.difference is None:
        return Outcome(BASELINE, UNKNOWN, "not_logged", {})
    values = {
        "difference": side.difference.value,
        "low": side.difference.low,
        "high": side.difference.high,
    }
    return Outcome(BASELINE, FAILED if side.answer == WORSE else PASSED, side.answer, values)

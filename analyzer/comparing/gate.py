"""The gate: what a run must meet to pass, and what became of each requirement.

Requirements are bounds on metrics, a largest gap to training, and no loss against a baseline.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from analyzer import metrics
from analyzer.errors import AnalyzerError, ConfigError, NotApplicable
from analyzer.measures.cost import PERCENT_FROM
from analyzer.measures.scale import PERCENT, SHARE, scale_of
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.model.series import Curve

if TYPE_CHECKING:
    from analyzer.comparing.against import Mismatch

_FORM = re.compile(
    r"^\s*(?:(best|last):)?"  # which value
    r"\s*([^<>=\s](?:[^<>=]*[^<>=\s])?)"  # of which metric
    r"\s*(<=|>=|<|>)\s*([^<>=\s]+)\s*$"  # the bound
)
# Words that somebody may write before a metric, known or not.
_PREFIX = re.compile(r"^(first|min|max|mean|median|final|best|last):", re.IGNORECASE)
_MEETS: Mapping[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"
NOT_JUDGED = "skipped"  # no fault of the run: the baseline is missing or is one run
GAP, BASELINE = "gap", "baseline"  # the requirements that are not written as text


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

    ``name`` is the requirement as it was written, or GAP or BASELINE; ``key`` names the sentence
    that says what became of it, and ``values`` fill that sentence.
    """

    name: str
    status: str
    key: str
    values: Mapping[str, object]

    def to_dict(self) -> dict[str, object]:
        """Return the outcome as JSON has it: the requirement, its status, the numbers behind it."""
        return {"requirement": self.name, "status": self.status, "reason": self.key, **self.values}


def parse_requirement(text: str) -> Requirement:
    """Read ``val_loss<0.5`` or ``last:val/accuracy >= 0.9``. Raises ConfigError if it cannot."""
    found = _FORM.match(text)
    bound = _bound(found[4]) if found else math.nan
    if found is None or not math.isfinite(bound) or _has_two_prefixes(found):
        example = "e.g. val_loss<0.5 or last:val/accuracy>=0.9"
        raise ConfigError(f'requirement "{text}": must be METRIC<NUMBER, {example}')
    which, name, sign, _ = found.groups()
    return Requirement(text.strip(), which or "best", name, sign, bound)


def _bound(text: str) -> float:
    """Return the number in a text, NaN if it is not a number."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _has_two_prefixes(found: re.Match[str]) -> bool:
    """Say whether the metric still begins with a prefix: one too many, or one that is unknown."""
    which, name, *_ = found.groups()
    if _PREFIX.match(name) is None:
        return False
    return which is None or name.startswith(("best:", "last:"))


def outcomes(
    diagnosis: Diagnosis,
    requirements: Sequence[Requirement] = (),
    *,
    max_gap: float | None = None,
    baseline: Sequence[Diagnosis] = (),
    no_baseline: bool = False,
) -> list[Outcome]:
    """Return what became of each requirement; one on a metric that was not logged is unknown.

    ``max_gap`` bounds the gap at the end (held-out minus training, reversed for scores), in units
    of the metric. Against a ``baseline`` a run fails only if it is certainly worse: see
    ``analyzer.compare``. It is not judged against a baseline of one run, nor where ``no_baseline``
    says that the one to compare with does not exist yet.
    """
    found = [_required(requirement, diagnosis.run) for requirement in requirements]
    if max_gap is not None:
        found.append(_gap(diagnosis, max_gap))
    if baseline:
        found.append(_against(diagnosis, baseline))
    elif no_baseline:
        found.append(Outcome(BASELINE, NOT_JUDGED, "no_baseline", {}))
    return found


def _required(requirement: Requirement, run: Run) -> Outcome:
    text, name = requirement.text, requirement.name
    splits = {series.split for series in run.series if series.tag == name}
    if len(splits) > 1:  # as in the event files of Keras, which differ by their folders only
        return Outcome(text, UNKNOWN, "ambiguous", {"splits": ", ".join(sorted(splits))})
    try:
        curve = _named(run, name)
    except NotApplicable:
        return _not_logged(text, name, run)
    is_best = requirement.which == "best"
    if is_best and metrics.kind(curve.metric) is None:
        return Outcome(text, UNKNOWN, "no_direction", {"name": name})
    if not curve.finite_points:
        return Outcome(text, UNKNOWN, "never_finite", {})
    value = float(curve.value[curve.best() if is_best else -1])
    value *= _factor(run, curve, requirement.bound)
    meets = _MEETS[requirement.sign](value, requirement.bound)  # False for NaN
    return _bounded(text, "value", value, requirement.bound, meets=meets)


def _not_logged(text: str, name: str, run: Run) -> Outcome:
    """Return the outcome of a metric that was not logged, with the closest name that was."""
    logged = dict.fromkeys(series.tag for series in run.series)
    logged |= dict.fromkeys(f"{series.split}/{series.metric}" for series in run.series)
    close = get_close_matches(name, logged, n=1)
    if not close:
        return Outcome(text, UNKNOWN, "not_logged", {})
    return Outcome(text, UNKNOWN, "not_logged_close", {"close": close[0]})


def _bounded(name: str, key: str, value: float, bound: float, *, meets: bool) -> Outcome:
    return Outcome(name, PASSED if meets else FAILED, key, {"value": value, "bound": bound})


def _factor(run: Run, curve: Curve, bound: float) -> float:
    """Return what takes a score to the scale of its bound, if just one of them is in percent."""
    scale = scale_of(run, curve.metric)
    if scale == PERCENT and 0 < abs(bound) <= 1:
        return 0.01
    return 100.0 if scale == SHARE and abs(bound) > PERCENT_FROM else 1.0


def _named(run: Run, name: str) -> Curve:
    """Return the curve with this name in the log, else the one with its metric and split.

    Raises NotApplicable if the run has neither.
    """
    for series in run.series:
        if series.tag == name:
            return run.curve_of(series)
    reading = metrics.read(name)
    split = reading.split
    if not split and split not in run.splits(reading.metric):
        split = "train"
    return run.curve(reading.metric, split, at_least=0)


def _gap(diagnosis: Diagnosis, most: float) -> Outcome:
    gap = diagnosis.facts.get("train_val_gap")
    if gap is None:
        return Outcome(GAP, UNKNOWN, "not_logged", {})
    value = float(gap["at_end"])
    return _bounded(GAP, "bounded", value, most, meets=value <= most)


def _against(diagnosis: Diagnosis, baseline: Sequence[Diagnosis]) -> Outcome:
    from analyzer.comparing.against import against  # its statistics load in 0.1 s
    from analyzer.comparing.contrast import WORSE
    from analyzer.comparing.far_apart import BASE_DIVERGED, DIVERGED, FAR

    try:
        found = against([diagnosis], baseline)
    except AnalyzerError:  # none of the runs has a loss or a score
        return Outcome(BASELINE, UNKNOWN, "not_logged", {})
    if found.certain in (DIVERGED, BASE_DIVERGED) and found.mismatch is None:
        status = UNKNOWN if found.difference is None else NOT_JUDGED
        return Outcome(BASELINE, status, f"one_run_{found.certain}", {})
    told = {} if found.mismatch is None else _mismatch_values(found.mismatch, found.measure)
    if found.difference is None:
        key = "not_logged" if found.mismatch is None else f"other_{found.mismatch.reason}"
        return Outcome(BASELINE, UNKNOWN, key, told)
    if found.difference.low is None:  # nothing shows how much repeats differ
        key = "one_baseline_run" if len(found.base.known) == 1 else "no_spread"
        if found.certain == FAR:
            key = "one_run_far"
        return Outcome(BASELINE, NOT_JUDGED, key, {"difference": found.difference.value, **told})
    values = {
        "difference": found.difference.value,
        "low": found.difference.low,
        "high": found.difference.high,
        **told,
    }
    return Outcome(BASELINE, FAILED if found.answer == WORSE else PASSED, found.answer, values)


def _mismatch_values(mismatch: Mismatch, measure: tuple[str, str]) -> dict[str, object]:
    """Return why the losses are not compared, and the metric that takes their place if any."""
    found: dict[str, object] = {"mismatch": mismatch.reason}
    if measure != mismatch.measure:
        split, metric = measure
        found |= {"split": split, "metric": metric}
    if mismatch.reason == "loss":
        found |= {"loss": mismatch.here or None, "baseline_loss": mismatch.base or None}
    return found

"""Prints of the curves of a run: equal where all values are, with how much that proves.

A run has a print of 18 letters for each loss and score: six for the name of the curve, ten for its
values in their order, two for the evidence in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.stats.arrays import Floats

_NAME, _VALUES, _EVIDENCE = 6, 10, 2
_LENGTH = _NAME + _VALUES + _EVIDENCE
_SAMPLE = 32  # values of a curve whose digits are counted
_FEWEST = 3  # different values: two are as likely a result of two equal failures
_DIGITS = 7  # of a number in single precision
_MOST = 99
_MOST_CURVES = 16  # of a run: more are the parts of a loss

# Digits that agree by chance in one of a million million pairs of runs. The first digit of each
# value does not count, since two runs of one task are that close.
CERTAIN = 12


def prints_of(run: Run) -> str:
    """Return the prints of the losses and scores of a run, one after the other.

    Steps do not count: two formats of one log may count them in other units.
    """
    judged = [series for series in run.series if metrics.kind(series.metric) is not None]
    judged.sort(key=lambda series: (series.metric, series.split, series.tag))
    seen: dict[str, int] = {}
    found = []
    for series in judged[:_MOST_CURVES]:
        name = f"{series.metric}\0{series.split}"
        seen[name] = seen.get(name, 0) + 1
        found.append(_print(f"{name}\0{seen[name]}", series))
    return "".join(found)


def parts_of(prints: str) -> list[str]:
    """Return the prints of a run one by one."""
    return [prints[start : start + _LENGTH] for start in range(0, len(prints), _LENGTH)]


def same_points(first: str, second: str) -> int | None:
    """Return how many digits prove that two runs have the same points, None if they have not.

    All curves that both logged must be equal, whatever else one of them logged.
    """
    curves = {part[:_NAME]: part for part in parts_of(first)}
    evidence, shared = 0, 0
    for part in parts_of(second):
        other = curves.get(part[:_NAME])
        if other is None:
            continue
        if other != part:
            return None
        shared += 1
        evidence += _evidence_in(part)
    return evidence if shared else None


def _evidence_in(part: str) -> int:
    """Return the evidence in a print, 0 if it is not one of ours."""
    digits = part[_LENGTH - _EVIDENCE :]
    return int(digits) if digits.isdecimal() else 0


def _print(name: str, series: Series) -> str:
    values = _rounded(series.value)
    evidence = min(_MOST, _evidence(values))
    made_of = name.encode("utf-8", "replace")
    return f"{_hash(made_of, _NAME)}{_hash(values.tobytes(), _VALUES)}{evidence:02d}"


def _hash(content: bytes, length: int) -> str:
    return hashlib.sha256(content).hexdigest()[:length]


def _evidence(values: NDArray[np.floating[Any]]) -> int:
    """Return the digits after the first one of the different values, of at most 32 of them."""
    finite = values[np.isfinite(values)]
    step = max(1, len(finite) // _SAMPLE)
    sample: Sequence[float] = np.unique(finite[::step][:_SAMPLE]).tolist()
    if len(sample) < _FEWEST:
        return 0
    return sum(_digits(value) - 1 for value in sample if value)


def _digits(value: float) -> int:
    """Return how many digits a value in single precision was written with."""
    digits = f"{value:.{_DIGITS - 1}e}".partition("e")[0].lstrip("-").replace(".", "")
    return len(digits.rstrip("0"))


def _rounded(values: Floats) -> NDArray[np.floating[Any]]:
    """Return values in single precision, or in double if all would become infinite."""
    with np.errstate(over="ignore"):
        rounded = values.astype("<f4")
    rounded[np.isnan(rounded)] = np.nan  # there are many NaN, and each writer has its own
    if np.isfinite(rounded).any():
        return rounded
    return values.astype("<f8")

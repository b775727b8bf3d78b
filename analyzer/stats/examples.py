"""How many examples a validation set has, read from the grain of its accuracies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.stats.arrays import Floats

LARGEST = 10_000  # a finer grain than 1/10,000 matters to no judgement: sampling error is below that of the run itself
_FEWEST = 3  # two values share some grain too easily to ask what chance would show
_CHANCE = (
    0.01  # a size is believed, or ruled out, where chance would give one as small in 1 of 100 logs
)
_SLACK = 1.5e-5  # means accumulated in single precision: off by up to 1.3e-5 in the corpus
_SINGLE = 4e-8  # a printed number read as float32 is off by up to 3e-8
_MOST_DIGITS = 7


@dataclass(frozen=True)
class _Shares:
    """The different accuracies between 0 and 1, and how they were printed: digits, and half of the last one."""

    values: Floats
    digits: int
    half: float


def examples_behind(accuracies: Floats) -> int | None:
    """Return the smallest m for which every accuracy is a whole number of m-ths, or None where there is no such grain.

    Accuracies are fractions in 0..1, printed with any number of digits: an m fits where every value lies within half
    of the last printed digit of a whole number of m-ths. A grain is believed only where at least three different
    values share it and chance would not: of the numbers of d digits a share q fits m, so that k of them all do with a
    chance of q**k. Numbers of two digits therefore never show a set of 80, which all of them fit.
    """
    return grain_of(accuracies)[0]


def more_than(accuracies: Floats) -> int | None:
    """Return the size up to which the values rule out every grain, or None where they have one or cannot tell."""
    return grain_of(accuracies)[1]


def grain_of(accuracies: Floats) -> tuple[int | None, int | None]:
    """Return both answers at once: the size behind the values, and the size up to which they rule out every other."""
    shares = _distinct(accuracies)
    largest = _decidable(shares)
    fits = _fitting(shares, largest)
    if len(fits):
        return int(fits[0]), None
    return None, largest or None


def _fitting(shares: _Shares, largest: int) -> Floats:
    """Return the sizes up to ``largest`` that fit every value."""
    sizes = np.arange(2, largest + 1, dtype=np.float64)
    for (
        value
    ) in shares.values:  # most sizes fail at the first values, so the rest costs next to nothing
        if not len(sizes):
            break
        scaled = value * sizes
        sizes = sizes[np.abs(scaled - np.round(scaled)) <= shares.half * sizes]
    return sizes


def _distinct(accuracies: Floats) -> _Shares:
    values = np.unique(accuracies[np.isfinite(accuracies)])
    values = values[(values > 0) & (values < 1)]
    shown = (
        values[values >= 0.1] if (values >= 0.1).any() else values
    )  # five digits of 0.0625 are six decimals
    for digits in range(1, _MOST_DIGITS):
        if np.abs(shown - np.round(shown, digits)).max(initial=0.0) < _SINGLE:
            return _Shares(values, digits, 0.5 * 10.0**-digits + _SLACK)
    return _Shares(values, _MOST_DIGITS, _SLACK)


def _decidable(shares: _Shares) -> int:
    """Return the largest size that so many values can show or rule out, 0 where none.

    Of the multiples of 10**-d times m, the fractions are those of a lattice of 10**d / gcd(m, 10**d) places, and those
    within half of the last digit of a whole number are counted.
    """
    if len(shares.values) < _FEWEST:
        return 0
    sizes = np.arange(2, LARGEST + 1)
    places = 10**shares.digits // np.gcd(sizes, 10**shares.digits)
    fitting = np.minimum(2 * np.floor(sizes * shares.half * places) + 1, places) / places
    chance = np.cumsum(fitting ** len(shares.values))
    return int(np.searchsorted(chance, _CHANCE)) + 1

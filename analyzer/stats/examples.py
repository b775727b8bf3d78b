"""Infer the number of validation examples from the grain of the accuracies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats, Ints

LARGEST = 10_000  # sampling error of a larger set is below that of the run itself
_FEWEST = 3  # two values share some grain too easily
_CHANCE = 0.01  # believe or rule out a size only if chance gives one as small in 1 of 100 logs
_SLACK = 1.5e-5  # means accumulated in single precision: off by up to 1.3e-5 in the corpus
_SINGLE = 4e-8  # a printed number read as float32 is off by up to 3e-8
_MOST_DIGITS = 7


class Grain(NamedTuple):
    """The size that the accuracies show, or the largest size up to which they rule out all.

    At most one of the two is known; both are None if the accuracies cannot tell.
    """

    size: int | None
    ruled_out: int | None


@dataclass(frozen=True)
class _Shares:
    """The distinct accuracies between 0 and 1, their printed digits, and half the last digit."""

    values: Floats
    digits: int
    half: float


def grain_of(accuracies: Floats) -> Grain:
    """Return the smallest m for which every accuracy is a whole number of m-ths.

    Accuracies are fractions from 0 to 1, printed with any number of digits; values that are not
    finite are ignored. An m fits if every value lies within half its last printed digit of a whole
    number of m-ths. A grain is believed only if at least three different values share it and chance
    would not produce it: if a share q of all numbers with d digits fits m, then k of them all fit
    with probability q**k. Numbers with two digits therefore never show a set of 80, which all of
    them fit. Shape: (n,).
    """
    shares = _distinct(accuracies)
    largest = _decidable(shares)
    fits = _fitting(shares, largest)
    if len(fits):
        return Grain(int(fits[0]), None)
    return Grain(None, largest or None)


def _fitting(shares: _Shares, largest: int) -> Floats:
    """Return the sizes up to ``largest`` that fit every value."""
    sizes = np.arange(2, largest + 1, dtype=np.float64)
    for value in shares.values:  # the first values rule out most sizes, so the rest cost little
        if not len(sizes):
            break
        scaled = value * sizes
        sizes = sizes[np.abs(scaled - np.rint(scaled)) <= shares.half * sizes]
    return sizes


def _distinct(accuracies: Floats) -> _Shares:
    values = np.unique(accuracies[np.isfinite(accuracies)])
    values = values[(values > 0) & (values < 1)]
    shown = values
    if (values >= 0.1).any():
        shown = values[values >= 0.1]  # 0.0625 printed with five digits has six decimals
    for digits in range(1, _MOST_DIGITS):
        if np.abs(shown - np.round(shown, digits)).max(initial=0.0) < _SINGLE:
            return _Shares(values, digits, 0.5 * 10.0**-digits + _SLACK)
    return _Shares(values, _MOST_DIGITS, _SLACK)


def _decidable(shares: _Shares) -> int:
    """Return the largest size that so many values can show or rule out, 0 if there is none.

    Multiples of 10**-d times m have fractional parts on a lattice of 10**d / gcd(m, 10**d) places.
    The share of places within half the last digit of a whole number is the chance of a fit.
    """
    if len(shares.values) < _FEWEST:
        return 0
    places = _places(shares.digits)
    sizes = np.arange(2, LARGEST + 1)
    fitting = np.minimum(2 * np.floor(sizes * shares.half * places) + 1, places) / places
    chance = np.cumsum(fitting ** len(shares.values))
    return int(np.searchsorted(chance, _CHANCE)) + 1


@cache
def _places(digits: int) -> Ints:
    """Return the number of places of the lattice of each size."""
    places: Ints = 10**digits // np.gcd(np.arange(2, LARGEST + 1), 10**digits)
    return places

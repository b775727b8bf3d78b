"""Infer the number of validation examples from the grain of the accuracies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats, Ints

LARGEST = 10_000  # sampling error of a larger set is below that of the run itself
FULL = 7  # decimals of a number that is not rounded, as far as single precision tells
_FEWEST = 3  # two values share some grain too easily
_FEW_SIZES = 50  # that are left: tried against all values at once
_VANISHING = 1e-9  # so small a chance is none, even times every size
_CHANCE = 0.01  # believe or rule out a size only if chance gives one as small in 1 of 100 logs
_COARSE = 0.05  # of the distance between two m-ths: digits that fine leave no rival of m
_TRIED = 256  # accuracies of a rival
_SLACK = 1.5e-5  # means accumulated in single precision: off by up to 1.3e-5 in the corpus
_SINGLE = 4e-8  # a short decimal stored as float32 is off by up to 3e-8
_DOUBLE = 1e-12  # as float64 by less than this, even after a division by 100


class Grain(NamedTuple):
    """The size that the accuracies show, or the largest size up to which they rule out all.

    At most one of the two is known; both are None if the accuracies cannot tell.
    """

    size: int | None
    ruled_out: int | None


@dataclass(frozen=True)
class _Shares:
    """The distinct accuracies between 0 and 1, and how many decimals each of them has."""

    values: Floats
    digits: int

    @property
    def half(self) -> float:
        """By how much a value may be off: half its last decimal, and the error of a mean."""
        return _SLACK + (0.5 * 10.0**-self.digits if self.digits < FULL else 0.0)


def grain_of(accuracies: Floats, *, decimals: int = 0) -> Grain:
    """Return the smallest m for which every accuracy is a whole number of m-ths.

    Accuracies are fractions from 0 to 1, printed with any number of digits; values that are not
    finite are ignored. An m fits if every value lies within half its last printed digit of a whole
    number of m-ths. A grain is believed only if at least three different values share it and chance
    would not produce it: if a share q of all numbers with d digits fits m, then k of them all fit
    with probability q**k. Numbers with two digits therefore never show a set of 80, which all of
    them fit. Nor is it believed if the accuracies of another size, which is no multiple of m, look
    the same when rounded: with four digits, those of 6,000 examples all fit 4,000.

    Values that end early, such as .91 and .87, are rounded or whole hundredths. If they are known
    to be written with more ``decimals``, or are the float32 images of .91 and .87, they were not
    rounded by the writer: if no size explains them as rounded numbers, they are taken as exact.

    Parameters
    ----------
    accuracies
        Fractions from 0 to 1. Shape: (n,).
    decimals
        As many as the log is known to write for such numbers (``decimals_of`` another curve).
    """
    values = _distinct(accuracies)
    printed = decimals_of(values)
    written = max(printed, decimals, FULL if _is_single(values, printed) else 0)
    found = Grain(None, None)
    for digits in sorted({printed, min(written, FULL)}):
        shares = _Shares(values, digits)
        largest = _decidable(shares)
        fits = _fitting(shares, largest)
        if len(fits) and not _has_rival(shares, int(fits[0])):
            return Grain(int(fits[0]), None)
        if len(fits):
            return Grain(None, int(fits[0]) - 1)
        found = Grain(None, max(largest, found.ruled_out or 0) or None)
    return found


def decimals_of(values: Floats) -> int:
    """Return how many decimals numbers from 0 to 10 have, ``FULL`` if they are not rounded.

    The float32 image of a short decimal counts as that decimal. Numbers below a tenth count only if
    there are no others: .0625 printed with five digits has six decimals.
    """
    shown = _shown(values)
    allowed = _SINGLE * np.maximum(shown, 1)
    for digits in range(1, FULL):
        if (np.abs(shown - np.round(shown, digits)) <= allowed).all():
            return digits
    return FULL


def _shown(values: Floats) -> Floats:
    """Return the finite numbers that show the decimals: those from .1 on, or all if none is."""
    values = values[np.isfinite(values)]
    return values[values >= 0.1] if (values >= 0.1).any() else values


def _distinct(accuracies: Floats) -> Floats:
    values = np.unique(accuracies[np.isfinite(accuracies)])
    return values[(values > 0) & (values < 1)]


def _is_single(values: Floats, digits: int) -> bool:
    """Say whether numbers that look rounded to so many digits went through single precision."""
    shown = _shown(values)
    return bool((np.abs(shown - np.round(shown, digits)) > _DOUBLE).any())


def _fitting(shares: _Shares, largest: int) -> Floats:
    """Return the sizes up to ``largest`` that fit every value."""
    sizes = np.arange(2, largest + 1, dtype=np.float64)
    for at, value in enumerate(shares.values):  # the first values rule out most sizes
        if len(sizes) <= _FEW_SIZES:
            scaled = np.outer(sizes, shares.values[at:])
            off = np.abs(scaled - np.rint(scaled)).max(axis=1)
            left: Floats = sizes[off <= shares.half * sizes]
            return left
        scaled = value * sizes
        sizes = sizes[np.abs(scaled - np.rint(scaled)) <= shares.half * sizes]
    return sizes


def _has_rival(shares: _Shares, size: int) -> bool:
    """Say whether the accuracies of a size that is no multiple of this one are likely to fit it."""
    if 2 * shares.half * size < _COARSE:
        return False
    rivals = _fitting(shares, LARGEST)
    rivals = rivals[rivals % size != 0]
    places = np.random.default_rng(0).random(_TRIED)  # in no rhythm with any size
    right = np.rint(np.outer(rivals, places))
    values = right / rivals[:, None]
    if shares.digits < FULL:
        values = np.round(values, shares.digits)
    scaled = values * size
    fit = np.abs(scaled - np.rint(scaled)) <= shares.half * size
    return bool((fit.mean(axis=1) ** len(shares.values) >= _CHANCE).any())


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
    chance = np.cumsum(_powers(fitting, len(shares.values)))
    return int(np.searchsorted(chance, _CHANCE)) + 1


def _powers(chances: Floats, count: int) -> Floats:
    """Return chances to a power; those that vanish are 0, since most do and powers are slow."""
    powers = np.zeros(len(chances))
    large = chances > _VANISHING ** (1 / count)
    powers[large] = chances[large] ** count
    return powers


@cache
def _places(digits: int) -> Ints:
    """Return the number of places of the lattice of each size."""
    places: Ints = 10**digits // np.gcd(np.arange(2, LARGEST + 1), 10**digits)
    return places

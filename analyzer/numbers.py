"""Numbers as a language writes them: values, ticks, percentages and counts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from analyzer import resources

_DIGITS = 3  # significant digits of a value
PRECISIONS = range(_DIGITS, 16)  # digits that distinguish values: a float has no more
_TINY = 1e-4  # below it, and from _HUGE on, a value is written in scientific notation
_HUGE = 1e6
_LEAST_PERCENT = 0.1  # the smallest percentage that is written
_TICK_PLACES = 4  # more decimals than this do not fit beside an axis
_WIDE = 1e5  # from here on a number does not fit beside a vertical axis
_REMEMBERED = 1 << 14  # numbers as they were written
_COUNTABLE = 1e18  # a larger number is not a count
# Unit, its seconds, and up to where it is used.
_UNITS = (("ms", 1e-3, 1), ("s", 1, 90), ("min", 60, 5400), ("h", 3600, 172800), ("days", 86400, 0))
_UNLIKE = 100  # times another value of its column
_MOST_PLACES = 12  # decimals that are tried for a tick


def column_step(values: Iterable[float | None]) -> float | None:
    """Return the step by which ``tick`` writes the values of a column with the same decimals.

    The smallest has three significant digits, and up to four decimals while most neighbours would
    look the same. None if a value is 100 times another, or so small that it has more than four
    decimals: such values have no common format.
    """
    sizes = sorted(abs(value) for value in values if value and math.isfinite(value))
    if not sizes or sizes[-1] > _UNLIKE * sizes[0]:
        return None
    places = max(0, _DIGITS - 1 - math.floor(math.log10(sizes[0])))
    if places > _TICK_PLACES:
        return None
    while places < _TICK_PLACES and _mostly_alike(sizes, places):
        places += 1
    return 10.0**-places


def _mostly_alike(sizes: list[float], places: int) -> bool:
    """Say whether most neighbours of a sorted column that differ look the same when rounded."""
    apart = [(low, high) for low, high in pairwise(sizes) if low < high]
    alike = sum(round(low, places) == round(high, places) for low, high in apart)
    return 2 * alike > len(apart)


@dataclass(frozen=True)
class Numbers:
    """How a language writes numbers."""

    lang: str

    @property
    def unknown(self) -> str:
        """The word for a value that is not known."""
        return str(resources.words("_ui")[self.lang]["unknown"])

    def number(self, value: float | None, digits: int = _DIGITS) -> str:
        """Return a value with three significant ``digits``.

        It is in scientific notation below 1e-4 and from a million on.
        """
        if value is None:
            return self.unknown
        if not math.isfinite(value):
            return _not_finite(value)
        if not _TINY <= abs(value) < _HUGE:
            # Rounded here, since Babel writes 9.999e-5 as "10E-5".
            value = float(f"{value:.{digits - 1}e}")
        size = abs(value)
        if size and (size < _TINY or size >= _HUGE):
            return self._written(value, f"0.{'#' * (digits - 1)}E0")
        places = 0
        if size:
            places = max(0, digits - 1 - math.floor(math.log10(size)))
        return self._written(round(value, places) + 0.0, _decimals("#", places))

    def tick(self, value: float, step: float, narrow: bool = False) -> str:
        """Return a value on an axis, with the decimals that ticks at a distance of ``step`` need.

        ``narrow`` fits it beside a vertical axis: in scientific notation from 100,000 on.
        """
        size = abs(value)
        places = _places_of(step)
        limit = _WIDE if narrow else _HUGE
        if 0 < size < _TINY or size >= limit or (places > _TICK_PLACES and value):
            pattern = "0." + "#" * _digits_apart(size, step) + "E0"
            return self._written(value, pattern)
        if places > _TICK_PLACES:
            return "0"
        return self._written(round(value, places), _decimals("0", places))

    def percent(self, share: float | None, *, signed: bool = False) -> str:
        """Return a share as a percentage: one decimal below 10 %, none above.

        A share that would be written as 0 without being it is "<0.1%". ``signed`` adds + to what is
        above 0; there a change so small is 0.
        """
        if share is None:
            return self.unknown
        if not math.isfinite(share):
            return self.number(share)
        value = 100 * share
        if not signed and 0 < value < _LEAST_PERCENT / 2:
            return f"<{self.percent(_LEAST_PERCENT / 100)}"
        places = 1 if abs(value) < 10 else 0
        if abs(value) >= _HUGE:
            text = self.number(value)
        else:
            text = self._written(round(value, places) + 0.0, "#,##0." + "#" * places)
        sign = "+" if signed and text != "0" and not text.startswith("−") else ""
        space = "" if self.lang == "en" else "\N{NO-BREAK SPACE}"
        return f"{sign}{text}{space}%"

    def change(self, share: float | None) -> str:
        """Return a change in percent with its sign, as a factor ("2.7×") above 100 %."""
        if share is None or not math.isfinite(share) or share <= 1:
            return self.percent(share, signed=True)
        return f"{self.number(1 + share, 2)}\N{MULTIPLICATION SIGN}"

    def integer(self, value: float) -> str:
        """Return a whole number with the separators of the language."""
        if not abs(value) < _COUNTABLE:
            return self.number(value)
        return self._written(round(value), "#,##0")

    def duration(self, seconds: float | None) -> str:
        """Return a time in its usual unit: "40 ms", "12 s", "35 min", "3.2 h", "4.5 days"."""
        if seconds is None or not math.isfinite(seconds):
            return self.number(seconds)
        fitting = (unit for unit in _UNITS if abs(seconds) < unit[2])
        unit, size, _ = next(fitting, _UNITS[-1])
        if unit == "days":
            unit = resources.words("_terms")[self.lang]["unit_days"]
        return f"{self.number(seconds / size, 2)}\N{NO-BREAK SPACE}{unit}"

    def _written(self, value: float, pattern: str) -> str:
        """Return a number in a pattern of Babel, with the separators of the language."""
        return _written(str(value), pattern, self.lang)

    def apart(self, value: float, other: float) -> str:
        """Return a value with as many digits as distinguish it from another, at least three."""
        for digits in PRECISIONS:
            if (shown := self.number(value, digits)) != self.number(other, digits):
                return shown
        return self.number(value)


def _digits_apart(size: float, step: float) -> int:
    """Return how many decimals of a mantissa distinguish numbers that are ``step`` apart.

    Such as two for 1.25E6 and 1.5E6, whose ``size`` is 1e6.
    """
    if not step:
        return _DIGITS - 1
    last = _MOST_PLACES
    for places in range(_MOST_PLACES):
        if abs(round(step, places - _exponent(step)) - step) < 1e-6 * step:
            last = places
            break
    return min(max(0, _exponent(size) - _exponent(step) + last), _MOST_PLACES)


def _places_of(step: float) -> int:
    """Return how many decimals a distance has."""
    if not step:
        return 0
    for places in range(_MOST_PLACES):
        if abs(step - round(step, places)) < 1e-6 * step:
            return places
    return _MOST_PLACES


def _decimals(digit: str, places: int) -> str:
    """Return a pattern of Babel: "0" shows every decimal, "#" leaves zeros at the end out."""
    if not places:
        return "#,##0"
    return "#,##0." + digit * places


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "∞" if value > 0 else "−∞"


def _exponent(size: float) -> int:
    return math.floor(math.log10(size) + 1e-9)


@lru_cache(maxsize=_REMEMBERED)
def _written(number: str, pattern: str, lang: str) -> str:
    """Return a number, given as Python writes it, in a pattern of Babel.

    The table, the charts and the texts of a report have many numbers in common, and so have runs.
    """
    return _minus(_pattern(pattern).apply(number, _locale(lang))).replace("E", "e")


@cache
def _pattern(pattern: str) -> Any:
    """Return a parsed pattern; Babel would parse it again for each number of a report."""
    from babel.numbers import parse_pattern

    return parse_pattern(pattern)


@cache
def _locale(lang: str) -> Any:
    from babel import Locale

    return Locale.parse(lang)


def _minus(text: str) -> str:
    """Return a number with the minus sign in place of the hyphen."""
    return str(text).replace("-", "−")

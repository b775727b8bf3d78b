"""Histograms with bins of any width: shares of the values, moments, and the same on other bins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analyzer.stats.arrays import Floats

# Of the distance between the least and the greatest value: a bin this narrow holds one value.
POINT = 1e-6


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many values lie in each bin; bins touch, and ``left`` rises.

    Parameters
    ----------
    left, right
        Where each bin begins and ends; shape (n,).
    count
        Values in each bin; shape (n,).
    total_sum, total_squares
        The sums over the values and over their squares, None where the log has only bins.
    """

    left: Floats
    right: Floats
    count: Floats
    total_sum: float | None = None
    total_squares: float | None = None

    @cached_property
    def total(self) -> float:
        """How many values there are."""
        return float(self.count.sum())

    @property
    def low(self) -> float:
        """Where the first bin that holds values begins."""
        return float(self.left[np.flatnonzero(self.count)[0]])

    @property
    def high(self) -> float:
        """Where the last bin that holds values ends."""
        return float(self.right[np.flatnonzero(self.count)[-1]])

    @cached_property
    def mean(self) -> float:
        """The mean: of the values where their sum is known, else of bins evenly filled."""
        if self.total_sum is not None:
            return self.total_sum / self.total
        return float((self.count * (self.left + self.right)).sum() / 2 / self.total)

    @cached_property
    def rms(self) -> float:
        """The root of the mean square, by the sums or by bins evenly filled."""
        if self.total_squares is not None:
            return float(np.sqrt(self.total_squares / self.total))
        square = (self.left**2 + self.left * self.right + self.right**2) / 3
        return float(np.sqrt((self.count * square).sum() / self.total))

    @property
    def deviation(self) -> float:
        """The standard deviation."""
        return float(np.sqrt(max(self.rms**2 - self.mean**2, 0.0)))

    def share_below(self, bounds: Floats) -> Floats:
        """Return the share of the values below each bound; a bin is filled evenly."""
        within = np.clip(bounds[:, None], self.left, self.right) - self.left
        width = self.right - self.left
        filled = np.where(
            width > 0, within / np.where(width > 0, width, 1.0), bounds[:, None] > self.left
        )
        share: Floats = (filled * self.count).sum(axis=1) / self.total
        return share

    def share_between(self, low: float, high: float) -> float:
        """Return the share of the values in an interval; bins are filled evenly."""
        below = self.share_below(np.array([low, high]))
        return float(below[1] - below[0])

    def on(self, edges: Floats) -> Floats:
        """Return the share of the values between edges, the first and the last bin open."""
        bounds = edges.copy()
        bounds[0], bounds[-1] = -np.inf, np.inf
        below = self.share_below(np.clip(bounds, self.left[0] - 1.0, self.right[-1] + 1.0))
        return np.diff(below)

    @cached_property
    def zero_share(self) -> float | None:
        """The share of values at zero; None if the bin of zero is too wide to tell."""
        holds = (self.left <= 0) & (self.right >= 0) & (self.count > 0)
        if not holds.any():
            return 0.0
        width = (self.right - self.left)[holds]
        spread = self.high - self.low
        if (width > POINT * spread).any() and spread > 0:
            return None
        return float(self.count[holds].sum() / self.total)


def from_edges(edges: Floats, count: Floats) -> Histogram | None:
    """Return a histogram by its n + 1 edges; None if it is none (see ``checked``)."""
    if len(edges) != len(count) + 1:
        return None
    return checked(Histogram(edges[:-1], edges[1:], count))


def checked(histogram: Histogram) -> Histogram | None:
    """Return a histogram, None if it is empty, not finite, out of order or has negative counts."""
    parts = (histogram.left, histogram.right, histogram.count)
    if not len(histogram.count) or not all(np.isfinite(part).all() for part in parts):
        return None
    if (histogram.count < 0).any() or histogram.total <= 0:
        return None
    if (histogram.right < histogram.left).any() or (np.diff(histogram.left) < 0).any():
        return None
    return histogram

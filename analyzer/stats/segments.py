"""Fit two straight lines that meet: where a curve bends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.stats.arrays import Floats

_LEAST = 2  # points on either side of a bend
_FEWEST = 6  # points with a bend worth looking for
_Z95 = 3.84  # the 95 % point of chi-squared with one degree of freedom
_TINY = 1e-300  # keeps a divisor above 0


@dataclass(frozen=True)
class Bend:
    """The index at which two lines meet, the bends that fit as well at 95 %, and both slopes."""

    at: int
    low: int
    high: int
    before: float
    after: float


def two_segments(u: Floats, y: Floats, weight: Floats) -> Bend | None:
    """Return the bend of the continuous two-line fit of least weighted squares.

    Every point except the ends is tried as the bend. The interval contains the bends whose residual
    sum S satisfies n ln(S / S_min) < 3.84, by Wilks' theorem for independent residuals. None with
    fewer than six points, or if all share one position. Shapes: (n,), (n,), (n,).

    References
    ----------
    Hudson, D. J. (1966). Fitting segmented curves whose join points have to be estimated.
    JASA 61(316). DOI 10.1080/01621459.1966.10482198.
    """
    n = len(u)
    if n < _FEWEST or u[0] == u[-1]:
        return None
    at = np.arange(_LEAST, n - _LEAST)
    hinge = np.maximum(u[None, :] - u[at][:, None], 0.0)

    # residuals of y and of each hinge after a weighted straight line; q: the line's unit direction
    centre = np.average(u, weights=weight)
    constant, line = np.ones(n), u - centre
    q = line - np.average(line, weights=weight) * constant
    q /= np.sqrt((weight * q**2).sum())
    base = y - np.average(y, weights=weight) - q * (weight * q * y).sum()
    hinge_means = (hinge @ weight / weight.sum())[:, None]
    free = hinge - hinge_means - (hinge @ (weight * q))[:, None] * q[None, :]

    # the change of slope at each bend, and the weighted squares that it leaves
    size = (free**2) @ weight
    is_free = size > 1e-12 * max(float(size.max()), _TINY)
    slope = np.where(is_free, (free @ (weight * base)) / np.maximum(size, _TINY), 0)
    total = float((weight * base**2).sum())
    left = np.maximum(total - slope**2 * size, 1e-12 * max(total, _TINY))

    best = int(np.argmin(left))
    near = at[n * np.log(left / left[best]) < _Z95]
    rest = y - slope[best] * hinge[best]
    before = float((weight * (u - centre) * rest).sum() / (weight * (u - centre) ** 2).sum())
    after = before + float(slope[best])
    return Bend(at=int(at[best]), low=int(near[0]), high=int(near[-1]), before=before, after=after)

"""Two straight lines that meet: where a curve bends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.stats.arrays import Floats

_LEAST = 2  # points on either side of a bend
_Z95 = 3.84  # the 95 % point of chi-squared with one degree of freedom


@dataclass(frozen=True)
class Bend:
    """The index at which two lines meet, the bends that fit as well at 95 %, and the slopes before and after."""

    at: int
    low: int
    high: int
    before: float
    after: float


def two_segments(u: Floats, y: Floats, weight: Floats) -> Bend | None:
    """Return the bend of the continuous two-line fit of least weighted squares.

    None for fewer than six points, or where all lie at one place.

    Every point but the ends is tried as the bend: Hudson, D. J. (1966). Fitting segmented curves whose join points have
    to be estimated. JASA 61(316). The interval holds the bends whose residual sum S satisfies n ln(S / S_min) < 3.84,
    Wilks' for independent residuals. Shapes: (n,), (n,), (n,).
    """
    n = len(u)
    if n < 6 or u[0] == u[-1]:
        return None
    at = np.arange(_LEAST, n - _LEAST)
    hinge = np.maximum(u[None, :] - u[at][:, None], 0.0)
    centre = np.average(u, weights=weight)
    one, line = np.ones(n), u - centre
    q = line - np.average(line, weights=weight) * one
    q /= np.sqrt((weight * q**2).sum())
    base = y - np.average(y, weights=weight) - q * (weight * q * y).sum()
    free = (
        hinge
        - (hinge @ weight / weight.sum())[:, None]
        - (hinge @ (weight * q))[:, None] * q[None, :]
    )
    size = (free**2) @ weight
    slope = np.where(
        size > 1e-12 * max(float(size.max()), 1e-300),
        (free @ (weight * base)) / np.maximum(size, 1e-300),
        0,
    )
    total = float((weight * base**2).sum())
    left = np.maximum(total - slope**2 * size, 1e-12 * max(total, 1e-300))
    best = int(np.argmin(left))
    near = at[n * np.log(left / left[best]) < _Z95]
    rest = y - slope[best] * hinge[best]
    before = float((weight * (u - centre) * rest).sum() / (weight * (u - centre) ** 2).sum())
    return Bend(int(at[best]), int(near[0]), int(near[-1]), before, before + float(slope[best]))

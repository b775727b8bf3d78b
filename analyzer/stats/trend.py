"""The change over a stretch of a curve, with a standard error that knows about correlated residuals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def stretch_weights(t: Floats, starts: npt.NDArray[np.int64], weight: Floats) -> Floats:
    """Return the matrix W for which ``W @ y`` is the least-squares change of y from each start to the end.

    Shapes: t, weight (n,), starts (k,) -> (k, n). The change is the slope of the fitted line times the stretch.
    """
    rows = np.zeros((len(starts), len(t)))
    for row, start in zip(rows, starts, strict=True):
        part, w = t[start:], weight[start:]
        centred = part - np.average(part, weights=w)
        row[start:] = w * centred / (w * centred**2).sum() * (part[-1] - part[0])
    return rows


def change(t: Floats, y: Floats, weight: Floats) -> tuple[float, float]:
    """Return the change over a whole stretch by weighted least squares, and its standard error.

    The error is that of independent residuals times sqrt((1 + r) / (1 - r)) for a lag-1 correlation r above 0
    (Bartlett 1935, DOI 10.2307/2341284, to first order).
    """
    slope_row = stretch_weights(t, np.array([0]), weight)[0]
    total = float(slope_row @ y)
    slope = total / (t[-1] - t[0])
    centre = np.average(t, weights=weight)
    residual = y - np.average(y, weights=weight) - slope * (t - centre)
    variance = float((weight * residual**2).sum() / weight.sum()) * len(t) / max(len(t) - 2, 1)
    scaled = weight / weight.mean()
    error = np.sqrt(variance * (slope_row**2 / scaled).sum())
    correlation = min(max(autocorrelation(residual), 0.0), 0.95)
    return total, float(error * np.sqrt((1 + correlation) / (1 - correlation)))


def autocorrelation(residual: Floats) -> float:
    """Return the lag-1 correlation of residuals, 0 where they do not vary."""
    size = float(residual @ residual)
    return float(residual[1:] @ residual[:-1]) / size if size > 0 else 0.0

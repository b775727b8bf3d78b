"""Calibration: fit a logistic curve to known truths, and measure how honest probabilities are."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Bools, Floats

RIDGE = 1e-6  # keeps the Newton step finite where the margins do not vary
LONGEST_STEP = 2.0
TOLERANCE = 1e-10


def fit_logistic(margin: Floats, holds: Bools, *, steps: int = 100) -> tuple[float, float]:
    """Return slope and intercept of the logistic curve of maximum likelihood, by Newton's method.

    The targets are Platt's, (hits + 1) / (hits + 2) and 1 / (misses + 2), so that a margin that
    separates perfectly does not give certainty. Shapes: (n,), (n,).

    References
    ----------
    Platt, J. C. (1999). Probabilistic outputs for support vector machines.
    """
    hits = int(holds.sum())
    target = np.where(holds, (hits + 1) / (hits + 2), 1 / (len(holds) - hits + 2))
    design = np.column_stack([margin, np.ones(len(margin))])
    ridge = RIDGE * np.eye(2)
    weights = np.zeros(2)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (target - chance) - ridge @ weights
        curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + ridge
        step = np.linalg.solve(curvature, gradient)
        weights = weights + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        if np.abs(step).max() < TOLERANCE:
            break
    return float(weights[0]), float(weights[1])


def calibration_error(confidence: Floats, right: Bools, *, bins: int = 5) -> float:
    """Return the expected calibration error: the mean of |mean confidence - share right| over bins.

    The bins have equal counts. Shapes: (n,), (n,).

    References
    ----------
    Naeini, M. P., Cooper, G. F., Hauskrecht, M. (2015). Obtaining well calibrated probabilities
    using Bayesian binning. AAAI 29.
    """
    total = 0.0
    for part in np.array_split(np.argsort(confidence, kind="stable"), bins):
        if len(part):
            gap = float(confidence[part].mean()) - float(right[part].mean())
            total += len(part) * abs(gap)
    return total / max(len(confidence), 1)

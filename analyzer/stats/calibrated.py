"""Probabilities from margins: one slope and one intercept, fitted on runs whose truth is known."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Bools, Floats


def logistic(margin: float, slope: float, intercept: float) -> float:
    """Return 1 / (1 + exp(-(slope * margin + intercept)))."""
    return float(1 / (1 + np.exp(-np.clip(slope * margin + intercept, -500, 500))))


def fit_logistic(margin: Floats, holds: Bools, *, steps: int = 100) -> tuple[float, float]:
    """Return slope and intercept of the logistic curve of greatest likelihood, by Newton's method.

    Platt, J. C. (1999). Probabilistic outputs for support vector machines: the targets are his, (hits + 1) / (hits + 2)
    and 1 / (misses + 2), so that a margin that separates perfectly gives no certainty. Shapes: (n,), (n,).
    """
    hits = int(holds.sum())
    target = np.where(holds, (hits + 1) / (hits + 2), 1 / (len(holds) - hits + 2))
    design = np.column_stack([margin, np.ones(len(margin))])
    ridge = 1e-6 * np.eye(2)
    weights = np.zeros(2)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (target - chance) - ridge @ weights
        step = np.linalg.solve(
            design.T @ (design * (chance * (1 - chance))[:, None]) + ridge, slope
        )
        weights = weights + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return float(weights[0]), float(weights[1])


def calibration_error(confidence: Floats, right: Bools, *, bins: int = 5) -> float:
    """Return the expected calibration error over bins of equal count: mean |mean confidence - share right|.

    Naeini, M. P., Cooper, G. F., Hauskrecht, M. (2015). Obtaining well calibrated probabilities using Bayesian
    binning. AAAI 29. Shapes: (n,), (n,).
    """
    order = np.argsort(confidence, kind="stable")
    parts = [one for one in np.array_split(order, bins) if len(one)]
    gaps = [
        len(one) * abs(float(confidence[one].mean()) - float(right[one].mean())) for one in parts
    ]
    return float(sum(gaps) / max(len(order), 1))

"""The gap between held-out and training level, with a 95 % interval that knows what a log cannot show."""

from __future__ import annotations

import numpy as np

BELOW = 3.0  # standard errors, in units of 1 / sqrt(n): a set that measures the loss too high
ABOVE = 4.5  # and one that measures it too low, which few heavy losses make more likely
TRAIN_ABOVE = 1.0  # by how many of its own moves a logged training loss may lie below the true one
TRAIN_BELOW = 9.0  # and above it: dropout and the mean over the epoch lift the logged training loss


def gap_interval(
    held_out: float, trained: float, examples: float, move: float
) -> tuple[float, float]:
    """Return the 95 % interval of the true gap: loss on fresh data minus that of the final network on its train set.

    ``held_out`` and ``trained`` are the levels at the end, ``examples`` the size of the validation set, ``move`` the
    mean absolute change of the log training loss between neighbouring epochs. Two errors, independent, each with its 95
    % range: that of the set, exp(+-c / sqrt(n)) of the held-out loss, skewed because a set rarely holds the few heavy
    losses; and that of the logged training loss, a mean over an epoch in which the weights moved (and with dropout on),
    which lies above the true one by up to 1 - exp(-9 move). The four constants are quantiles of both errors on the
    calibration half of the corpus (docs/decisions/0010).
    """
    gap = held_out - trained
    root = np.sqrt(examples)
    below = np.hypot(held_out * -np.expm1(-BELOW / root), trained * TRAIN_ABOVE * move)
    above = np.hypot(held_out * np.expm1(ABOVE / root), trained * -np.expm1(-TRAIN_BELOW * move))
    return float(gap - below), float(gap + above)


def score_gap_interval(
    held_out: float, trained: float, examples: float, move: float
) -> tuple[float, float]:
    """Return the 95 % interval of the true gap of two accuracies (fractions): training minus held-out.

    The error of the set is Wilson's interval of a share (Wilson, E. B. (1927). JASA 22(158)); that of the logged
    training accuracy, which dropout and the mean over the epoch lower, is ``TRAIN_BELOW`` of its own moves.
    """
    z2 = 1.96**2
    centre = (held_out + z2 / (2 * examples)) / (1 + z2 / examples)
    half = (
        1.96
        / (1 + z2 / examples)
        * np.sqrt(held_out * (1 - held_out) / examples + z2 / (4 * examples**2))
    )
    gap = trained - held_out
    lower = np.hypot(max(centre + half - held_out, 0.0), TRAIN_ABOVE * move)
    upper = np.hypot(max(held_out - centre + half, 0.0), min(TRAIN_BELOW * move, 1 - trained))
    return float(gap - lower), float(gap + upper)

"""95 % interval of the gap between held-out and training level, with errors that no log shows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# quantiles of both errors on the calibration half of the corpus (docs/decisions/0010)
BELOW = 3.0  # in 1 / sqrt(n): how far above the true loss a set may measure
ABOVE = 4.5  # and how far below: more, because a set seldom has the few heavy losses
TRAIN_ABOVE = 1.0  # in its own moves: how far the logged training loss lies below the true one
TRAIN_BELOW = 9.0  # and how far above: dropout and the mean over the epoch lift it


class Interval(NamedTuple):
    """The ends of a 95 % interval."""

    low: float
    high: float


def gap_interval(held_out: float, trained: float, examples: float, move: float) -> Interval:
    """Return the 95 % interval of the true gap: loss on fresh data minus loss on the training set.

    ``held_out`` and ``trained`` are the levels at the end, ``examples`` is the size of the
    validation set, and ``move`` is the mean absolute change of the log training loss between
    neighbouring epochs. The two errors are independent, each with its own 95 % range:

    - the sampling error of the set, exp(+-c / sqrt(n)) of the held-out loss;
    - the error of the logged training loss, a mean over an epoch in which the weights moved (and
      dropout was on). It lies above the true loss by up to 1 - exp(-9 move).
    """
    gap = held_out - trained
    root = np.sqrt(examples)
    below = np.hypot(held_out * -np.expm1(-BELOW / root), trained * TRAIN_ABOVE * move)
    above = np.hypot(held_out * np.expm1(ABOVE / root), trained * -np.expm1(-TRAIN_BELOW * move))
    return Interval(float(gap - below), float(gap + above))


def likelihood_gap_interval(gap: float, examples: float, error: float) -> Interval:
    """Return the 95 % interval of the true gap of two losses that may be negative.

    Such a loss is taken for the negative log likelihood of a Gaussian, ln(s) + z^2 / 2, which is
    ln(s) + 1/2 on its own data: above ln(s) the held-out loss measures ``gap`` + 1/2, a mean of
    squares, with the sampling error of ``gap_interval``. ``error`` is that of both end levels, 95 %
    too.
    """
    squares, root = max(gap, 0.0) + 0.5, np.sqrt(examples)
    below = np.hypot(squares * -np.expm1(-BELOW / root), error)
    above = np.hypot(squares * np.expm1(ABOVE / root), error)
    return Interval(float(gap - below), float(gap + above))


def score_gap_interval(held_out: float, trained: float, examples: float, move: float) -> Interval:
    """Return the 95 % interval of the true gap of two accuracies: training minus held-out.

    Both are fractions, and ``move`` is the mean absolute change of the training accuracy between
    neighbouring epochs. The sampling error is Wilson's interval of a share; the error of the logged
    training accuracy, which dropout and the mean over the epoch lower, is ``TRAIN_BELOW`` moves.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA 22(158). DOI 10.1080/01621459.1927.10502953.
    """
    z2 = 1.96**2
    shrink = 1 + z2 / examples
    centre = (held_out + z2 / (2 * examples)) / shrink
    variance = held_out * (1 - held_out) / examples + z2 / (4 * examples**2)
    half = 1.96 / shrink * np.sqrt(variance)
    gap = trained - held_out
    lower = np.hypot(max(centre + half - held_out, 0.0), TRAIN_ABOVE * move)
    upper = np.hypot(max(held_out - centre + half, 0.0), min(TRAIN_BELOW * move, 1 - trained))
    return Interval(float(gap - lower), float(gap + upper))

"""Tell a rate that was reduced on a plateau of the loss from one that fell at planned steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from analyzer.stats.arrays import Floats

# Relative and absolute improvement that counts: any, torch's default, Keras' default.
_THRESHOLDS = ((0.0, 0.0), (1e-4, 0.0), (0.0, 1e-4), (1e-3, 0.0))
_LAGS = (0, 1)  # the rate is logged before or after the epoch that reduces it
_USUAL = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100)


def patience_of(loss: Floats, drops: Sequence[int]) -> int | None:
    """Return the patience with which waiting for the loss to fall gives exactly these drops.

    ``loss`` has the value that was watched at each logged rate, and ``drops`` are the indices of
    the first rates after a drop. Patience counts as in PyTorch: the rate falls after that many
    evaluations, and one more, without an improvement. A single drop may fit by chance, so its
    patience must be one that people choose. None if no patience fits.
    """
    if not drops or not np.isfinite(loss).any():
        return None
    for (relative, absolute), lag in product(_THRESHOLDS, _LAGS):
        waited = _waited(loss, drops[0] - lag, relative, absolute)
        found = _replayed(loss, waited, relative, absolute, len(drops))
        if waited > 0 and found == [drop - lag for drop in drops]:
            patience = waited - 1 if waited - 1 in _USUAL else waited
            if len(drops) > 1 or patience in _USUAL:
                return patience
    return None


def _waited(loss: Floats, end: int, relative: float, absolute: float) -> int:
    """Return how many points up to ``end``, not included, went by without an improvement."""
    best, waited = np.inf, 0
    for value in loss[:end].tolist():
        if value < best * (1 - relative) - absolute:
            best, waited = value, 0
        else:
            waited += 1
    return waited


def _replayed(loss: Floats, wait: int, relative: float, absolute: float, most: int) -> list[int]:
    """Return the points before which a rate falls that waits so long, the first ``most`` + 1."""
    best, waited, drops = np.inf, 0, []
    for at, value in enumerate(loss.tolist()):
        if value < best * (1 - relative) - absolute:
            best, waited = value, 0
        else:
            waited += 1
        if waited >= wait > 0:
            drops.append(at + 1)
            waited = 0
        if len(drops) > most:
            break
    return drops if len(drops) <= most or drops[-1] < len(loss) else drops[:most]

"""Tell an accuracy of 1.0 that means 1 % from one that means all: that of guessing 100 classes."""

from __future__ import annotations

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.levels import end_level

_NEAR = 0.03  # of ln K: as near as a loss that guesses is taken to be
_AGREES = 0.5  # unequal classes are guessed up to half more often than one in K


def guesses_in_percent(run: Run, curve: Curve, *, most: float) -> bool:
    """Say whether an accuracy of at most ``most`` is that of guessing, in percent.

    A cross-entropy that stands at ln K for at least ``100 / most`` classes says so, with an
    accuracy of about 100 / K throughout. An accuracy of 1.0 as a share, of a network that is always
    right, has a far lower loss.
    """
    value = curve.finite().value
    if curve.metric != "accuracy" or not len(value) or not 0 < value.max() <= most:
        return False
    for split in dict.fromkeys((curve.split, run.held_out("loss"), run.trained_on("loss"))):
        try:
            loss = run.curve("loss", split).finite().value
        except NotApplicable:
            continue
        level = end_level(loss)
        guess = 100 * float(np.exp(-level))
        stands = bool(np.abs(loss / level - 1).max() <= _NEAR) if level > 0 else False
        return stands and bool((np.abs(value / guess - 1) <= _AGREES).all())
    return False

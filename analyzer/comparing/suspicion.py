"""Scores too good to be trusted: what a leak of validation examples looks like from outside."""

from __future__ import annotations

from typing import NamedTuple

from analyzer import metrics
from analyzer.measures.scale import PERCENT, scale_of
from analyzer.model.diagnosis import Diagnosis

PERFECT, BELOW = "perfect", "below_training"
_PERFECT = 0.9995  # of the highest share: less than this looks perfect with three digits
_FAR = 0.05  # of the training loss: closer, the two losses may well be equal
_VERY_FAR = 0.25  # the same if the luck of a small validation set could do it too
_HELD_OUT = ("val", "test")
_UNEXPLAINED = ("unknown", "no_settings")


class Suspicion(NamedTuple):
    """Why a result should be checked: PERFECT, or BELOW with the share of the training loss."""

    key: str
    share: float | None = None


def suspicion_of(diagnosis: Diagnosis) -> Suspicion | None:
    """Return why the best value of a run should not be trusted before it is checked.

    Held-out scores are never perfect in earnest, and a held-out loss far below that of training
    needs a cause, such as dropout. Curves alone cannot prove a leak, and many leaks do not show.
    """
    best = diagnosis.best
    if best is None or best.split not in _HELD_OUT:
        return None
    if metrics.share_family(best.metric):
        highest = 100.0 if scale_of(diagnosis.run, best.metric) == PERCENT else 1.0
        return Suspicion(PERFECT) if best.value >= _PERFECT * highest else None
    below = diagnosis.facts.get("validation_below_training")
    if not below or below["below"] < (_VERY_FAR if "chance" in below["tags"] else _FAR):
        return None
    is_open = any(tag in below["tags"] for tag in _UNEXPLAINED)
    return Suspicion(BELOW, below["below"]) if is_open else None

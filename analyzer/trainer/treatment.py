"""What is done to a run of the fleet of remedies beside its settings, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

KEPT_GRADIENTS, UNSCALED_INPUTS, DEAD_UNITS = "kept_gradients", "unscaled_inputs", "dead_units"
FAULTS = (KEPT_GRADIENTS, UNSCALED_INPUTS, DEAD_UNITS)


@dataclass(frozen=True)
class Treatment:
    """Additions to the training of a run, each zero if absent, and its fault, if it has one.

    ``smoothing`` of the labels is a share; ``clip`` is the largest norm of the gradient.
    ``averaging`` and ``warm_up`` are shares of the run: the horizon of the average of the weights,
    and the part in which the rate rises from zero. ``start`` selects other initial weights.

    The fault is one of ``FAULTS``: gradients add up from step to step, inputs have very different
    scales, or the hidden units start so low that hardly any of them is ever active.
    """

    smoothing: float = 0.0
    clip: float = 0.0
    averaging: float = 0.0
    warm_up: float = 0.0
    start: int = 0
    fault: str = ""


UNTREATED = Treatment()

"""Gradient descent on a parabola: how many steps each learning rate needs to its minimum.

The exercises of the courses (S4, lesson 4.2) come from Google's Machine Learning Crash Course,
"Optimizing Learning Rate": with 0.03 its curve takes 40 steps, with 0.1 it takes 11, with 1 it
never arrives, and a rate between 0.2 and 0.3 arrives at once. The parabola here has its own such
rate, 0.275, which gives these answers; the start is where the gradient is 2.5, as in lesson 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass

BEST_RATE = 0.275  # the rate that reaches the minimum in one step: 1 / curvature
GRADIENT = 2.5  # at the start, without its sign
WITHIN = 0.01  # of the distance at the start: as close as this is the minimum
MOST_STEPS = 1000
_FAR = 1e6  # times the distance at the start: from here on the descent has run away

ONE_STEP, ONE_SIDE, ACROSS, BOTH_SIDES, AWAY = (
    *("one_step", "one_side", "across", "both_sides", "away"),
)


@dataclass(frozen=True)
class Descent:
    """One descent: ``places`` are the weights from the start on; ``steps`` is None without an end.

    ``factor`` is what each step multiplies the distance to the minimum by.
    """

    rate: float
    places: tuple[float, ...]
    steps: int | None
    factor: float

    @property
    def kind(self) -> str:
        """How it moves: which side it comes from, or that it runs away."""
        if abs(self.factor) < 1e-9:  # rounding of 1 - rate / best rate
            return ONE_STEP
        if abs(self.factor + 1) < 1e-9:
            return BOTH_SIDES
        if self.factor < -1:
            return AWAY
        return ONE_SIDE if self.factor > 0 else ACROSS


def start_of(best_rate: float = BEST_RATE) -> float:
    """Return the weight to start from, left of the minimum at 0."""
    return -GRADIENT * best_rate


def loss_at(weight: float, best_rate: float = BEST_RATE) -> float:
    """Return the loss of a weight."""
    return weight * weight / (2 * best_rate)


def descend(rate: float, best_rate: float = BEST_RATE, within: float = WITHIN) -> Descent:
    """Follow the gradient with a learning rate until the minimum, a runaway or 1,000 steps."""
    weight = start = start_of(best_rate)
    places = [weight]
    steps = None
    while len(places) <= MOST_STEPS and abs(weight) < _FAR * abs(start):
        weight -= rate * (weight / best_rate)
        places.append(weight)
        if abs(weight) <= within * abs(start):
            steps = len(places) - 1
            break
    return Descent(rate, tuple(places), steps, 1 - rate / best_rate)

"""The runs of a fleet: configurations drawn so that every condition is frequent enough to count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analyzer.trainer.digits import significant
from analyzer.trainer.schedules import KINDS
from analyzer.trainer.stacked import OPTIMIZERS
from analyzer.trainer.tasks import FAMILIES
from analyzer.trainer.treatment import UNTREATED, Treatment
from analyzer.trainer.variations import EVERYTHING, PLAIN, Shown, Variation

# Near the defaults of libraries and courses; a run's rate is drawn around it, over four decades.
_USUAL_RATE = {"sgd": 0.2, "momentum": 0.03, "rmsprop": 0.002, "adam": 0.004, "adamw": 0.004}
# By name; momentum is drawn most often because it is the one that diverges.
_SHARES = {"sgd": 0.2, "momentum": 0.3, "rmsprop": 0.1, "adam": 0.2, "adamw": 0.2}
_MAX_POINTS = 5_000  # per curve
_DIGITS = 3  # significant digits of a setting


@dataclass(frozen=True)
class Config:
    """The configuration of one run: its task, network, training and evaluation.

    ``noise`` is as in ``tasks.Task``; ``val_examples`` are the sizes of the validation sets that
    the corpus keeps. ``variation`` and ``shown`` are None for the plain runs of the teachers, and
    ``treatment`` outside the fleet of remedies.
    """

    family: str
    width: int
    optimizer: str
    lr: float
    schedule: str
    weight_decay: float
    dropout: float
    noise: float
    train_examples: int
    batch_size: int
    epochs: int
    val_examples: tuple[int, int]
    per_step: bool
    variation: Variation | None = None
    shown: Shown | None = None
    treatment: Treatment | None = None

    @property
    def treated(self) -> Treatment:
        """Return the treatment, or none."""
        return self.treatment or UNTREATED

    @property
    def varied(self) -> Variation:
        """Return the variation, or the plain one."""
        return self.variation or PLAIN

    @property
    def log(self) -> Shown:
        """Return what the log shows, or that it shows everything."""
        return self.shown or EVERYTHING

    @property
    def steps(self) -> int:
        """Return the optimizer steps per epoch."""
        return self.train_examples // self.batch_size

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name, without those that are None."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def draw(seed: int, index: int) -> Config:
    """Return the configuration of run ``index`` in the fleet with this seed; families alternate."""
    rng = np.random.default_rng((seed, index))
    family = list(FAMILIES.values())[index % len(FAMILIES)]
    per_step = rng.random() < 0.15
    steps = int(rng.choice([16, 40] if per_step else [1, 4, 12]))
    optimizer = str(rng.choice(OPTIMIZERS, p=[_SHARES[name] for name in OPTIMIZERS]))
    batch = max(1, round(_log_uniform(rng, 40, 1000) / steps))
    most_noise = 0.4 if family.classes else 1.0
    most_epochs = _MAX_POINTS // steps if per_step else 1500
    return Config(
        family=family.name,
        width=int(rng.choice([16, 48])),
        optimizer=optimizer,
        lr=significant(_USUAL_RATE[optimizer] * 10 ** _decades(rng), _DIGITS),
        schedule=str(rng.choice(KINDS)) if rng.random() < 0.6 else "constant",
        weight_decay=_or_zero(rng, 0.6, lambda: _log_uniform(rng, 1e-5, 3e-2)),
        dropout=_or_zero(rng, 0.65, lambda: rng.uniform(0.1, 0.5)),
        noise=_or_zero(rng, 0.2, lambda: rng.uniform(0.02, most_noise)),
        train_examples=batch * steps,
        batch_size=batch,
        epochs=_epochs(rng, most_epochs),
        val_examples=(round(_log_uniform(rng, 20, 5000)), round(_log_uniform(rng, 20, 1000))),
        per_step=per_step,
    )


def _decades(rng: np.random.Generator) -> float:
    """Return how far the rate is from the usual one, in powers of ten.

    Half of the runs are close, 15 % too low, 35 % too high. High rates are drawn more often because
    only some of them diverge or oscillate, and each of these must occur in 5 % of the runs.
    """
    kind = rng.random()
    if kind < 0.5:
        return float(rng.normal(0, 0.3))
    if kind < 0.65:
        return float(rng.uniform(-2.2, -0.3))
    return float(rng.uniform(0.3, 2.2))


def _epochs(rng: np.random.Generator, most: int) -> int:
    """Return 15 to 300 epochs, uniform on a log scale; one run in thirty gets up to 1,500."""
    high = 1500 if rng.random() < 1 / 30 else 300
    return min(most, round(_log_uniform(rng, 15, high)))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _or_zero(rng: np.random.Generator, share: float, draw_value: Callable[[], float]) -> float:
    """Return zero in this share of the runs, else a drawn value."""
    if rng.random() < share:
        return 0.0
    return significant(draw_value(), _DIGITS)

"""Which runs a fleet holds.

Configurations drawn so that every condition comes up often enough to be counted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analyzer.trainer.schedules import KINDS
from analyzer.trainer.stacked import OPTIMIZERS
from analyzer.trainer.tasks import FAMILIES

# Near what libraries default to and courses teach; what a run gets is drawn around it, over four
# decades.
_USUAL_RATE = {"sgd": 0.2, "momentum": 0.03, "rmsprop": 0.002, "adam": 0.004, "adamw": 0.004}
_OPTIMIZERS = (
    0.2,
    0.3,
    0.1,
    0.2,
    0.2,
)  # shares, in the order of OPTIMIZERS; plain momentum is what diverges
_MAX_POINTS = 5_000  # of a curve


@dataclass(frozen=True)
class Config:
    """One run: the task it learns, the network, how it is trained and how it is watched.

    ``noise`` as in ``tasks.Task``; ``val_examples`` are the sizes of the validation sets that the
    corpus keeps.
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

    @property
    def steps(self) -> int:
        """Optimizer steps in an epoch."""
        return self.train_examples // self.batch_size

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


def draw(seed: int, index: int) -> Config:
    """Return the configuration of run ``index`` of the fleet with this seed.

    Families take turns.
    """
    rng = np.random.default_rng((seed, index))
    family = list(FAMILIES.values())[index % len(FAMILIES)]
    per_step = rng.random() < 0.15
    steps = int(rng.choice([16, 40] if per_step else [1, 4, 12]))
    optimizer = str(rng.choice(OPTIMIZERS, p=_OPTIMIZERS))
    batch = max(1, round(_between(rng, 40, 1000) / steps))
    return Config(
        family=family.name,
        width=int(rng.choice([16, 48])),
        optimizer=optimizer,
        lr=_round(_USUAL_RATE[optimizer] * 10 ** _decades(rng)),
        schedule=str(rng.choice(KINDS)) if rng.random() < 0.6 else "constant",
        weight_decay=0.0 if rng.random() < 0.6 else _round(_between(rng, 1e-5, 3e-2)),
        dropout=0.0 if rng.random() < 0.65 else _round(rng.uniform(0.1, 0.5)),
        noise=0.0
        if rng.random() < 0.2
        else _round(rng.uniform(0.02, 0.4 if family.classes else 1.0)),
        train_examples=batch * steps,
        batch_size=batch,
        epochs=_epochs(rng, _MAX_POINTS // steps if per_step else 1500),
        val_examples=(round(_between(rng, 20, 5000)), round(_between(rng, 20, 1000))),
        per_step=per_step,
    )


def _decades(rng: np.random.Generator) -> float:
    """Return how far the rate is from the usual.

    Close in half of the runs, too low in 15 %, too high in 35 %.

    High rates are drawn more often because only some of them diverge or oscillate, each of which is
    wanted in 5 % of the runs.
    """
    kind = rng.random()
    if kind < 0.5:
        return float(rng.normal(0, 0.3))
    return float(rng.uniform(-2.2, -0.3) if kind < 0.65 else rng.uniform(0.3, 2.2))


def _epochs(rng: np.random.Generator, most: int) -> int:
    """Return 15 to 300 epochs, equally on a log scale; one run in thirty gets up to 1,500."""
    high = 1500 if rng.random() < 1 / 30 else 300
    return min(most, round(_between(rng, 15, high)))


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _round(value: float) -> float:
    return float(f"{value:.3g}")

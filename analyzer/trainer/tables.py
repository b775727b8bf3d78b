"""Real data of the fleet: the tables that scikit-learn ships, half of their rows the population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.stats.arrays import Floats
from analyzer.trainer.tasks import Source


@dataclass(frozen=True)
class Table:
    """A table of real rows; ``classes`` is 0 for a regression.

    ``target`` is the place of the column to predict (None: the table's own target).
    """

    name: str
    half: str
    rows: int
    features: int
    classes: int
    activation: str
    loader: str  # of sklearn.datasets
    target: int | None = None

    @property
    def population(self) -> int:
        """Return the number of rows that only measure the truth."""
        return self.rows - self.rows // 2

    def load(self) -> tuple[Floats, npt.NDArray[np.generic]]:
        """Return standardised inputs and the target: classes, or standardised numbers."""
        from sklearn import datasets

        inputs, target = getattr(datasets, self.loader)(return_X_y=True)
        if self.target is not None:
            target = inputs[:, self.target]
            inputs = np.delete(inputs, self.target, axis=1)
        spread = inputs.std(axis=0)
        inputs = (inputs - inputs.mean(axis=0)) / np.where(spread > 0, spread, 1)
        if self.classes:
            return inputs, target.astype(np.int64)
        return inputs, (target - target.mean()) / target.std()


class Rows:
    """Rows of a table by their places, one list per run ``[runs, n]``."""

    def __init__(self, inputs: Tensor, target: Tensor, places: Tensor) -> None:
        self.inputs, self.target, self.places = inputs, target, places

    def examples(self, count: int) -> tuple[Tensor, Tensor]:
        """Return inputs ``[runs, count, features]`` and targets ``[runs, count]``; rows repeat."""
        at = torch.arange(count, device=self.places.device) % self.places.shape[1]
        places = self.places[:, at]
        return self.inputs[places], self.target.gather(1, places)


class TableTask:
    """The rows of a table, shuffled for each run of a pack: own rows and those of the population.

    A run trains on the start of its own rows and validates on their end, ``held`` rows of it;
    pretraining uses rows between the two. Larger validation sets, which only measure the error of
    sampling, are drawn from the population with replacement. ``noise`` is as in ``tasks.Task``.
    """

    def __init__(
        self,
        table: Table,
        source: Source,
        noise: Tensor,
        *,
        train: Sequence[int],
        held: Sequence[int],
    ) -> None:
        inputs, target = table.load()
        self.inputs = torch.from_numpy(inputs).to(source.device, torch.float32)
        known = torch.from_numpy(target).to(source.device).expand(source.runs, -1)
        self.target = self._noisy(table, known, source, noise[:, None])
        order = source.order(table.rows)
        self.own, self.others = order.split([table.rows // 2, table.population], dim=1)
        self.drawn = source.choice(table.population, 2 * table.rows)
        self.train, self.held = (
            torch.tensor(sizes, device=source.device)[:, None] for sizes in (train, held)
        )

    @staticmethod
    def _noisy(table: Table, known: Tensor, source: Source, noise: Tensor) -> Tensor:
        if not table.classes:
            return known.float() + noise * source.normal(table.rows)
        other = source.choice(table.classes, table.rows)
        return torch.where(source.uniform(table.rows) < noise, other, known)

    def _rows(self, places: Tensor) -> Rows:
        return Rows(self.inputs, self.target, places)

    @property
    def training(self) -> Rows:
        """Return the rows to train on: the first ones of a run's own."""
        return self._rows(self.own)

    @property
    def pretraining(self) -> Rows:
        """Return the rows after those to train on."""
        at = torch.arange(self.own.shape[1], device=self.own.device)
        return self._rows(self.own.gather(1, (at + self.train) % self.own.shape[1]))

    @property
    def validation(self) -> Rows:
        """Return the last of a run's own rows, then rows drawn from the population."""
        drawn = self.others.gather(1, self.drawn)
        at = torch.arange(drawn.shape[1], device=self.own.device).expand_as(drawn)
        last = self.own.flip(1).gather(1, at.clamp(max=self.own.shape[1] - 1))
        return self._rows(torch.where(at < self.held, last, drawn))

    @property
    def population(self) -> Rows:
        """Return the rows that only measure the truth."""
        return self._rows(self.others)


TABLES = {
    table.name: table
    for table in (
        Table("digits", "calibration", 1797, 64, 10, "relu", "load_digits"),
        Table("diabetes", "calibration", 442, 10, 0, "relu", "load_diabetes"),
        Table("breast_cancer", "test", 569, 30, 2, "relu", "load_breast_cancer"),
        Table("wine", "test", 178, 13, 3, "tanh", "load_wine"),
        Table("alcohol", "test", 178, 12, 0, "tanh", "load_wine", target=0),
    )
}

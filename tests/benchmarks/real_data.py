"""Real data for small runs: five tasks on tables of scikit-learn, one on the text of docs/.

Rows are drawn without replacement in one seeded order: the first ones are the held-out test part,
then the validation set, then the training set, so that a larger training set keeps the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

DOCS = Path(__file__).parents[2] / "docs"
WINDOW = 32  # characters that the transformer reads at once


@dataclass(frozen=True)
class Task:
    """What may be drawn for a task, from the smallest to the largest value of each setting.

    ``most_steps`` bounds the cost of a run. ``test`` counts rows of the held-out test part.
    """

    rows: Callable[[], tuple[Tensor, Tensor]]
    network: str
    classes: int  # 0: a regression
    test: int
    examples: tuple[int, int]
    val_examples: tuple[int, int]
    epochs: tuple[int, int] = (20, 200)
    widths: tuple[int, ...] = (8, 16, 32, 64)
    batches: tuple[int, ...] = (4, 8, 16, 32)
    most_steps: int = 1200


class Part(NamedTuple):
    """Inputs and targets of one part of the data."""

    x: Tensor
    y: Tensor

    def __len__(self) -> int:
        return len(self.x)


class Split(NamedTuple):
    """The three parts of a run's data; the test part is the truth and is never logged."""

    train: Part
    val: Part
    test: Part


@cache
def table(name: str) -> tuple[Tensor, Tensor]:
    """Return inputs and targets of a data set of scikit-learn, scaled over all rows.

    Scaling by the training rows alone would give the loss another unit for each training set.
    """
    from sklearn import datasets

    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    x = x / 16 if name == "digits" else (x - x.mean(0)) / x.std(0)
    if name == "diabetes":
        return _floats(x), _floats((y - y.mean()) / y.std())[:, None]
    return _floats(x), torch.from_numpy(y.astype(np.int64))


def pictures() -> tuple[Tensor, Tensor]:
    """Return the digits as pictures of 1 x 8 x 8."""
    x, y = table("digits")
    return x.view(-1, 1, 8, 8), y


@cache
def text() -> tuple[Tensor, Tensor]:
    """Return windows of the pages of docs/ as indices of bytes, and the bytes that follow each."""
    pages = [path.read_bytes() for path in sorted(DOCS.glob("*.md"))]
    _, index = np.unique(np.frombuffer(b"".join(pages), dtype=np.uint8), return_inverse=True)
    windows = len(index) // (WINDOW + 1)
    index = torch.from_numpy(index[: windows * (WINDOW + 1)].astype(np.int64))
    index = index.view(windows, WINDOW + 1)
    return index[:, :-1].contiguous(), index[:, 1:].contiguous()


def _floats(values: Any) -> Tensor:
    return torch.from_numpy(np.asarray(values, dtype=np.float32))


def classes_of(task: Task) -> int:
    """Return the number of outputs of a task: its classes, or one for a regression."""
    return task.classes or 1


def split(task: Task, *, examples: int, val_examples: int, seed: int) -> Split:
    """Return the parts of a task's rows in the order of a seed."""
    x, y = task.rows()
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    ends = np.cumsum([task.test, val_examples, examples])
    if ends[-1] > len(x):
        raise ValueError(f"{ends[-1]} rows asked for, the data have {len(x)}")
    test, val, train, _ = torch.tensor_split(order, torch.from_numpy(ends))
    return Split(Part(x[train], y[train]), Part(x[val], y[val]), Part(x[test], y[test]))


TASKS: Mapping[str, Task] = {
    "digits": Task(
        partial(table, "digits"), "mlp", 10, test=700, examples=(50, 400), val_examples=(30, 200)
    ),
    "wine": Task(
        partial(table, "wine"), "mlp", 3, test=70, examples=(12, 40), val_examples=(12, 25)
    ),
    "breast_cancer": Task(
        partial(table, "breast_cancer"),
        "mlp",
        2,
        test=280,
        examples=(20, 100),
        val_examples=(20, 80),
    ),
    "diabetes": Task(
        partial(table, "diabetes"), "mlp", 0, test=150, examples=(20, 110), val_examples=(20, 70)
    ),
    "digits_cnn": Task(
        pictures,
        "cnn",
        10,
        test=700,
        examples=(50, 400),
        val_examples=(30, 200),
        epochs=(20, 60),
        widths=(4, 8),
        batches=(8, 16, 32),
        most_steps=300,
    ),
    "docs_transformer": Task(
        text,
        "transformer",
        256,
        test=64,
        examples=(16, 128),
        val_examples=(16, 40),
        epochs=(20, 30),
        widths=(32, 48),
        batches=(4, 8),
        most_steps=120,
    ),
}

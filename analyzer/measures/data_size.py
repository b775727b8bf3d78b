"""What a log tells of the data: how many examples the validation set has, and how many classes there are."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.cost import PERCENT_FROM
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.stats.examples import grain_of
from analyzer.stats.levels import end_level

UNKNOWN_EXAMPLES = (
    100  # where no accuracy tells the size of the validation set; docs/decisions/0003
)
_USUAL_ODDS = (
    0.43  # an error of 30 %, as in the runs on which the noise was measured: there n weighs as n
)
_SIZES = (
    "validation_examples",
    "val_examples",
    "num_val_examples",
    "n_val",
    "num_val",
    "val_size",
    "validation_size",
)
_CLASSES = ("num_classes", "n_classes", "nclasses", "nb_classes", "classes", "num_labels")
_MOST_CLASSES = 1_000_000  # a larger number is no number of classes
_MOST_EXAMPLES = 1_000_000_000


def validation_examples(run: Run) -> int | None:
    """Return how many examples the validation set has, as far as it is known.

    What the user said (``validation_examples`` in analyzer.toml) comes first, then the run's configuration, then the
    grain of its accuracies.
    """
    return run.meta.validation_examples or _named(run, _SIZES, _MOST_EXAMPLES) or _grain(run)[0]


def assumed_examples(run: Run) -> tuple[float, bool]:
    """Return the size of the validation set to reckon with, and whether it is known.

    Where it is not, the accuracies may rule out every size up to some, which is taken then; else
    ``UNKNOWN_EXAMPLES``.
    """
    size = validation_examples(run)
    if size is not None:
        return float(size), True
    return float(max(UNKNOWN_EXAMPLES, _grain(run)[1] or 0)), False


def _grain(run: Run) -> tuple[int | None, int | None]:
    """Return the size that the accuracies show, and the size up to which they rule out every other."""
    return run.once(("grain",), lambda: grain_of(_shares(run)))


def effective_examples(run: Run) -> tuple[float, bool]:
    """Return the size by which the error of a held-out loss goes, and whether the log tells the size of the set.

    The loss of a classifier that is seldom wrong rests on its few errors: the variance of a mean of losses of which a
    share e counts goes as (1 - e) / (e n). Below an error rate of 30 % the size is scaled by its odds. The gap at the
    end and the jitter between epochs go by it; the slow wander, on the corpus, does not.
    """
    size, known = assumed_examples(run)
    shares = _shares(run)
    if not len(shares):
        return size, known
    error = min(max(1 - end_level(shares), 0.5 / size), 0.99)
    return max(size * min(1.0, error / (1 - error) / _USUAL_ODDS), 2.0), known


def _shares(run: Run) -> Floats:
    """Return the held-out accuracies as fractions, none where the log has none."""
    split = run.held_out("accuracy")
    try:
        value = run.curve("accuracy", split).value
    except NotApplicable:
        return np.empty(0)
    value = value[np.isfinite(value)]
    if not len(value) or value.min() < 0 or value.max() > 100:
        return np.empty(0)
    shares: Floats = value / (100 if value.max() > PERCENT_FROM else 1)
    return shares


def classes_of(run: Run) -> int | None:
    """Return the number of classes that the configuration of the run names, None where it names none."""
    return _named(run, _CLASSES, _MOST_CLASSES)


def _named(run: Run, names: Collection[str], most: int) -> int | None:
    """Return the first whole number from 2 to ``most`` that the configuration has under one of the names."""
    for name, value in run.config.items():
        if str(name).rpartition(".")[2].rpartition("/")[2].lower() in names:
            try:
                count = int(value)
            except (TypeError, ValueError, OverflowError):
                continue
            if 2 <= count <= most and count == float(value):
                return count
    return None

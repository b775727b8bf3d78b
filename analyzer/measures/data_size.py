"""Infer from a log how many validation examples and how many classes the data has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.cost import PERCENT_FROM
from analyzer.model.run import Run
from analyzer.model.settings import find
from analyzer.stats.arrays import Floats
from analyzer.stats.examples import FULL, Grain, decimals_of, grain_of
from analyzer.stats.levels import end_level

UNKNOWN_EXAMPLES = 100  # assumed if the log does not show the size; docs/decisions/0003
_USUAL_ODDS = 0.43  # an error of 30 %, as in the runs whose noise was measured: n counts in full
_LARGEST_ERROR = 0.99  # keeps the odds finite
_FEWEST_EFFECTIVE = 2.0
_SIZES = (
    "validation_examples",
    "val_examples",
    "num_val_examples",
    "n_val",
    "num_val",
    "val_size",
    "validation_size",
)
_TRAIN_SIZES = (
    *("train_examples", "train_size", "n_train", "num_train", "num_train_examples"),
    *("training_examples", "num_training_examples", "train_samples", "num_train_samples"),
    *("n_train_examples", "n_train_samples", "training_samples", "train_set_size"),
)
_CLASSES = (
    *("num_classes", "n_classes", "nclasses", "nb_classes", "n_class", "num_class", "classes"),
    *("class_names", "num_labels", "n_labels", "number_of_classes", "class_count", "nc"),
)
_ERRORS = ("error", "err", "error_rate", "err_rate", "merror", "top1_error", "top1_err")
_LABELS = ("id2label", "label2id", "class_to_idx", "label_map", "class_names", "classes")
_MOST_CLASSES = 1_000_000  # a larger number does not count classes
_MOST_EXAMPLES = 1_000_000_000
_ROUNDED_BELOW = 10.0  # a float32 above this has fewer than seven true decimals
_SEEN = 1000  # values of a curve show how many decimals the log has


class ValidationSize(NamedTuple):
    """A number of validation examples, and whether the log or the user states it."""

    examples: float
    known: bool


def validation_examples(run: Run) -> int | None:
    """Return the number of validation examples, or None if unknown.

    The user's setting (``validation_examples`` in analyzer.toml) comes first, then the run's
    configuration, then the grain of its accuracies.
    """

    def search() -> int | None:
        setting = run.meta.validation_examples
        return setting or _configured(run, _SIZES, _MOST_EXAMPLES) or _grain(run).size

    return run.once(("validation_examples",), search)


def train_examples(run: Run) -> int | None:
    """Return the number of training examples in the run's configuration, None if it has none."""
    return _configured(run, _TRAIN_SIZES, _MOST_EXAMPLES)


def assumed_examples(run: Run) -> ValidationSize:
    """Return the number of validation examples to compute with.

    If it is unknown, assume ``UNKNOWN_EXAMPLES``, or the largest size that the accuracies rule out
    if that is larger.
    """
    size = validation_examples(run)
    if size is not None:
        return ValidationSize(float(size), known=True)
    return ValidationSize(float(max(UNKNOWN_EXAMPLES, _grain(run).ruled_out or 0)), known=False)


def effective_examples(run: Run) -> ValidationSize:
    """Return the number of examples that sets the sampling error of a held-out loss.

    The loss of a classifier that is seldom wrong rests on its few errors: if a share e of the
    examples carries it, the variance of the mean goes as (1 - e) / (e n). Below an error rate of
    30 % the size is therefore scaled by the odds of an error. Use it for the gap at the end and the
    jitter between epochs; on the corpus the slow wander goes with the full size.
    """
    size, known = assumed_examples(run)
    shares = _shares(run)
    if not len(shares):
        return ValidationSize(size, known)
    error = min(max(1 - end_level(shares), 0.5 / size), _LARGEST_ERROR)
    effective = size * min(1.0, error / (1 - error) / _USUAL_ODDS)
    return ValidationSize(max(effective, _FEWEST_EFFECTIVE), known)


def classes_of(run: Run) -> int | None:
    """Return the number of classes in the run's configuration, or None if it has none."""
    named = _configured(run, _CLASSES, _MOST_CLASSES)
    if named is not None:
        return named
    labels = {len(found.value) for found in find(run.config, _LABELS) if _is_names(found.value)}
    return labels.pop() if len(labels) == 1 else None


def _is_names(value: Any) -> bool:
    """Say whether a setting names two classes or more, by number or the other way round."""
    return isinstance(value, Mapping) and len(value) >= 2


def _grain(run: Run) -> Grain:
    return run.once(("grain",), lambda: _measured_grain(run))


def _measured_grain(run: Run) -> Grain:
    """Return the grain of the held-out accuracies, or of the error rates if there are none.

    An error rate without a grain may not be a rate at all, so it rules nothing out.
    """
    shares = _shares(run)
    if len(shares):
        return grain_of(shares, decimals=_decimals(run, "accuracy"))
    for metric in _ERRORS:
        shares = _shares(run, metric)
        if len(shares):
            size = grain_of(shares, decimals=_decimals(run, metric)).size
            return Grain(size, None)
    return Grain(None, None)


def _decimals(run: Run, metric: str) -> int:
    """Return how many decimals the log has for shares: those of the training curve.

    Without one, the losses tell: a log that does not round them does not round its shares.
    """
    trained = _shares(run, metric, run.trained_on(metric))[:_SEEN]
    if len(np.unique(trained)) > 1:
        return decimals_of(trained)
    for split in (run.held_out("loss"), run.trained_on("loss")):
        try:
            value = run.curve("loss", split).value[:_SEEN]
        except NotApplicable:
            continue
        if decimals_of(value[(value > 0) & (value < _ROUNDED_BELOW)]) == FULL:
            return FULL
    return 0


def _shares(run: Run, metric: str = "accuracy", split: str | None = None) -> Floats:
    """Return the finite values of a split (held-out) as fractions, empty if they are none."""
    try:
        value = run.curve(metric, run.held_out(metric) if split is None else split).value
    except NotApplicable:
        return np.empty(0)
    value = value[np.isfinite(value)]
    if not len(value) or value.min() < 0 or value.max() > 100:
        return np.empty(0)
    shares: Floats = value / (100 if value.max() > PERCENT_FROM else 1)
    return shares


def _configured(run: Run, names: Collection[str], most: int) -> int | None:
    """Return the whole number from 2 to ``most`` that a setting with one of the names has.

    A list under such a name counts its entries. The setting nearest to the top decides; None if
    there are several there that disagree.
    """
    counts: dict[int, set[int]] = {}
    for setting in find(run.config, names):
        count = _count(setting.value)
        if count is not None and 2 <= count <= most:
            counts.setdefault(setting.depth, set()).add(count)
    nearest = counts[min(counts)] if counts else set()
    return nearest.pop() if len(nearest) == 1 else None


def _count(value: Any) -> int | None:
    """Return the whole number that a setting is, or how many entries it lists."""
    if isinstance(value, list | tuple):
        return len(set(map(str, value))) if all(isinstance(name, str) for name in value) else None
    try:
        count = int(value)
        return count if count == float(value) else None
    except (TypeError, ValueError, OverflowError):
        return None

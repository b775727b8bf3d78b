"""Which kinds of settings a log holds: only of these can a missing one be called missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from analyzer.model.run import Run
from analyzer.model.settings import name_of, walk

# Words in the names of settings, by what they describe. The name of an architecture describes no
# layer, and neither does the plan of a trainer (epochs, steps, batch size).
_LAYERS = frozenset(
    {
        *("layer", "layers", "hidden", "units", "neurons", "channels", "filters", "kernel"),
        *("width", "depth", "heads", "head", "embd", "embed", "embedding", "activation"),
        *("dropout", "norm", "bn", "batchnorm", "residual"),
    }
)
_DATA = frozenset(
    {
        *("augment", "augmentation", "augmentations", "transform", "transforms", "crop", "flip"),
        *("jitter", "mixup", "cutmix", "randaug", "randaugment", "autoaug", "cutout", "mosaic"),
    }
)
_TRAINING = frozenset({"lr", "rate", "optimizer", "optimiser", "optim", "momentum", "decay"})
_OTHERWISE = frozenset({"grad", "gradient", "max", "clip"})  # a norm beside these is no layer
_READ_OFF = "largest_logged"  # what a parser reads off the curves is no setting


def describes_layers(run: Run) -> bool:
    """Say whether the settings describe the layers of the network."""
    return any(words & _LAYERS and not words & _OTHERWISE for words in _names(run))


def describes_data(run: Run) -> bool:
    """Say whether the settings describe how training examples are changed."""
    return _has(run, _DATA)


def describes_training(run: Run) -> bool:
    """Say whether the settings describe the optimizer, and not the plan of the run alone."""
    return _has(run, _TRAINING)


def _has(run: Run, kind: Collection[str]) -> bool:
    return any(not words.isdisjoint(kind) for words in _names(run))


def _names(run: Run) -> Iterator[set[str]]:
    """Yield the words of the name of each setting."""
    for setting in walk(run.config):
        if not setting.key.startswith(_READ_OFF):
            yield set(re.split(r"[_\W\d]+", name_of(setting.key)))

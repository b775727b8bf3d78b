"""Name the optimizer of a run from its settings, and the family it belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analyzer.model.settings import Setting, name_of, walk

ADAPTIVE, SGD = "adaptive", "sgd"
_NAMES = ("optimizer", "optimiser", "optim", "opt", "optimizer_name", "optimizer_type", "opt_name")
# how Keras, Lightning, MMEngine, Hydra and others name the class of a configured object
CLASS_NAMES = ("class_name", "class_path", "type", "name", "_target_", "target", "class")
# Optimizers with a step size for each weight; the others named here have one rate for all.
_ADAPTIVE = (
    *("adam", "rmsprop", "adagrad", "adadelta", "adafactor", "adamax", "amsgrad", "adabelief"),
    *("novograd", "yogi", "sophia", "shampoo", "prodigy"),
)
# the same, but only as whole words: "million" and "lambda" are no optimizers
_ADAPTIVE_WORDS = frozenset({"lamb", "lion", "ranger", "adopt", "fusedlamb", "fusedlion"})
_ONE_RATE = ("sgd", "momentum", "nesterov", "gradientdescent")


def optimizer_of(config: Mapping[str, Any]) -> str | None:
    """Return the name of the optimizer as configured, None if the settings have none.

    It is the text under a usual name ("optim: adamw_torch"), or the class of an object configured
    there ("optimizer: {class_name: Adam}"); the one nearest to the top counts.
    """
    named = [setting for setting in walk(config) if _names_optimizer(setting)]
    nearest = min(named, key=lambda setting: setting.depth, default=None)
    return None if nearest is None else str(nearest.value).strip()


def optimizer_family(config: Mapping[str, Any]) -> str | None:
    """Return ``ADAPTIVE``, ``SGD``, or None if the optimizer is unknown or is neither."""
    name = optimizer_of(config)
    if name is None:
        return None
    words = re.findall("[a-z]+", name.lower())
    letters = "".join(words)
    if any(word in letters for word in _ADAPTIVE) or _ADAPTIVE_WORDS & set(words):
        return ADAPTIVE
    return SGD if any(word in letters for word in _ONE_RATE) else None


def _names_optimizer(setting: Setting) -> bool:
    if not isinstance(setting.value, str) or not setting.value.strip():
        return False
    if name_of(setting.key) in _NAMES:
        return True
    return last_key(setting.key) in CLASS_NAMES and name_of(parent(setting.key)) in _NAMES


def last_key(key: str) -> str:
    """Return the last part of a key in lower case: "type" of "optimizer/Type"."""
    return key.replace("/", ".").rpartition(".")[2].lower()


def parent(key: str) -> str:
    """Return a key without its last part: "optimizer" of "optimizer.type"; "" at the top."""
    return key.replace("/", ".").rpartition(".")[0]

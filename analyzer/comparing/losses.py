"""The losses that runs name in their settings: values of different losses are never compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.model.settings import name_of

Settings = Mapping[str, Any]

UNNAMED = ""  # a run whose settings name no loss, beside runs that name different ones
_KEYS = (
    *("loss", "criterion", "loss_fn", "loss_function", "loss_func", "loss_type", "loss_name"),
    *("objective", "perdida", "funcion_perdida", "funcion_de_perdida"),
)
_PARTS = {"name", "type", "kind", "class_name", "target"}  # of a loss that is a table of settings
# Curves that only say "loss"; one called "mae" is the same for every loss.
_GENERAL = {"loss", "total_loss", "cost", "objective"}
_NUMBER = re.compile(r"[-+.\d]+(e[-+]?\d+)?", re.IGNORECASE)
_ACRONYM = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])")  # "MSELoss" is "MSE_Loss"
_CALL = re.compile(r"\(.*\)$", re.DOTALL)
_ADDRESS = re.compile(r" (?:object )?at 0x[0-9a-fA-F]+>?$")  # "<function mse at 0x7f3b2c>"
_WORDS = {"loss", "function", "fn", "with", "logits", "reg"}
_SAME = {
    "mean_squared_error": "mse",
    "squared_error": "mse",
    "squarederror": "mse",
    "l2": "mse",
    "regression": "mse",
    "mean_absolute_error": "mae",
    "absolute_error": "mae",
    "absoluteerror": "mae",
    "l1": "mae",
    "ce": "cross_entropy",
    "xent": "cross_entropy",
    "crossentropy": "cross_entropy",
    "crossentropyloss": "cross_entropy",
    "mseloss": "mse",
    "l1loss": "mae",
    "bceloss": "binary_cross_entropy",
    "bcewithlogitsloss": "binary_cross_entropy",
    "softmax_cross_entropy": "cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "categorical_cross_entropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "sparse_categorical_cross_entropy": "cross_entropy",
    "nll": "cross_entropy",
    "binary_crossentropy": "binary_cross_entropy",
    "bce": "binary_cross_entropy",
}


def losses_of(settings: Sequence[Settings], metrics: Sequence[str | None]) -> list[str | None]:
    """Return what tells the losses of runs apart, each judged by its metric; None if nothing does.

    Only a curve called "loss" depends on what the settings name. Runs are told apart only if at
    least two losses are named: a run that names none is then ``UNNAMED``.
    """
    made: dict[int, str | None] = {}
    found: list[str | None] = []
    for run, metric in zip(settings, metrics, strict=True):
        if metric is None or not is_general(metric):
            found.append(None)
            continue
        if id(run) not in made:
            made[id(run)] = loss_named(run)
        found.append(made[id(run)] or UNNAMED)
    if len({loss for loss in found if loss}) < 2:
        return [None] * len(found)
    return found


def is_general(metric: str) -> bool:
    """Say whether the name of a metric leaves open which loss it is."""
    return name_of(metric) in _GENERAL


def loss_named(settings: Settings) -> str | None:
    """Return the loss that settings name, "mse" for "nn.MSELoss()" too; None if they name none."""
    found: dict[str, str] = {}
    for key, value in settings.items():
        if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
            found.setdefault(_place(key), value)
    value = next((found[key] for key in _KEYS if key in found), None)
    return None if value is None else _usual(value)


def _place(key: str) -> str:
    """Return the name of a setting, that of the table around it for "loss.name"."""
    name = name_of(key)
    if name not in _PARTS:
        return name
    around = key.replace("/", ".").rpartition(".")[0]
    return name_of(around) if around else name


def _usual(value: str) -> str | None:
    """Return the usual name of a loss, without its module, its call and the word "loss"."""
    value = _ADDRESS.sub("", value.strip().strip("<>"))
    last = re.split(r"[.:]", _CALL.sub("", value))[-1]
    last = last.removesuffix(" object").rpartition(" ")[2].strip("'\"")
    words = [
        word for word in name_of(_ACRONYM.sub("_", last)).split("_") if word and word not in _WORDS
    ]
    name = "_".join(words)
    if not name or name in ("none", "partial", "lambda"):
        return None
    return _SAME.get(name, name)

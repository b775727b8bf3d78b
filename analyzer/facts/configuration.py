"""What the settings say about regularisation, so that no advice repeats what is on already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from analyzer.facts._base import Fact
from analyzer.measures.configured_rate import configured_rates
from analyzer.measures.described import describes_layers
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.settings import Setting, name_of, walk
from analyzer.model.values import Values

# The term of the field for the settings of a regulariser, by the names that libraries give them.
_REGULARISERS = {
    "weight decay": ("weight_decay", "wd", "l2", "l2_reg", "l2_regularization", "l2_lambda"),
    "dropout": ("dropout", "dropout_rate", "drop_rate", "p_dropout", "dropout_p", "dropout_prob"),
    "drop path": ("drop_path", "drop_path_rate", "stochastic_depth"),
    "label smoothing": ("label_smoothing", "label_smoothing_factor", "smoothing"),
    "mixup": ("mixup", "mixup_alpha"),
    "gradient clipping": ("grad_clip", "max_grad_norm", "clip_norm", "gradient_clip_val"),
}
_OTHERS = {
    "optimizer": ("optimizer", "optim", "optimiser"),
    "batch size": ("batch_size", "batchsize", "bs", "per_device_train_batch_size"),
    "train size": ("train_size", "train_examples", "n_train", "num_train", "num_train_examples"),
}
_SPLIT = (  # shown by the names that they have in the settings
    *("test_size", "val_size", "val_split", "validation_split", "val_fraction", "stratify"),
    *("stratified", "n_splits", "k_folds", "num_folds", "cv_folds", "split_seed"),
    *("split_random_state", "group_by", "group_column", "split_by"),
)
# Optimizers with one learning rate for all weights, and those with a step size for each; the latter
# scale an L2 penalty too (Loshchilov & Hutter 2019, ICLR), except for the ones ending in W.
_ONE_RATE = ("sgd", "momentum", "nesterov", "gd")
_ADAPTIVE = ("adam", "adamax", "nadam", "rmsprop", "adagrad", "amsgrad")
_DROPOUTS = ("dropout", "dropout_rate", "drop_rate", "p_dropout", "dropout_p", "dropout_prob")
_NORMS = ("batch_norm", "batchnorm", "use_bn", "bn", "use_batch_norm", "norm", "normalization")
_HAS_NORM = (  # architectures that normalise without a setting of that name
    *("resnet", "bert", "gpt", "llama", "vit", "transformer", "efficientnet", "yolo", "convnext"),
    *("densenet", "mobilenet", "t5", "wav2vec", "whisper", "unet", "inception", "qwen", "mistral"),
)
_MODULE = re.compile(r"<class '|'>|(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])")  # "torch.optim." of a class
_OFF = (None, False, 0, "none", "false", "off", "no", "0", "0.0", "")
_LONGEST = 40  # characters of a value
_MOST_RATES = 3  # of groups of parameters or networks
_MUCH = 0.3  # dropout that may cost a small layer its capacity


@dataclass(frozen=True, eq=False)
class ConfigurationValues(Values):
    """Regularisers that are on, those that are off, and what else decides the fit."""

    tags: tuple[str, ...]
    on: tuple[str, ...]  # "weight decay 0.01"
    off: tuple[str, ...]
    others: tuple[str, ...]
    split: tuple[str, ...]  # how the data were split: "test_size 0.2", "stratify false"
    optimizer: str | None
    dropout: float | None  # the highest


class Configuration(Fact):
    """What is on and what is off, by the settings of the run."""

    place: ClassVar[int | None] = 70

    def compute(self, run: Run, best: Best | None) -> ConfigurationValues | None:  # noqa: ARG002 - part of the interface
        """Return what the settings say, or None if they say nothing of it."""
        settings = list(walk(run.config))
        on, off = [], []
        for term, names in _REGULARISERS.items():
            for setting in _of(settings, names):
                if _is_off(setting.value):
                    off.append(term)
                else:
                    on.append(_shown(term, setting))
        norm = _norm(settings)
        on += [norm] if norm else []
        others = _rates(run)
        for term, names in _OTHERS.items():
            others += [_shown(term, setting) for setting in _of(settings, names)][:1]
        split = _split(settings)
        optimizer = _optimizer(settings)
        off = [term for term in dict.fromkeys(off) if not any(item.startswith(term) for item in on)]
        tags = _tags(settings, on, off, others, run)
        tags += tuple(filter(None, ("split" if split else "", _kind_of(optimizer))))
        if not tags:
            return None
        return ConfigurationValues(
            tags=tags,
            on=tuple(dict.fromkeys(on)),
            off=tuple(off),
            others=tuple(others),
            split=split,
            optimizer=optimizer,
            dropout=_dropout(settings),
        )


def _rates(run: Run) -> list[str]:
    """Return the learning rates that the settings give, each number once.

    None if the log has their curve: the schedule then tells them, as they were used.
    """
    if run.splits("lr"):
        return []
    shown: dict[float, str] = {}
    for setting in configured_rates(run.config):
        shown.setdefault(setting.value, _shown("learning rate", setting))
    return list(shown.values())[:_MOST_RATES]


def _of(settings: list[Setting], names: tuple[str, ...]) -> Iterator[Setting]:
    """Yield the plain settings with one of some names."""
    for setting in settings:
        if name_of(setting.key) in names and not isinstance(setting.value, dict | list | tuple):
            yield setting


def _is_off(value: Any) -> bool:
    return (value.strip().lower() if isinstance(value, str) else value) in _OFF


def _shown(term: str, setting: Setting) -> str:
    """Return a setting in the field's term, with where it stands if the key says more."""
    where = setting.key.rpartition(".")[0]
    value = setting.value
    if isinstance(value, float):
        value = int(value) if value.is_integer() else f"{value:.6g}"
    shown = "" if value is True else f" {str(value)[:_LONGEST]}"
    return f"{term}{shown}" + (f" ({where[:_LONGEST]})" if where else "")


def _norm(settings: list[Setting]) -> str | None:
    for setting in _of(settings, _NORMS):
        if not _is_off(setting.value):
            return (
                "batch norm" if setting.value is True else f"norm {str(setting.value)[:_LONGEST]}"
            )
    return None


def _split(settings: list[Setting]) -> tuple[str, ...]:
    """Return the settings that say how the data were split, by their own names."""
    found: dict[str, str] = {}
    for setting in _of(settings, _SPLIT):
        value = setting.value
        if value is None:
            continue
        shown = str(value).lower() if isinstance(value, bool) else str(value)[:_LONGEST]
        found.setdefault(name_of(setting.key), shown)
    return tuple(f"{name} {shown}" for name, shown in found.items())


def _optimizer(settings: list[Setting]) -> str | None:
    """Return the name of the optimizer without its module, None if the settings hold none."""
    for setting in _of(settings, _OTHERS["optimizer"]):
        if isinstance(setting.value, str) and setting.value:
            return _MODULE.sub("", setting.value)[:_LONGEST]
    return None


def _kind_of(optimizer: str | None) -> str:
    """Return the tag of a kind of optimizer for which there is advice, "" for the others."""
    words = re.split(r"[^a-z]+", (optimizer or "").lower())
    if any(word in _ONE_RATE for word in words):
        return "one_rate"
    return "adaptive" if any(word in _ADAPTIVE for word in words) else ""


def _dropout(settings: list[Setting]) -> float | None:
    found = []
    for setting in _of(settings, _DROPOUTS):
        if isinstance(setting.value, int | float) and not isinstance(setting.value, bool):
            found.append(float(setting.value))
    return max(found, default=None)


def _tags(
    settings: list[Setting], on: list[str], off: list[str], others: list[str], run: Run
) -> tuple[str, ...]:
    tags = [tag for tag, items in (("on", on), ("off", off), ("others", others)) if items]
    if tags and any(item.startswith("dropout") for item in on):
        dropout = _dropout(settings)
        if dropout is not None and dropout >= _MUCH:
            tags.append("much_dropout")
    if tags and describes_layers(run) and not _normalises(settings):
        tags.append("no_norm")
    return tuple(tags)


def _normalises(settings: list[Setting]) -> bool:
    """Say whether the settings name a normalisation or an architecture that has one."""
    for setting in settings:
        name = name_of(setting.key)
        if ("norm" in name and "grad" not in name and "max" not in name) or name in _NORMS:
            return not _is_off(setting.value)
        value = str(setting.value).lower() if isinstance(setting.value, str) else ""
        if any(word in value for word in _HAS_NORM):
            return True
    return False

"""Say which remedies a run has on already, by its settings and its logged learning rate.

The names are those of Keras optimizers and layers, the TrainingArguments of Hugging Face, the
Trainer of Lightning, timm, Ultralytics (args.yaml), MMEngine and usual training scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzer.measures.optimizer import CLASS_NAMES, last_key, parent
from analyzer.measures.schedule import is_scheduled
from analyzer.model.run import Run
from analyzer.model.settings import Setting, name_of, walk

_OFF_WORDS = ("", "none", "false", "off", "no", "null", "disabled")
_SWITCHES = ("enabled", "enable", "active")  # beside the settings that they turn on and off
_OFF_AT_ZERO = (*_SWITCHES, "decay", "value")  # in the mapping of a flag: {"ema": {"decay": 0.0}}
# parts of the keys below which the class of an object says what is on
_OBJECTS = ("callback", "layer", "hook", "transform", "optim", "sched", "loss", "criterion")
_ARGUMENTS = ("config", "params", "init_args", "kwargs", "args")  # of an object named beside them
_RISE = 0.5  # of the highest rate: a warm-up starts at or below it
_WARM = 0.35  # of the logged rates: a one-cycle schedule, the longest warm-up, rises for 30 %


@dataclass(frozen=True)
class Names:
    """The names of settings that turn a remedy on.

    A flag decides over the ``amounts``, which writers log also where they are not used; an amount
    counts if it is above 0, and unless the keys around it contain a part of ``not_in``. ``classes``
    are parts of the names of objects, such as callbacks, layers and hooks.
    """

    flags: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


_NAMES = {
    "weight_decay": Names(
        amounts=(
            *("weight_decay", "wd", "l2", "l2_reg", "l2_regularization", "l2_lambda"),
            *("weight_decay_rate", "l2_penalty"),
        )
    ),
    "dropout": Names(
        amounts=(
            *("dropout", "dropout_rate", "drop_rate", "p_dropout", "dropout_p", "dropout_prob"),
            *("hidden_dropout_prob", "attention_probs_dropout_prob", "attention_dropout"),
            *("hidden_dropout", "resid_pdrop", "embd_pdrop", "attn_pdrop", "classifier_dropout"),
            *("drop_path", "drop_path_rate", "lora_dropout"),
        ),
        classes=("dropout",),
    ),
    "label_smoothing": Names(
        amounts=("label_smoothing", "label_smoothing_factor", "label_smooth_val"),
        classes=("labelsmooth",),
    ),
    "clipping": Names(
        amounts=(
            *("grad_clip", "max_grad_norm", "clip_norm", "clipnorm", "global_clipnorm"),
            *("clipvalue", "gradient_clip_val", "clip_grad", "clip_grad_norm", "grad_clip_norm"),
            *("gradient_clipping", "clip_gradients", "grad_norm_clip", "gradient_clip"),
            *("clip_value", "grad_clip_val", "max_norm"),
        )
    ),
    "early_stopping": Names(
        flags=("early_stopping", "early_stop", "use_early_stopping", "enable_early_stopping"),
        amounts=("patience", "early_stopping_patience", "early_stop_patience", "es_patience"),
        classes=("earlystopping", "earlystop"),
        not_in=("lr", "sched", "plateau", "learningrate"),
    ),
    "warmup": Names(
        amounts=(
            *("warmup_steps", "warmup_epochs", "warmup_ratio", "num_warmup_steps", "warmup"),
            *("lr_warmup_epochs", "lr_warmup_steps", "warmup_iters", "warmup_proportion"),
            *("warmup_iterations", "warmup_updates", "warmup_t", "warmup_epoch", "n_warmup_steps"),
        ),
        classes=("warmup",),
    ),
    "averaging": Names(
        flags=("use_ema", "ema", "model_ema", "swa", "use_swa", "stochastic_weight_avg"),
        amounts=("ema_decay", "model_ema_decay", "swa_start", "swa_lr", "swa_lrs"),
        classes=("weightaveraging", "emahook", "modelema", "expmomentumema", "swacallback"),
    ),
}


_FLAGS = {name: remedy for remedy, names in _NAMES.items() for name in names.flags}
_AMOUNTS = {name: remedy for remedy, names in _NAMES.items() for name in names.amounts}


@dataclass
class _Said:
    """What the settings of a run say about a remedy."""

    flags: list[bool] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        return any(self.flags) if self.flags else bool(self.amounts)


def switched_on(run: Run) -> Mapping[str, float | None]:
    """Return the remedies that a run has on, each with its amount if that is a number.

    What no setting tells is left out, though the code may do it: PyTorch's AdamW decays weights by
    0.01 unless told otherwise.
    """
    return run.once(("advice", "switched_on"), lambda: _switched_on(run))


def _switched_on(run: Run) -> dict[str, float | None]:
    said: dict[str, _Said] = {}
    settings = list(walk(run.config))
    beside = _named_beside(settings)
    off = _turned_off(settings)
    for setting in settings:
        name = name_of(setting.key)
        if parent(setting.key) in off:
            continue
        if name in _FLAGS:
            said.setdefault(_FLAGS[name], _Said()).flags.append(_is_set(setting.value))
        if name in _AMOUNTS:
            remedy = _AMOUNTS[name]
            said.setdefault(remedy, _Said()).amounts += _amount(setting, _NAMES[remedy], beside)
        for remedy in _of_class(setting):
            said.setdefault(remedy, _Said()).flags.append(True)
    found = {
        remedy: max(answer.amounts, default=None) for remedy, answer in said.items() if answer.is_on
    }
    if is_scheduled(run):
        found["cosine"] = None
    if _warms_up(run):
        found.setdefault("warmup", None)
    return found


def _turned_off(settings: Iterable[Setting]) -> frozenset[str]:
    """Return the keys below which a switch is off: "early_stopping" of "early_stopping.enabled"."""
    switches = [setting for setting in settings if name_of(setting.key) in _SWITCHES]
    return frozenset(parent(switch.key) for switch in switches if not _is_set(switch.value)) - {""}


def _named_beside(settings: Iterable[Setting]) -> Mapping[str, str]:
    """Return the letters of the schedulers and objects that settings name, by the key above."""
    named: dict[str, str] = {}
    for setting in settings:
        key = setting.key
        if isinstance(setting.value, str) and (
            last_key(key) in CLASS_NAMES or "sched" in name_of(key)
        ):
            named[parent(key)] = named.get(parent(key), "") + _letters(setting.value)
    return named


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))


def _amount(setting: Setting, names: Names, beside: Mapping[str, str]) -> list[float]:
    """Return the amount that a setting gives, [] if it gives none or 0."""
    above = parent(setting.key)
    if any(part in _letters(above) for part in names.not_in):
        return []
    if name_of(setting.key) == "patience":  # of the scheduler: "scheduler: plateau, patience: 5"
        named = beside.get(above, "")
        if last_key(above) in _ARGUMENTS:
            named += beside.get(parent(above), "")
        if "plateau" in named:
            return []
    amount = _number(setting.value)
    return [amount] if amount is not None and amount > 0 else []


def _number(value: Any) -> float | None:
    """Return a value as a finite number; True, which says no amount, counts as 1."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if np.isfinite(number) else None


def _is_set(value: Any) -> bool:
    """Say whether a flag is on; a configured object under its name turns it on as well."""
    if isinstance(value, Mapping):
        return bool(value) and all(_is_set(value[key]) for key in _OFF_AT_ZERO if key in value)
    number = _number(value)
    if number is not None:
        return number != 0
    return value.strip().lower() not in _OFF_WORDS if isinstance(value, str) else bool(value)


def _of_class(setting: Setting) -> Iterator[str]:
    """Yield the remedies whose objects a setting names, alone or in a list."""
    above = parent(setting.key).lower() if last_key(setting.key) in CLASS_NAMES else ""
    names_objects = any(part in above for part in _OBJECTS)
    if not names_objects and "callbacks" not in name_of(setting.key):
        return
    values = setting.value if isinstance(setting.value, list | tuple) else [setting.value]
    for value in values:
        letters = _letters(value) if isinstance(value, str) else ""
        for remedy, names in _NAMES.items():
            if any(part in letters for part in names.classes):
                yield remedy


def _warms_up(run: Run) -> bool:
    """Say whether the logged rate rises to its highest value early in the run."""
    for series in run.series:
        if series.metric != "lr":
            continue
        rate = series.value[np.isfinite(series.value) & series.counted]
        if len(rate) < 2 or rate.max() <= 0:
            continue
        peak = int(np.argmax(rate >= rate.max() * (1 - 1e-3)))
        if rate[0] <= _RISE * rate.max() and peak <= _WARM * len(rate):
            return True
    return False

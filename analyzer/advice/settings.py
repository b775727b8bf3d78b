"""Say which remedies a run has on already, by its settings and its logged learning rate.

The names are those of Keras optimizers and layers, the TrainingArguments of Hugging Face, the
Trainer of Lightning, timm, Ultralytics (args.yaml), MMEngine and usual training scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzer.measures.optimizer import CLASS_NAMES, last_key, parent
from analyzer.measures.schedule import is_scheduled
from analyzer.model.run import Run
from analyzer.model.settings import Setting, name_of, walk

_OFF_WORDS = ("", "none", "false", "off", "no", "null")
_RISE = 0.5  # of the highest rate: a warm-up starts at or below it
_WARM = 0.35  # of the logged rates: a one-cycle schedule, the longest warm-up, rises for 30 %


@dataclass(frozen=True)
class Names:
    """The names of settings that turn a remedy on.

    A flag decides over the ``amounts``, which writers log also where they are not used; an amount
    counts if it is above 0, and unless the keys around it have a word of ``not_in``. ``classes``
    are parts of the names of configured objects: callbacks, layers, hooks.
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
            *("drop", "drop_path", "drop_path_rate", "lora_dropout"),
        ),
        classes=("dropout",),
    ),
    "label_smoothing": Names(
        amounts=("label_smoothing", "label_smoothing_factor", "smoothing", "label_smooth_val"),
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
        flags=("early_stopping", "early_stop", "use_early_stopping", "load_best_model_at_end"),
        amounts=("patience", "early_stopping_patience", "early_stop_patience", "es_patience"),
        classes=("earlystopping", "earlystop"),
        not_in=("lr", "scheduler", "plateau", "sched", "rate"),
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
    for setting in walk(run.config):
        name = name_of(setting.key)
        if name in _FLAGS:
            said.setdefault(_FLAGS[name], _Said()).flags.append(_is_set(setting.value))
        if name in _AMOUNTS:
            remedy = _AMOUNTS[name]
            said.setdefault(remedy, _Said()).amounts += _amount(setting, _NAMES[remedy])
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


def _amount(setting: Setting, names: Names) -> list[float]:
    """Return the amount that a setting gives, [] if it gives none or 0."""
    around = re.split(r"[^a-z]+", parent(setting.key).lower())
    if any(word in around for word in names.not_in):
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
    if isinstance(value, str):
        return value.strip().lower() not in (*_OFF_WORDS, "0")
    return bool(value)


def _of_class(setting: Setting) -> Iterator[str]:
    """Yield the remedies whose objects a setting names, alone or in a list."""
    if last_key(setting.key) not in CLASS_NAMES and "callbacks" not in name_of(setting.key):
        return
    values = setting.value if isinstance(setting.value, list | tuple) else [setting.value]
    for value in values:
        letters = "".join(filter(str.isalpha, value.lower())) if isinstance(value, str) else ""
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

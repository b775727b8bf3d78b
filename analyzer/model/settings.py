"""Settings of a run: find them however deep they lie, and compare how they are spelled."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

_REMEMBERED = 1 << 17  # keys whose last part a process remembers
_DEEPEST = 20
_MOST = 20_000  # settings looked at; more are a dump of something else
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SAME = 1e-4  # relative: what a table with five digits keeps of a number
_WRAPPERS = ("value",)  # trackers nest each setting: {"lr": {"value": 0.1}}

_ALIASES = {
    "learning_rate": "lr",
    "base_lr": "lr",
    "batch": "batch_size",
    "batchsize": "batch_size",
    "bs": "batch_size",
    "wd": "weight_decay",
    "random_seed": "seed",
    "random_state": "seed",
    "rng_seed": "seed",
    "manual_seed": "seed",
    "seed_everything": "seed",
    "global_seed": "seed",
    "fold_idx": "fold",
    "fold_id": "fold",
    "fold_index": "fold",
    "cv_fold": "fold",
    "pliegue": "fold",
    "n_epochs": "epochs",
    "num_epochs": "epochs",
    "max_epochs": "epochs",
    "n_classes": "num_classes",
    "learn_rate": "lr",
    "initial_learning_rate": "lr",
    # Spanish, Portuguese, French, Italian and German
    "tasa_aprendizaje": "lr",
    "tasa_de_aprendizaje": "lr",
    "taxa_aprendizado": "lr",
    "taxa_de_aprendizado": "lr",
    "taux_apprentissage": "lr",
    "taux_d_apprentissage": "lr",
    "tasso_di_apprendimento": "lr",
    "lernrate": "lr",
    "semilla": "seed",
    "semente": "seed",
    "graine": "seed",
    "tamano_lote": "batch_size",
    "tama\u00f1o_lote": "batch_size",
    "tamanho_lote": "batch_size",
}
_KNOWN = {
    *_ALIASES,
    *_ALIASES.values(),
    *("initial_lr", "init_lr", "lr0", "lrf", "max_lr", "min_lr", "eta", "alpha", "beta", "gamma"),
    *("lambda", "lam", "tau", "eps", "epsilon", "beta1", "beta2", "betas", "momentum", "nesterov"),
    *("dropout", "drop_rate", "drop_path", "drop_path_rate", "label_smoothing", "temperature"),
    *("optimizer", "optim", "scheduler", "schedule", "lr_scheduler", "activation", "model", "arch"),
    *("architecture", "backbone", "network", "encoder", "decoder", "dataset", "data", "augment"),
    *("hidden", "hidden_size", "hidden_dim", "width", "depth", "units", "layers", "heads"),
    *("filters", "channels", "kernel_size", "warmup", "accumulate", "grad_accum"),
    *("clip", "clip_range", "grad_clip", "max_grad_norm", "clip_norm", "precision_mode", "amp"),
    *("ent_coef", "vf_coef", "gae_lambda", "buffer_size", "max_depth", "subsample", "l1", "l2"),
    *("reg_alpha", "reg_lambda", "num_leaves", "min_child_weight", "n_estimators", "classes"),
    *("imgsz", "img_size", "image_size", "resolution", "seq_len", "block_size", "context_length"),
    *("embed_dim", "d_model", "n_embd", "n_head", "n_layer", "lora_r", "lora_alpha"),
    *("fold", "train_size", "val_size", "test_size", "val_split", "weight_decay", "criterion"),
    *("dropout_rate", "decay_rate", "sample_rate", "sampling_rate", "growth_rate", "mask_rate"),
}
_FIRST = {"n", "num", "nb", "max", "min", "use", "with", "init", "initial"}
_FIRST_OF = {
    *("layers", "heads", "classes", "units", "filters", "channels", "hidden", "workers", "epochs"),
    *("steps", "estimators", "leaves", "depth", "envs", "iters", "iterations", "labels", "blocks"),
    *("bn", "batchnorm", "amp", "ema", "augmentation", "dropout", "lr"),
}
_LAST = {"size", "dim", "decay", "coef", "layers", "units", "momentum", "dropout", "seed"}
_MEASURED = {"queue", "replay", "buffer", "model", "file", "step", "update"}  # of such a size


class Setting(NamedTuple):
    """A setting: its key with the keys around it ("optimizer.lr"), its value, how deep it lies."""

    key: str
    value: Any
    depth: int


def walk(config: Mapping[str, Any]) -> Iterator[Setting]:
    """Yield every setting of a configuration; a mapping is yielded before what it holds."""
    left = iter(range(_MOST))
    yield from _walk("", config, 0, left)


def _walk(prefix: str, values: Any, depth: int, left: Iterator[int]) -> Iterator[Setting]:
    """Yield the settings below a key; ``left`` yields as many values as may still be taken."""
    entries: Any = ()
    if isinstance(values, Mapping):
        entries = values.items()
    elif isinstance(values, list | tuple) and any(isinstance(entry, Mapping) for entry in values):
        entries = enumerate(values)
    if depth >= _DEEPEST:
        return
    for name, value in entries:
        if next(left, None) is None:
            return
        key = f"{prefix}.{name}" if prefix else str(name)
        yield Setting(key, value, key.count(".") + key.count("/"))
        yield from _walk(key, value, depth + 1, left)


@lru_cache(maxsize=_REMEMBERED)
def name_of(key: str) -> str:
    """Return the last part of a key as Python would spell it.

    "data/num-classes", "model.numClasses" and "--num_classes" are all "num_classes".
    """
    parts = [part for part in re.split(r"[./]", key) if part.strip()]
    if len(parts) > 1 and parts[-1].lower() in _WRAPPERS:
        parts.pop()
    if not parts:
        return ""
    words = _CAMEL.sub("_", parts[-1].strip())
    return re.sub(r"[^0-9A-Za-z\u00c0-\uffff]+", "_", words).strip("_").lower()


def meaning_of(key: str) -> str:
    """Return the name of a setting by its usual spelling: "learning_rate" is "lr"."""
    name = name_of(key)
    return _ALIASES.get(name, name)


def find(config: Mapping[str, Any], names: Collection[str]) -> list[Setting]:
    """Return the settings that have one of some names, those nearest to the top first."""
    found = [setting for setting in walk(config) if name_of(setting.key) in names]
    return sorted(found, key=lambda setting: setting.depth)


def is_setting(name: str) -> bool:
    """Say whether a name is usual for a setting, as opposed to something that was measured."""
    own = name_of(name)
    if own in _KNOWN:
        return True
    words = own.split("_")
    if len(words) < 2 or set(words) & _MEASURED:
        return False
    return (words[0] in _FIRST and words[-1] in _FIRST_OF) or words[-1] in _LAST


def are_alike(left: Any, right: Any) -> bool:
    """Say whether two values of a setting are the same but for how they were written."""
    if left == right or str(left).strip().lower() == str(right).strip().lower():
        return True
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    try:
        a, b = float(left), float(right)
    except (TypeError, ValueError, OverflowError):
        return False
    return abs(a - b) <= _SAME * max(abs(a), abs(b))

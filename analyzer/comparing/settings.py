"""What runs have in common.

The settings that vary, repeats of one setting, strangers among these, twins.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.model.settings import name_of
from analyzer.safe import secrets

Record = Mapping[str, Any]

SEEDS = (
    "seed",
    "random_seed",
    "random_state",
    "rng_seed",
    "manual_seed",
    "seed_everything",
    "global_seed",
)
_LABELS = (
    *(
        "run_name",
        "exp_name",
        "experiment_name",
        "wandb_run_name",
        "run_id",
        "timestamp",
        "date",
        "notes",
    ),
    *(
        "output_dir",
        "out_dir",
        "log_dir",
        "logdir",
        "logging_dir",
        "run_dir",
        "exp_dir",
        "work_dir",
        "save_dir",
        "checkpoint_dir",
        "log_path",
        "save_path",
    ),
    *("host", "hostname"),
)
_MOST_SETTINGS = 500  # of a configuration: more are not hyper-parameters but a dump
_REST = "…"  # the setting that stands for all beyond these
_LONGEST = 120  # characters of a setting
_LARGEST = 10**15  # a whole number from here on is no number to reckon with
_SHORT = 110  # of a longer one, before its mark
_WRAPPERS = ("config.", "hparams.", "hyperparameters.", "args.")
_OUTPUTS = {
    *(
        "out",
        "output",
        "outputs",
        "log",
        "logs",
        "logging",
        "save",
        "saved",
        "run",
        "runs",
        "exp",
        "experiment",
    ),
    *(
        "experiments",
        "work",
        "workdir",
        "result",
        "results",
        "tmp",
        "temp",
        "cache",
        "wandb",
        "tensorboard",
        "dump",
    ),
    *("artifacts", "export", "ckpt", "ckpts", "checkpoint", "checkpoints"),
}
# These say that even a checkpoint is read.
_INPUTS = {"resume", "init", "pretrained", "load", "from", "teacher", "data"}


def settings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hyper-parameters flat (``optimizer.lr``), as a report may show them.

    What is cut short ends in a mark of what it was, so that two settings that look alike are alike:
    long texts and numbers, paths that a run may read, and all settings beyond the first 500.
    Outputs and secrets have no such mark.
    """
    every = {key: (shown, raw) for key, shown, raw in _flat("", secrets.config(config), config)}
    flat = {key: every[key] for key in sorted(every)}
    if all(
        key.startswith(_WRAPPERS) for key in flat
    ):  # a log that holds nothing else beside its configuration
        bare = {key.partition(".")[2]: value for key, value in flat.items()}
        flat = dict(sorted(bare.items())) if len(bare) == len(flat) else flat
    first = sorted(flat, key=lambda key: not is_seed(key))[:_MOST_SETTINGS]
    settings = {key: _setting(key, *flat[key]) for key in sorted(first)}
    rest = [
        (key, alike(_setting(key, *flat[key])))
        for key in flat
        if key not in settings and not is_label(key)
    ]
    if rest:
        settings[_REST] = f"{len(rest)} {_mark(repr(rest))}"
    return settings


def _flat(prefix: str, shown: Any, raw: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield (key, as it may be shown, as it was logged) of each setting.

    A table without any is none.
    """
    if isinstance(shown, Mapping):
        logged = {str(key): value for key, value in raw.items()}
        for key, part in shown.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, part, logged[key])
    elif prefix:
        yield prefix, shown, raw


def _setting(key: str, shown: Any, raw: Any) -> Any:
    """Return a setting as plain JSON."""
    if shown is None or isinstance(shown, bool):
        return shown
    if isinstance(shown, float):
        return shown if math.isfinite(shown) else str(shown)
    if isinstance(shown, int) and abs(shown) < _LARGEST:
        return shown
    huge = (
        isinstance(shown, int) and shown.bit_length() > 4 * _LONGEST
    )  # more digits than Python writes
    text = f"{shown:#x}" if huge else str(shown)
    if len(text) > _LONGEST:
        return f"{text[:_SHORT]}… {_mark(text)}"
    is_cut = shown != (list(raw) if isinstance(raw, tuple) else raw) and secrets.HIDDEN not in text
    return f"{text} {_mark(str(raw))}" if is_cut and _is_input(key) else text


def _is_input(key: str) -> bool:
    """Say whether a path may be what a run reads.

    Where it writes differs between runs and changes nothing.
    """
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", key)}
    return bool(words & _INPUTS) or not words & _OUTPUTS


def _mark(text: str) -> str:
    """Return a few letters that tell one text from another."""
    return f"#{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}"


def differ_in_seed_alone(configs: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether runs of these configurations are repeats of one.

    All else is the same, and their seeds differ.
    """
    settings = [settings_of(config) for config in configs]
    seeds = {seed_of(setting) for setting in settings}
    return (
        len({causes_of(setting) for setting in settings}) == 1
        and None not in seeds
        and len(seeds) == len(configs)
    )


def alike(value: Any) -> str:
    """Return what two equal settings share: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        value = int(value)
    return json.dumps(value)


def is_seed(key: str) -> bool:
    """Say whether a setting is the seed of the run, wherever it stands in its configuration."""
    return name_of(key) in SEEDS


def seed_of(settings: Mapping[str, Any]) -> str | None:
    """Return what runs of the same seed share, or None if a run logs no seed."""
    seeds = {
        key: alike(value) for key, value in settings.items() if is_seed(key) and value is not None
    }
    return json.dumps(seeds, sort_keys=True) if seeds else None


def is_label(key: str) -> bool:
    """Say whether a setting names the run or a place.

    It differs between runs without being a cause of anything.
    """
    parts = key.replace("/", ".").lower().split(".")
    return name_of(key) in _LABELS or parts in (["name"], ["id"], ["run", "name"], ["run", "id"])


def causes_of(settings: Mapping[str, Any]) -> str:
    """Return all settings but seeds and labels as one text.

    Equal for repeats of one configuration.
    """
    return json.dumps(
        [
            (key, alike(value))
            for key, value in settings.items()
            if not is_seed(key) and not is_label(key)
        ]
    )

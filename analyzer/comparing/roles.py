"""What a setting is to a comparison: a seed, a label, or a possible cause of the result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from analyzer.model.settings import meaning_of, name_of

TOO_LARGE = 10**15  # a whole number from here on is an identifier, not a quantity
_NAMES = {
    "run_name",
    "exp_name",
    "experiment_name",
    "wandb_run_name",
    "run_id",
    "timestamp",
    "date",
    "notes",
}
_PLACES = {
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
    "host",
    "hostname",
}
_LABELS = _NAMES | _PLACES
_TRACKED = {"run", "experiment", "exp", "trial", "wandb", "logger"}  # tables that name a run


def alike(value: Any) -> str:
    """Return a text that two equal settings share: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, float) and value.is_integer() and abs(value) < TOO_LARGE:
        value = int(value)
    if type(value) is int:  # most settings of 100,000 runs, and no call of the encoder
        return str(value)
    return json.dumps(value)


def is_seed(key: str) -> bool:
    """Say whether a setting is the seed of the run or its fold, at any depth."""
    return meaning_of(key) in ("seed", "fold")


def is_label(key: str) -> bool:
    """Say whether a setting names the run or a place: it differs between runs without effect."""
    parts = key.replace("/", ".").lower().split(".")
    if name_of(key) in _LABELS or parts in (["name"], ["id"]):
        return True
    return len(parts) == 2 and parts[0] in _TRACKED and parts[1] in ("name", "id")


def is_cause(key: str) -> bool:
    """Say whether a setting can change the result of a run beyond the luck of its seed."""
    return not is_seed(key) and not is_label(key)


def seed_of(settings: Mapping[str, Any]) -> str | None:
    """Return a text that two runs with the same seeds share, None for a run without a seed."""
    seeds = {
        key: alike(value) for key, value in settings.items() if is_seed(key) and value is not None
    }
    return json.dumps(seeds, sort_keys=True) if seeds else None


def causes_of(settings: Mapping[str, Any]) -> str:
    """Return all causes as one text, which is equal for repeats of one configuration."""
    return json.dumps([(key, alike(value)) for key, value in settings.items() if is_cause(key)])

"""The hyper-parameters of a run as flat settings that can be compared, tabled and shown."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from analyzer.comparing.roles import TOO_LARGE, alike, is_label, is_seed
from analyzer.safe import secrets

_MOST_SETTINGS = 500  # a configuration with more is a dump, not a set of hyper-parameters
_REST = "…"  # the setting that stands for all beyond these
_LONGEST = 120  # characters of a setting
_SHORT = 110  # characters that are kept of a longer one, before its mark
_WRAPPERS = ("config.", "hparams.", "hyperparameters.", "args.")
_OUTPUTS = {
    "artifacts",
    "cache",
    "checkpoint",
    "checkpoints",
    "ckpt",
    "ckpts",
    "dump",
    "exp",
    "experiment",
    "experiments",
    "export",
    "log",
    "logging",
    "logs",
    "out",
    "output",
    "outputs",
    "result",
    "results",
    "run",
    "runs",
    "save",
    "saved",
    "temp",
    "tensorboard",
    "tmp",
    "wandb",
    "work",
    "workdir",
}
# A key with one of these words names an input, even if it names a checkpoint too.
_INPUTS = {"resume", "init", "pretrained", "load", "from", "teacher", "data"}


class _Logged(NamedTuple):
    """A setting as a report may show it, and as it was logged."""

    shown: Any
    raw: Any


def settings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hyper-parameters flat (``optimizer.lr``), as a report may show them.

    A shortened value ends in a mark made from the whole of it, so that two settings are equal only
    if what was logged is equal: this goes for long texts and numbers, for paths that a run may
    read, and for all settings beyond the first 500. Outputs and secrets get no such mark.
    """
    logged = dict(_flat("", secrets.config(config), config))
    flat = _unwrapped({key: logged[key] for key in sorted(logged)})
    first = sorted(flat, key=lambda key: not is_seed(key))[:_MOST_SETTINGS]
    settings = {key: _setting(key, flat[key]) for key in sorted(first)}
    rest = [
        (key, alike(_setting(key, value)))
        for key, value in flat.items()
        if key not in settings and not is_label(key)
    ]
    if rest:
        settings[_REST] = f"{len(rest)} {_mark(repr(rest))}"
    return settings


def _flat(prefix: str, shown: Any, raw: Any) -> Iterator[tuple[str, _Logged]]:
    """Yield the key and the value of each setting; an empty table yields nothing."""
    if isinstance(shown, Mapping):
        logged = {str(key): value for key, value in raw.items()}
        for key, part in shown.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, part, logged[key])
    elif prefix:
        yield prefix, _Logged(shown, raw)


def _unwrapped(flat: dict[str, _Logged]) -> dict[str, _Logged]:
    """Drop the first part of the keys if the log holds nothing beside its configuration."""
    if not all(key.startswith(_WRAPPERS) for key in flat):
        return flat
    bare = {key.partition(".")[2]: logged for key, logged in flat.items()}
    if len(bare) < len(flat):
        return flat
    return dict(sorted(bare.items()))


def _setting(key: str, logged: _Logged) -> Any:
    """Return a setting as plain JSON."""
    shown, raw = logged
    if shown is None or isinstance(shown, bool):
        return shown
    if isinstance(shown, float):
        return shown if math.isfinite(shown) else str(shown)
    if isinstance(shown, int) and abs(shown) < TOO_LARGE:
        return shown
    text = _text(shown)
    if len(text) > _LONGEST:
        return f"{text[:_SHORT]}… {_mark(text)}"
    if isinstance(raw, tuple):
        raw = list(raw)
    is_cut = shown != raw and secrets.HIDDEN not in text
    return f"{text} {_mark(str(raw))}" if is_cut and _is_input(key) else text


def _text(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > 4 * _LONGEST:
        return f"{value:#x}"  # Python refuses to write so many decimal digits
    return str(value)


def _is_input(key: str) -> bool:
    """Say whether a run may read what a path names; where it writes has no effect on its result."""
    parts = {part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", key)}
    return bool(parts & _INPUTS) or not parts & _OUTPUTS


def _mark(text: str) -> str:
    """Return a few letters that differ between different texts."""
    return f"#{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}"

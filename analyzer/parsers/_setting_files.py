"""Recognise and read the files in which people keep the settings of a run beside its log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyzer.errors import ParseError
from analyzer.metrics.words import fold
from analyzer.model.settings import is_setting, walk
from analyzer.parsers._base import LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._ini import ini_settings
from analyzer.parsers._json import load_json
from analyzer.parsers._python_config import python_settings
from analyzer.parsers._setting_texts import (
    LARGEST,
    SETTING_WORDS,
    clean,
    model_card,
    overrides,
    settings_in,
)
from analyzer.parsers._yaml import parse_yaml

SUFFIXES = (".json", ".yaml", ".yml", ".toml", ".txt", ".py", ".ini", ".cfg")
_LARGEST_YAML = 1 << 16  # bytes: PyYAML reads about 25 KB a second
_CARD = "readme.md"
# What a name may say without naming one log among several.
_GENERIC = {
    *("metrics", "metric", "history", "log", "logs", "logger", "progress", "results", "result"),
    *("train", "training", "trainer", "val", "valid", "validation", "test", "eval", "steps"),
    *("epochs", "curve", "curves", "output", "out", "run", "experiment", "exp", "model", "scalars"),
    *("stats", "trial", "summary", "data", "keras", "csv", "loss", "losses", "state", "monitor"),
    *("hyper", "all", "final", "job", "command", "cmd", "line", "cli", "full", "resolved", "setup"),
    *("experimento", "entrenamiento", "finetune", "pretrain", "spec", "recipe"),
}
# Names of files that people also give to a log, a report or a data set.
_LOOSE = {
    *("experiment", "exp", "experimento", "run", "train", "training", "trainer", "entrenamiento"),
    *("setup", "job", "finetune", "pretrain", "recipe", "spec"),
}
_LOOSE_SUFFIXES = (".yaml", ".yml", ".toml", ".json", ".ini", ".cfg")
_COMMANDS = ("cmd.txt", "command.txt", "commandline.txt", "command_line.txt", "cmd.sh")
_NOT_OF_A_RUN = {
    *("tokenizer", "generation", "preprocessor", "processor", "feature", "dataset", "deploy"),
    *("inference", "logging", "mkdocs", "sphinx", "pre", "docker", "ci", "lint", "package"),
    *("sentence", "vocab", "quantize", "quantization", "deepspeed", "ds", "accelerate", "fsdp"),
}


def core(name: str) -> tuple[str, ...]:
    """Return the words of a file name that tell one run from another.

    "metrics_lr0.1_s0.csv" and "config_lr0.1_s0.json" have the same; "config.json" has none.
    """
    if "tfevents" in name:
        return ()
    stem = fold(Path(name).stem if Path(name).suffix else name)
    words = [word for word in re.split(r"[\s_.-]+", stem.lower()) if word]
    return tuple(word for word in words if word not in SETTING_WORDS and word not in _GENERIC)


def is_setting_file(name: str) -> bool:
    """Say whether a file name says that settings are in it."""
    if "." not in name:
        return False
    if name.lower() == _CARD or name.lower() in _COMMANDS:
        return True
    suffix = Path(name).suffix.lower()
    words = set(re.split(r"[\s_.-]+", fold(Path(name).stem.lower())))
    if suffix == ".py":
        return Path(name).stem.lower() == "config"  # MMEngine's copy of a config
    return suffix in SUFFIXES and bool(words & SETTING_WORDS) and not words & _NOT_OF_A_RUN


def is_loose(name: str) -> bool:
    """Say whether a file name leaves open whether settings are in it, such as experiment.yaml."""
    if "." not in name:
        return False
    path = Path(name)
    words = {word for word in re.split(r"[\s_.-]+", fold(path.stem.lower())) if word}
    return path.suffix.lower() in _LOOSE_SUFFIXES and bool(words) and words <= _LOOSE


def read_loose(file: LogFile) -> dict[str, Any]:
    """Return the settings in a file whose name leaves it open, {} if it holds anything else.

    It must have a number under the usual name of a setting, at any depth.
    """
    try:
        found = read_settings(file)
    except ParseError:
        return {}
    usual = [setting for setting in walk(found) if is_setting(setting.key)]
    if not any(isinstance(setting.value, int | float) for setting in usual):
        return {}
    return _without_results(found)


def read_settings(file: LogFile) -> dict[str, Any]:
    """Return the settings in a file, empty if it holds something else. Raises ParseError."""
    suffix = file.path.suffix.lower()
    largest = _LARGEST_YAML if suffix in (".yaml", ".yml") else LARGEST
    if file.length > largest:
        raise ParseError("settings_unread", error=f"more than {largest >> 10} KiB")
    with file.open() as handle:
        text = decode(handle.read(largest))
    if file.path.name.lower() == _CARD:
        return model_card(text)
    try:
        found = _document(text, suffix)
    except (ParseError, ValueError, RecursionError) as error:
        raise ParseError("settings_unread", error=_why(error)) from error
    if isinstance(found, list) and file.path.stem.lower() == "overrides":
        return overrides(found)
    return clean(found) if isinstance(found, Mapping) else {}


def read_named_alike(file: LogFile) -> dict[str, Any]:
    """Return the settings of a file that is named like a log and not for settings.

    Such a file may hold results: it must name a usual setting, and numbers that it has under the
    name of a metric are left out. A second log of the run (JSON Lines) has none. Raises ParseError.
    """
    try:
        found = read_settings(file)
    except ParseError as error:
        if isinstance(error.__cause__, ParseError) and error.__cause__.key == "json_lines":
            return {}
        raise
    if not any(is_setting(name) for name in found):
        return {}
    return _without_results(found)


def _without_results(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings without the numbers that stand under the name of a metric."""
    from analyzer import metrics

    return {
        name: value
        for name, value in found.items()
        if is_setting(name) or not (isinstance(value, float) and metrics.is_judged(name))
    }


def _document(text: str, suffix: str) -> Any:
    """Return what a file holds, by its suffix."""
    if suffix == ".json":
        return load_json(text) if text.strip() else {}
    if suffix in (".yaml", ".yml"):
        return parse_yaml(text)
    if suffix == ".toml":
        import tomllib

        return tomllib.loads(text.lstrip("\ufeff"))
    if suffix == ".py":
        return python_settings(text)
    if suffix in (".ini", ".cfg"):
        return ini_settings(text)
    return settings_in(text)


def _why(error: Exception) -> str:
    """Return in a word or two why a file could not be read."""
    if isinstance(error, ParseError):
        return str(error.values.get("error", error.key.replace("_", " ")))
    return "not valid"

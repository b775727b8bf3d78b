"""Settings from analyzer.toml or [tool.analyzer].

Which detectors run, and with which thresholds.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.errors import ConfigError
from analyzer.safe.files import read_whole
from analyzer.sentences import LANGUAGES

SETTINGS = (
    *("detectors", "disable", "metrics", "validation_examples", "split_files"),
    *("folder_settings", "check", "text", "lang"),
)
_LARGEST = 1 << 20  # bytes of a file of settings


@dataclass(frozen=True)
class Config:
    """Settings of one analysis: thresholds by detector, and the detectors that are off."""

    detectors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    disable: tuple[str, ...] = ()
    metrics: Mapping[str, str] = field(default_factory=dict)  # what names mean that cannot be read
    check: Mapping[str, Any] = field(default_factory=dict)  # the gate: fail_on, require, max_gap
    validation_examples: int | None = (
        None  # the size of the validation set, where the log does not tell it
    )

    split_files: bool = False  # each TensorBoard event file a run of its own
    text: tuple[str, ...] = ()  # expressions of lines of console output
    folder_settings: tuple[str, ...] = ()  # patterns of names of folders that hold settings
    lang: str = ""  # of reports; "" leaves it to the environment

    def configured(self) -> dict[str, Detector]:
        """Return the detectors by id, in the order of their names.

        Raises ConfigError on an unknown or bad setting.
        """
        known = registry.discover("analyzer.detectors", Detector)
        for name in (*self.detectors, *self.disable):
            registry.check_name("detector", name, known)
        return {
            name: kind(**_checked(name, kind, self.detectors.get(name, {})))
            for name, kind in known.items()
            if name not in self.disable
        }


def read_config(path: Path | None = None, *, start: Path | None = None) -> Config:
    """Return the settings of a file, by default of the nearest one.

    That is analyzer.toml or pyproject.toml in ``start`` (default: the current folder) or a parent,
    never in the analysed folder, which may be a stranger's. Raises ConfigError if the file cannot
    be used.
    """
    if path is not None:
        return _read(path, required=True) or Config()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        for name in ("analyzer.toml", "pyproject.toml"):
            if (folder / name).is_file():
                found = _read(folder / name, required=False)
                if found is not None:
                    return found
    return Config()


def _read(path: Path, *, required: bool) -> Config | None:
    content = b""
    try:
        content = read_whole(path, _LARGEST)
        data = tomllib.loads(content.decode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; check the path") from error
    except (ValueError, RecursionError) as error:  # also of a number of too many digits
        if not required and path.name == "pyproject.toml" and b"tool.analyzer" not in content:
            return None  # nothing to do with us
        why = "nested too deeply" if isinstance(error, RecursionError) else error
        raise ConfigError(f"{path}: not valid TOML: {why}") from error
    tool = data.get("tool")
    section = tool.get("analyzer") if isinstance(tool, Mapping) else None
    if section is None:
        section = (
            {key: value for key, value in data.items() if key != "tool"}
            if path.name != "pyproject.toml"
            else None
        )
    return None if section is None else _config(section, path)


def _config(section: Any, path: Path) -> Config:
    if not isinstance(section, Mapping):
        raise ConfigError(f"{path}: analyzer must be a table such as [tool.analyzer]")
    for name in section:
        registry.check_name(f"setting in {path.name}", name, SETTINGS)
    detectors, disable = section.get("detectors", {}), section.get("disable", [])
    if not isinstance(detectors, Mapping) or not all(
        isinstance(detector, Mapping) for detector in detectors.values()
    ):
        raise ConfigError(f"{path}: detectors must be tables such as [detectors.plateau]")
    if not isinstance(disable, list) or not all(isinstance(name, str) for name in disable):
        raise ConfigError(f'{path}: disable must be a list of names such as ["plateau"]')
    names = section.get("metrics", {})
    if not isinstance(names, Mapping) or not all(isinstance(name, str) for name in names.values()):
        raise ConfigError(
            f'{path}: metrics must be a table of meanings such as my_nll = "val/loss"'
        )
    examples = section.get("validation_examples")
    if examples is not None and (
        isinstance(examples, bool) or not isinstance(examples, int) or examples < 2
    ):
        raise ConfigError(
            f"{path}: validation_examples must be a whole number of 2 or more, such as 1200"
        )
    split_files = section.get("split_files", False)
    if not isinstance(split_files, bool):
        raise ConfigError(f"{path}: split_files must be true or false")
    gate = _gate(section.get("check", {}), path)
    lines = _lines(section.get("text", {}), path)
    return Config(
        detectors,
        tuple(disable),
        names,
        gate,
        examples,
        split_files,
        lines,
        _patterns(section, path),
        _lang(section, path),
    )


def _lang(section: Mapping[str, Any], path: Path) -> str:
    """Return the language of reports, "" if none is named. Raises ConfigError if it is unknown."""
    lang = section.get("lang", "")
    if lang not in ("", *LANGUAGES):
        raise ConfigError(f'{path}: lang must be "en" or "es"')
    return str(lang)


def _lines(text: Any, path: Path) -> tuple[str, ...]:
    """Return the expressions of lines of console output.

    Raises ConfigError where one cannot be used.
    """
    if not isinstance(text, Mapping):
        raise ConfigError(f"{path}: text must be a table such as [tool.analyzer.text]")
    for name in text:
        registry.check_name("setting of text", name, ("lines",))
    lines = text.get("lines", [])
    if isinstance(lines, str):
        lines = [lines]
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ConfigError(f"{path}: text.lines must be an expression or a list of them")
    if lines:
        from analyzer.parsers._text_own import compiled
    for line in lines:
        try:
            compiled(line)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from error
    return tuple(lines)


def _patterns(section: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    """Return the patterns of names of folders. Raises ConfigError if they are of the wrong kind."""
    patterns = section.get("folder_settings", [])
    patterns = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(patterns, list) or not all(isinstance(entry, str) for entry in patterns):
        raise ConfigError(
            f'{path}: folder_settings must be a list of patterns such as ["lr{{lr}}_s{{seed}}"]'
        )
    return tuple(patterns)


def _gate(check: Any, path: Path) -> Mapping[str, Any]:
    """Return the settings of the gate.

    Raises ConfigError where one is unknown or of the wrong kind.
    """
    if not isinstance(check, Mapping):
        raise ConfigError(f"{path}: check must be a table such as [tool.analyzer.check]")
    for name in check:
        registry.check_name("setting of check", name, ("fail_on", "require", "max_gap"))
    fail_on, require, gap = (
        check.get("fail_on", "critical"),
        check.get("require", []),
        check.get("max_gap"),
    )
    if fail_on not in ("critical", "warning", "never"):
        raise ConfigError(f'{path}: check.fail_on must be "critical", "warning" or "never"')
    if not isinstance(require, list) or not all(
        isinstance(requirement, str) for requirement in require
    ):
        raise ConfigError(f'{path}: check.require must be a list such as ["val_loss<0.5"]')
    if gap is not None and (
        isinstance(gap, bool) or not isinstance(gap, int | float) or not _is_finite(gap)
    ):
        raise ConfigError(f"{path}: check.max_gap must be a number such as 0.1")
    return dict(check)


def _checked(detector: str, kind: type[Detector], values: Mapping[str, Any]) -> dict[str, Any]:
    by_name = {field.name: field for field in fields(kind)}
    for name, value in values.items():
        registry.check_name(f"threshold of {detector}", name, by_name)
        _check_value(detector, by_name[name], value)
    return dict(values)


def _is_finite(value: float) -> bool:
    """Say whether a number is one; a whole number of TOML may be too large for a float."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _check_value(detector: str, threshold: Field[Any], value: Any) -> None:
    place = f"{detector}.{threshold.name}"
    wanted = type(threshold.default)
    number = isinstance(value, int if wanted is int else (int, float)) and not isinstance(
        value, bool
    )
    if not number or not _is_finite(value):
        raise ConfigError(f"{place} = {value!r}: must be a number, e.g. {threshold.default}")
    low, high = threshold.metadata.get("low"), threshold.metadata.get("high")
    if (low is not None and value < low) or (high is not None and value > high):
        limits = [
            f"{word} {limit}"
            for word, limit in (("at least", low), ("at most", high))
            if limit is not None
        ]
        raise ConfigError(f"{place} = {value}: must be {' and '.join(limits)}")

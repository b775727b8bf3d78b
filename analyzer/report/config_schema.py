"""The JSON Schema of analyzer.toml, so that an editor can complete and check it."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.sentences import LANGUAGES

_NAMES = {"type": "array", "items": {"type": "string"}}
_NAME_OR_NAMES = {"anyOf": [{"type": "string"}, _NAMES]}


def config_schema() -> dict[str, Any]:
    """Return the schema of analyzer.toml, and of [tool.analyzer] in pyproject.toml.

    Each threshold has its default, its range and the reason for it.
    """
    detectors = registry.discover("analyzer.detectors", Detector)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of training-log-analyzer",
        "description": "analyzer.toml, or [tool.analyzer] in pyproject.toml.",
        **_table(
            "",
            {
                "detectors": _table(
                    "Thresholds by detector.",
                    {name: _thresholds(kind) for name, kind in detectors.items()},
                ),
                "disable": {
                    "description": "Detectors that do not run.",
                    "type": "array",
                    "items": {"enum": list(detectors)},
                },
                "metrics": {
                    "description": "Meanings of logged names, e.g. my_nll = 'val/loss'.",
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                },
                "validation_examples": {
                    "description": "Size of the validation set, if the log does not tell it.",
                    "type": "integer",
                    "minimum": 2,
                },
                "split_files": {
                    "description": "Make each TensorBoard event file a run of its own.",
                    "type": "boolean",
                },
                "folder_settings": {
                    "description": "Patterns of folder names that hold settings, e.g. 'lr{lr}'.",
                    **_NAME_OR_NAMES,
                },
                "check": _gate(),
                "text": _table(
                    "Console output.",
                    {"lines": {"description": "Expressions with named groups.", **_NAME_OR_NAMES}},
                ),
                "lang": {"description": "Language of reports.", "enum": list(LANGUAGES)},
            },
        ),
    }


def _gate() -> dict[str, Any]:
    return _table(
        "The gate of analyzer check.",
        {
            "fail_on": {"enum": ["critical", "warning", "never"], "default": "critical"},
            "require": {"description": "Bounds, e.g. 'val_loss<0.5'.", **_NAMES},
            "max_gap": {"description": "Largest final train-val gap.", "type": "number"},
        },
    )


def _thresholds(kind: type[Detector]) -> dict[str, Any]:
    return _table("", {field.name: _threshold(field) for field in fields(kind)})


def _threshold(threshold: Field[Any]) -> dict[str, Any]:
    """Return the schema of one threshold."""
    bounds = {"minimum": threshold.metadata.get("low"), "maximum": threshold.metadata.get("high")}
    return {
        "description": threshold.metadata.get("reason", ""),
        "type": "integer" if isinstance(threshold.default, int) else "number",
        "default": threshold.default,
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }


def _table(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a table that has no other keys."""
    made: dict[str, Any] = {"description": description} if description else {}
    return {**made, "type": "object", "properties": properties, "additionalProperties": False}

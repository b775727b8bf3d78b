"""The one loader of the files beside the code: report_templates/ and sample_logs/."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder ``name`` beside the package (checkout), else inside it (wheel).

    The checkout comes first because the copy that an editable install makes goes stale.
    """
    beside = _PACKAGE.parent / name
    if beside.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file():
        return beside
    return _PACKAGE / name


@cache
def words(name: str) -> dict[str, Any]:
    """Return ``report_templates/text/<name>.toml``, a table for each language."""
    path = folder("report_templates") / "text" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def terminal(name: str, lang: str) -> dict[str, Any]:
    """Return ``report_templates/terminal/<name>.<lang>.toml``: the code has the English words."""
    path = folder("report_templates") / "terminal" / f"{name}.{lang}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))

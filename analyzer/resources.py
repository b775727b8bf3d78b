"""The one loader of the files beside the code: report_templates/ and sample_logs/."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder ``name``: beside the package (checkout, editable install), else inside it (wheel).

    The checkout comes first because the copy that an editable install makes goes stale.
    """
    beside = _PACKAGE.parent / name
    return (
        beside
        if beside.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file()
        else _PACKAGE / name
    )


@cache
def words(name: str) -> dict[str, Any]:
    """Return the words file ``report_templates/text/<name>.toml``, with one table for each language."""
    return tomllib.loads(
        (folder("report_templates") / "text" / f"{name}.toml").read_text(encoding="utf-8")
    )

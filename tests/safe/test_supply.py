"""What the project brings along: each dependency is explained in both languages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPTIONAL = ("dask", "mcp", "parquet", "remote")  # extras for users


def dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(line for name in OPTIONAL for line in extras[name])]
    return {re.split(r"[<>=\[; ]", line)[0] for line in wanted}


@pytest.mark.parametrize("page", ["docs/security.md", "docs/es/seguridad.md"])
def test_each_dependency_has_its_purpose_licence_and_size(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    table = text.rpartition("\n## ")[2]
    rows = re.findall(
        r"^\| ([a-z0-9-]+)(?: \(.*?\))? \| (.+) \| (.+) \| ([\d.,]+) \|$", table, re.M
    )
    assert {row[0] for row in rows} == dependencies()

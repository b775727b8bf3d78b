"""The examples of docs/api.md and of the README run, and print what they say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)


def said(block: str) -> list[str]:
    """Return the lines that a block says it prints: its comments at the start of a line."""
    return [line[2:] for line in block.splitlines() if line.startswith("# ")]


def test_the_examples_of_the_api_page_print_what_they_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sample_logs").symlink_to(ROOT / "sample_logs")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks("docs/api.md"):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(block, "docs/api.md", "exec"), names)
        assert out.getvalue().splitlines() == said(block)
    assert (tmp_path / "report.html").is_file()


def test_the_example_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to(ROOT / "sample_logs")
    monkeypatch.chdir(tmp_path)
    (block,) = blocks("README.md")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(block, "README.md", "exec"), {})
    assert (tmp_path / "report.html").is_file()

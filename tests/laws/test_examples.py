"""The examples of the API page and the README run and print what they say."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
API = ("docs/api.md", "docs/es/api.md")
README = ("README.md", "docs/es/README.md")


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)


def said(block: str) -> list[str]:
    """Return the lines that a block says it prints: its comments at the start of a line."""
    return [line[2:] for line in block.splitlines() if line.startswith("# ")]


@pytest.mark.parametrize("page", API)
def test_the_examples_of_the_api_page_print_what_they_say(
    page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sample_logs").symlink_to(ROOT / "sample_logs")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks(page):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(block, page, "exec"), names)
        assert out.getvalue().splitlines() == said(block)
    assert (tmp_path / "report.html").is_file()


@pytest.mark.parametrize("page", README)
def test_the_example_of_the_readme_runs(
    page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "runs").symlink_to(ROOT / "sample_logs")
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(page)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(block, page, "exec"), {})
    assert (tmp_path / "report.html").is_file()


@pytest.mark.parametrize(("english", "spanish"), [API, README])
def test_both_languages_show_the_same_code(english: str, spanish: str) -> None:
    here, there = (
        [ast.dump(ast.parse(block)) for block in blocks(page)] for page in (english, spanish)
    )
    assert here == there

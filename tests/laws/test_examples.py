"""The examples of the API page, the README and the guides do what they say."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
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


# the files of a guide's example, in the order in which the guide shows them
GUIDES = {
    "add-a-detector.md": (
        "analyzer/detectors/slow_start.py",
        "report_templates/text/slow_start.toml",
        "tests/detectors/test_slow_start.py",
    ),
    "add-a-parser.md": (
        "analyzer/parsers/octave_text.py",
        "tests/parsers/test_octave_text.py",
    ),
}
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.svg")


def copy_project(folder: Path) -> None:
    """Copy what a plug-in is added to and its page is made from; link what is only read."""
    for name in ("analyzer", "docs", "report_templates", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
    for name in ("sample_logs", "pyproject.toml", "README.md", "CHANGELOG.md"):
        (folder / name).symlink_to(ROOT / name)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_example_of_a_guide_passes_its_test_and_the_laws(guide: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    copy_project(tmp_path)
    for name in GUIDES[guide]:
        shown = re.search(rf"`{name}`:\n\n```(?:python|toml)\n(.*?)```", page, re.DOTALL)
        assert shown is not None, f"{guide} does not show {name}"
        (tmp_path / name).write_text(shown[1], encoding="utf-8")
    with (tmp_path / "docs" / "formats.md").open("a", encoding="utf-8") as formats:
        formats.write("\n## Octave text (`octave_text`)\n")
    temporary = tmp_path.with_name(f"{tmp_path.name}_inner")
    pytest_call = ["-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={temporary}"]
    calls = [
        ["docs/generate.py"],
        [*pytest_call, GUIDES[guide][-1]],
        [*pytest_call, "tests/laws", "-k", Path(GUIDES[guide][0]).stem],
    ]
    for call in calls:
        done = subprocess.run(
            [sys.executable, *call],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

"""What the project says about itself: its version, its addresses, and files that users have."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from analyzer.version import __version__

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FILE = re.compile(
    r"\b(?:docs|tests|sample_logs|report_templates)/[\w./-]*\w"
    r"|\b(?:README|CONTRIBUTING|SECURITY|CHANGELOG)\.md"
)
ELSEWHERE = re.compile(r"`?(?: in the repository|, en el repositorio)")
WIDEST = 140  # characters of a line of the change log
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def in_the_wheel(name: str) -> bool:
    """Say whether a file of the repository reaches users, under the name that it has here."""
    parts = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    folders = [*parts["packages"], *parts["force-include"]]
    return Path(name).parts[0] in folders and (ROOT / name).exists()


def messages(path: Path) -> Iterator[str]:
    """Yield the text of a file that a user may see: of code, the strings that are no docstring."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    tree = ast.parse(text)
    firsts = [node.body[0] for node in ast.walk(tree) if isinstance(node, DOCUMENTED) and node.body]
    docstrings = {id(first.value) for first in firsts if isinstance(first, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


def shown_files() -> list[Path]:
    kinds = {".py", ".toml", ".j2", ".js", ".md", ".typ"}
    folders = (ROOT / "analyzer", ROOT / "report_templates")
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in kinds]
    return sorted(found)


def test_no_message_names_a_file_that_is_not_in_the_wheel() -> None:
    lost = []
    for path in shown_files():
        for text in messages(path):
            for name in FILE.finditer(text):
                if not in_the_wheel(name[0]) and not ELSEWHERE.match(text, name.end()):
                    lost.append(f"{path.relative_to(ROOT)}: {name[0]}")
    assert not lost


@pytest.mark.parametrize(
    ("name", "reaches"),
    [
        ("report_templates/text/plateau.toml", True),
        ("sample_logs/keras_overfitting", True),
        ("docs/formats.md", False),
        ("sample_logs/nothing", False),
    ],
)
def test_the_wheel_has_the_package_its_words_and_the_samples(name: str, reaches: bool) -> None:
    assert in_the_wheel(name) == reaches


def test_the_citation_has_the_version_and_the_licence() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__
    assert citation["title"] == PYPROJECT["project"]["name"]
    assert citation["license"] == PYPROJECT["project"]["license"]


def test_the_change_log_has_a_section_for_the_version() -> None:
    assert f"\n## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_line_of_the_change_log_is_too_wide_to_read_as_text() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    wide = [f"{at}: {len(line)}" for at, line in enumerate(lines, 1) if len(line) > WIDEST]
    assert not wide


def test_all_addresses_are_those_of_one_repository() -> None:
    addresses = PYPROJECT["project"]["urls"]
    home = addresses["Source"]
    assert re.fullmatch(r"https://github\.com/[\w-]+/training-log-analyzer", home)
    owner, name = home.split("/")[-2:]
    site = f"https://{owner}.github.io/{name}/"  # where the workflow docs.yml puts the docs
    assert addresses["Documentation"] == site
    assert all(address.startswith((home, site)) for address in addresses.values())

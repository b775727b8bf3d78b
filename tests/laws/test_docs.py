"""Law 5: generated pages are not stale, every verb is documented, and the front door names what exists."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from analyzer import registry
from analyzer.cli import main as cli
from analyzer.detectors._base import Detector
from analyzer.parsers._base import Parser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(generator().pages()), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generator().pages()[path], "run: python docs/generate.py"


def test_no_page_of_a_detector_outlives_it() -> None:
    pages = {path.stem for path in (DOCS / "detectors").glob("*.md")} - {"README"}
    assert pages == set(registry.discover("analyzer.detectors", Detector))


@pytest.mark.parametrize("verb", sorted(cli.commands))
def test_every_verb_is_documented(verb: str) -> None:
    assert f"## analyzer {verb}" in (DOCS / "cli.md").read_text(encoding="utf-8")
    assert f"analyzer {verb}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("parser", registry.discover("analyzer.parsers", Parser))
def test_every_parser_has_its_section_in_the_formats_page(parser: str) -> None:
    assert f"`{parser}`" in (DOCS / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "docs/es/README.md"])
def test_every_link_between_pages_leads_somewhere(page: str) -> None:
    import re

    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target

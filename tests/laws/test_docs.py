"""Law 5: generated pages are not stale, every verb is documented, and the front door names what exists."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from analyzer import registry
from analyzer.cli import main as cli
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.parsers._base import Parser
from analyzer.trainer.corpus import read

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = generator()
PAGES = GENERATOR.pages()
WRONG = GENERATOR.wrong_words()


@pytest.mark.parametrize("path", sorted(PAGES), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run: python docs/generate.py"


@pytest.mark.parametrize("name", registry.discover("analyzer.detectors", Detector))
def test_a_case_that_a_detector_gets_wrong_is_still_judged_so(name: str) -> None:
    detectors = registry.discover("analyzer.detectors", Detector)
    run = GENERATOR.wrong_cases(detectors)[name]
    found = any(one.detector == name for one in diagnose(run).findings)
    assert found == WRONG[name]["found"], "it is judged rightly now: choose another case for docs/wrong.toml"


@pytest.mark.parametrize("name", [name for name, case in WRONG.items() if "run" in case])
def test_the_truth_of_such_a_case_is_the_opposite(name: str) -> None:
    record = next(one for one in read(GENERATOR.CORPUS) if one["id"] == WRONG[name]["run"])
    labels = record["labels"]
    label = {"underfitting": "undertrained", "exploding_loss": "diverged"}.get(name, name)
    if name == "generalization_gap":
        assert labels["gap"]["end"] > 0.25  # of a training loss that fell by 0.4
    else:
        assert labels[label]["holds"] != WRONG[name]["found"]
        assert not labels[label]["grey"]


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

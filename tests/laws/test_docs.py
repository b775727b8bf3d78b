"""Law 5: the docs match the code.

Generated pages are up to date, every command is documented, and the links of the README work.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from analyzer import registry
from analyzer.cli import main as cli
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.facts._base import Fact
from analyzer.parsers._base import Parser
from analyzer.trainer.corpus import read

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def module_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


sys.path.insert(0, str(DOCS))  # as for the script: its parts are beside it
GENERATOR = module_at(DOCS / "generate.py")
JUDGED = module_at(ROOT / "tests" / "benchmarks" / "judged.py")
PAGES = GENERATOR.pages()
WRONG = GENERATOR.wrong_words()


@pytest.mark.parametrize("path", sorted(PAGES), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run: python docs/generate.py"


@pytest.mark.parametrize("name", WRONG)
def test_a_case_that_a_detector_gets_wrong_is_still_judged_so(name: str) -> None:
    detectors = registry.discover("analyzer.detectors", Detector)
    run = GENERATOR.wrong_cases(detectors)[name]
    found = [finding for finding in diagnose(run).findings if finding.detector == name]
    assert bool(found) == WRONG[name]["found"], (
        "it is judged rightly now: choose another case for docs/wrong.toml"
    )
    if "The confidence is" in WRONG[name]["says"]:
        assert f"The confidence is {100 * (found[0].confidence or 0):.0f} %" in WRONG[name]["says"]


@pytest.mark.parametrize("name", [name for name, case in WRONG.items() if "run" in case])
def test_the_truth_of_such_a_case_is_the_opposite(name: str) -> None:
    record = next(record for record in read(GENERATOR.CORPUS) if record["id"] == WRONG[name]["run"])
    labels = JUDGED.truths(record)
    label = {"exploding_loss": "diverged", **JUDGED.LABEL_OF}.get(name, name)
    if name == "generalization_gap":
        assert labels["gap"]["end"] > 0.25  # of a training loss that fell by 0.4
    else:
        assert labels[label]["holds"] != WRONG[name]["found"]
        assert not labels[label]["grey"]


def test_no_page_of_a_detector_outlives_it() -> None:
    pages = {path.stem for path in (DOCS / "detectors").glob("*.md")} - {"README"}
    assert pages == set(registry.discover("analyzer.detectors", Detector))


def test_no_page_of_a_fact_outlives_it() -> None:
    pages = {path.stem for path in (DOCS / "facts").glob("*.md")} - {"README"}
    facts = registry.discover("analyzer.facts", Fact)
    assert pages == {name for name, kind in facts.items() if kind.place is not None}


@pytest.mark.parametrize("verb", sorted(cli.commands))
def test_every_verb_is_documented(verb: str) -> None:
    assert f"## analyzer {verb}" in (DOCS / "cli.md").read_text(encoding="utf-8")
    assert f"analyzer {verb}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("parser", registry.discover("analyzer.parsers", Parser))
def test_every_parser_has_its_section_in_the_formats_page(parser: str) -> None:
    assert f"`{parser}`" in (DOCS / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_every_link_between_pages_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?![a-z]+:)([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


IN_SPANISH = {
    "../README.md": "README.md",
    "advice.md": "advice.md",
    "agents.md": "agentes.md",
    "api.md": "api.md",
    "batch.md": "lotes.md",
    "cli.md": "comandos.md",
    "compare.md": "comparar.md",
    "courses.md": "cursos.md",
    "formats.md": "formatos.md",
    "from-a-notebook.md": "desde-un-notebook.md",
    "from-an-agent.md": "desde-un-agente.md",
    "gallery.md": "galeria.md",
    "gate.md": "control.md",
    "security.md": "seguridad.md",
    "github.md": "github.md",
    "glossary.md": "glosario.md",
    "index.md": "index.md",
    "loss-is-nan.md": "perdida-nan.md",
    "report.md": "informe.md",
    "runs-in-a-pull-request.md": "ejecuciones-en-una-pull-request.md",
    "scale.md": "escala.md",
    "systems.md": "sistemas.md",
    "thousand-runs.md": "mil-ejecuciones.md",
    "tour.md": "recorrido.md",
    "val-loss-rises.md": "sube-la-validacion.md",
    "views.md": "vistas.md",
}


def heading_levels(path: Path) -> list[int]:
    """Return the levels of the headings of a page, in order; a comment in code is not one."""
    prose = re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.M)]


@pytest.mark.parametrize(("english", "spanish"), IN_SPANISH.items())
def test_both_languages_have_the_same_headings(english: str, spanish: str) -> None:
    levels = heading_levels(DOCS / english)
    assert levels
    assert heading_levels(DOCS / "es" / spanish) == levels


def test_every_spanish_page_has_its_english_page() -> None:
    assert {path.name for path in (DOCS / "es").glob("*.md")} == set(IN_SPANISH.values())

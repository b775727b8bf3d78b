"""Plug-ins that pip has installed, in a fresh environment, through every command."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from analyzer.resources import folder

pytestmark = [
    pytest.mark.skipif(
        find_spec("setuptools") is None or find_spec("pip") is None,
        reason="building the plug-ins needs pip and setuptools (extra [dev])",
    ),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the commands are forked"),
]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLES = folder("sample_logs")
LOG, OTHER = str(SAMPLES / "keras_overfitting"), str(SAMPLES / "keras_early_stopped")
COMMANDS = {
    "report": ["report", LOG],
    "report es": ["report", LOG, "--lang", "es"],
    "report --json": ["report", LOG, "--json"],
    "html": ["report", LOG, "-o", "report.html"],
    "pdf": ["report", LOG, "-o", "report.pdf"],
    "pdf es": ["report", LOG, "-o", "es.pdf", "--lang", "es"],
    "md": ["report", LOG, "-o", "report.md"],
    "json": ["report", LOG, "-o", "report.json"],
    "check": ["check", LOG, "--fail-on", "warning"],
    "check --json": ["check", LOG, "--json"],
    "check --junit": ["check", LOG, "--junit", "junit.xml", "--fail-on", "warning"],
    "batch": ["batch", "logs", "-o", "site"],
    "compare": ["compare", LOG, OTHER],
    "compare html": ["compare", LOG, OTHER, "-o", "compared.html"],
    "comment": ["comment", LOG],
    "comment es": ["comment", LOG, "--baseline", OTHER, "--lang", "es"],
    "export": ["export", LOG, "-o", "points.csv"],
    "inspect": ["inspect", LOG],
    "explain": ["explain"],
    "explain es": ["explain", "--lang", "es"],
    "plot": ["plot", LOG, "-o", "figure.svg"],
    "plot two": ["plot", LOG, OTHER, "-o", "two.png"],
}
FAILING = {"check", "check --junit"}  # the sample overfits
NO_DETECTORS = {"export", "inspect"}


class Result(NamedTuple):
    """What a command left."""

    code: int
    stdout: str
    stderr: str


class Installed(NamedTuple):
    """The results of all commands with a plug-in installed, and the folder that they ran in."""

    results: dict[str, Result]
    folder: Path


def run(*arguments: object, **options: Any) -> str:
    done = subprocess.run(
        [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(target: Path, project: str) -> Path:
    """Make an environment with a plug-in in it; return its Python.

    It sees the packages that the tests run with, through a path file, and this checkout.
    """
    run(sys.executable, "-m", "venv", "--without-pip", target)
    python = target / "bin" / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    lines = [str(ROOT), *(f"import site; site.addsitedir({path!r})" for path in packages())]
    own = Path(run(python, "-c", where).strip())
    (own / "as_tested.pth").write_text("\n".join(lines), encoding="utf-8")
    source = target / "source"
    shutil.copytree(HERE / project, source)  # building leaves files beside pyproject.toml
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index"]
    run(*pip, "--no-deps", "--no-build-isolation", "--disable-pip-version-check", source)
    return python


def packages() -> list[str]:
    """Return the folders of the packages that the tests run with."""
    return [*site.getsitepackages(), site.getusersitepackages()]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Installed]:
    """Return a function that installs a plug-in, runs every command, and keeps the results."""

    @cache
    def install(project: str) -> Installed:
        place = tmp_path_factory.mktemp(project)
        python = environment(place / "env", project)
        (place / "logs").mkdir()
        for name in ("keras_overfitting", "keras_early_stopped"):
            shutil.copytree(SAMPLES / name, place / "logs" / name)
        (place / "torn").mkdir()
        (place / "torn" / "run.loss").write_text("1.0 ? 0.9 0.8 0.85 0.7", encoding="utf-8")
        (place / "empty").mkdir()
        (place / "empty" / "run.loss").write_text("?", encoding="utf-8")
        own = {
            "explain own": ["explain", OWN[project]],
            "explain own es": ["explain", OWN[project], "--lang", "es"],
            "inspect torn": ["inspect", "torn"],
            "check torn es": ["check", "torn", "--lang", "es"],
            "inspect empty": ["inspect", "empty"],
            "check empty": ["check", "empty"],
        }
        if project != "worded":
            own = {name: own[name] for name in ("explain own", "explain own es")}
        output = run(
            python,
            HERE / "every_command.py",
            input=json.dumps({**COMMANDS, **own}),
            cwd=place,
            env={**os.environ, "PYTHONPATH": ""},
        )
        results = {name: Result(*result) for name, result in json.loads(output).items()}
        return Installed(results, place)

    return install


OWN = {"worded": "loss_spike", "wordless": "always", "broken": "plateau"}


@pytest.mark.parametrize("project", OWN)
def test_every_command_runs_to_its_end(project: str, installed: Callable[[str], Installed]) -> None:
    for name, result in installed(project).results.items():
        if name in COMMANDS:
            assert result.code == (1 if name in FAILING else 0), (name, result)
        assert "Traceback" not in result.stderr, (name, result)


@pytest.mark.parametrize("project", ["worded", "wordless"])
def test_a_plug_in_that_loads_prints_no_warning(
    project: str, installed: Callable[[str], Installed]
) -> None:
    results = installed(project).results
    assert {name for name in COMMANDS if results[name].stderr} == set()


def test_a_plug_in_that_does_not_load_is_one_line_in_every_command_that_wants_it(
    installed: Callable[[str], Installed],
) -> None:
    line = (
        'detector plug-in "broken" of broken-detector 3.0 was not loaded: ModuleNotFoundError: '
        "No module named 'a_library_that_nobody_has_installed'; "
        "update or uninstall broken-detector\n"
    )
    for name, result in installed("broken").results.items():
        if name.endswith(" es"):
            assert "3.0 no se cargó: «ModuleNotFoundError" in result.stderr
            assert len(result.stderr.splitlines()) == 1
            continue
        assert result.stderr == ("" if name in NO_DETECTORS else line), name


def read(installed: Installed) -> dict[str, str]:
    """Return all text that the commands printed or wrote, by command or file."""
    texts = {name: result.stdout for name, result in installed.results.items()}
    files = [path for path in installed.folder.glob("*.*") if path.suffix not in (".pdf", ".png")]
    texts |= {path.name: path.read_text(encoding="utf-8") for path in files}
    for report in installed.folder.glob("site/runs/*/*/report.html"):
        texts["page"] = report.read_text(encoding="utf-8")
    return texts


def test_a_finding_is_told_in_the_words_of_the_package(
    installed: Callable[[str], Installed],
) -> None:
    texts = read(installed("worded"))
    for place in ("report", "report.html", "report.md", "check", "junit.xml", "comment", "page"):
        assert "Loss spike" in texts[place] or "rises by" in texts[place], place
    assert "Pico de pérdida" in texts["report.html"]
    assert "Clip the gradient before step" in texts["report.md"]
    assert "Nobody (2026)" in texts["report.html"]


def test_words_of_one_language_stand_in_for_the_other(
    installed: Callable[[str], Installed],
) -> None:
    texts = read(installed("worded"))
    assert "Pico de pérdida" in texts["explain own es"]
    assert "A point far above its neighbours." in texts["explain own es"]
    assert "rises by" in texts["report es"]
    assert "Demasiado corta: solo hay " in texts["report.md"].replace("**", "")


def test_explain_shows_what_the_package_says(installed: Callable[[str], Installed]) -> None:
    texts = read(installed("worded"))
    assert "least = 0.001: a smaller step up is noise in any log" in texts["explain own"]
    assert "label = 'any'" in texts["explain own"]
    assert "Nobody (2026). Spikes." in texts["explain own"]
    assert "loss_spike" in texts["explain"]


def test_without_words_a_finding_is_its_id_severity_and_values(
    installed: Callable[[str], Installed],
) -> None:
    texts = read(installed("wordless"))
    sentence = "always, warning: training loss; level 3.25; kind odd."
    for place in ("report", "report.html", "report.md", "junit.xml", "comment", "page"):
        assert sentence in " ".join(texts[place].split()), place
    spanish = " ".join(texts["report es"].split())
    assert "always, aviso: pérdida de entrenamiento; level 3,25" in spanish
    assert "warning: always" in texts["check"]
    assert "too_odd (metric = loss, parity = 1)" in texts["report.html"]
    assert texts["explain own"] == "always\n"


def test_the_id_is_the_name_of_the_entry_point(installed: Callable[[str], Installed]) -> None:
    for project, names in (("worded", {"loss_spike"}), ("wordless", {"always", "never"})):
        (diagnosis,) = json.loads(read(installed(project))["check --json"])["runs"]
        assert names <= {check["detector"] for check in diagnosis["checks"]}


def test_a_fact_of_a_package_stands_in_the_json(installed: Callable[[str], Installed]) -> None:
    data = json.loads(read(installed("worded"))["report.json"])
    assert data["facts"]["largest_loss"]["value"] > 0


def test_a_parser_of_a_package_brings_words_for_its_issues(
    installed: Callable[[str], Installed],
) -> None:
    results = installed("worded").results
    assert "torn: read as one loss per line" in results["inspect torn"].stdout
    line = "run.loss: lines with ? were skipped; 5 points kept, 1 lost."
    assert line in results["inspect torn"].stdout
    assert line in results["check torn es"].stderr
    assert "run.loss: spike_nameless (count = 1)" in results["check torn es"].stderr
    assert "none of the 1 lines is a number." in results["inspect empty"].stdout
    assert "run.loss: none of the 1 lines is a number." in results["check empty"].stderr

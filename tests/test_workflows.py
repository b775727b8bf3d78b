"""The files of .github: pinned, with few rights, and in step with the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from analyzer.version import __version__

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
TEMPLATES = GITHUB / "ISSUE_TEMPLATE"
FORMS = sorted(set(TEMPLATES.glob("*.yml")) - {TEMPLATES / "config.yml"})
PINNED = re.compile(r"uses: ([\w./-]+)@([0-9a-f]{40})  # (v\d+\.\d+\.\d+)$")
WITHIN = re.compile(r"uses: \$/(\S+)$")
# What may be written, and by which job.
RIGHTS = {
    ("docs.yml", "deploy"): {"pages", "id-token"},
    ("release.yml", "publish"): {"id-token"},
    ("release.yml", "announce"): {"contents"},
}
ELEMENTS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return table["project"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def step(workflow: str, name: str) -> str:
    """Return the script of a step of a workflow."""
    jobs = loaded(GITHUB / "workflows" / workflow)["jobs"].values()
    steps = [found for job in jobs for found in job.get("steps", ())]
    (script,) = [found["run"] for found in steps if found.get("name") == name]
    return str(script)


def run(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [bash, "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("path", sorted(GITHUB.rglob("*.yml")), ids=named)
def test_every_file_is_yaml(path: Path) -> None:
    assert isinstance(loaded(path), dict)


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=named)
def test_every_action_is_pinned_by_its_hash_with_its_version_beside_it(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if "uses:" not in line:
            continue
        within = WITHIN.search(line)
        assert within or PINNED.search(line), line
        assert within is None or (ROOT / within[1]).is_file()


def test_the_workflows_and_the_action_agree_on_the_hash_of_an_action() -> None:
    files = [*WORKFLOWS, ROOT / "action.yml"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    pins = [found.groups() for found in map(PINNED.search, text.splitlines()) if found]
    assert len(set(pins)) == len({action for action, _, _ in pins})


def test_the_examples_of_the_docs_use_the_actions_that_the_project_uses() -> None:
    files = [*WORKFLOWS, ROOT / "action.yml"]
    ours = "\n".join(path.read_text(encoding="utf-8") for path in files)
    for path in (ROOT / "docs" / "github.md", ROOT / "docs" / "es" / "github.md"):
        shown = re.findall(r"uses: (actions/\S+  # v[\d.]+)", path.read_text(encoding="utf-8"))
        assert len(shown) == 6
        assert all(f"uses: {pin}" in ours for pin in shown), path.name


@pytest.mark.parametrize("path", WORKFLOWS, ids=named)
def test_a_job_may_write_only_what_it_is_for(path: Path) -> None:
    workflow = loaded(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for name, job in workflow["jobs"].items():
        rights = job.get("permissions", {})
        assert "permissions" in job or workflow["permissions"]
        assert set(rights.values()) <= {"read", "write"}
        written = {right for right, level in rights.items() if level == "write"}
        assert written == RIGHTS.get((path.name, name), set())
        for made in job.get("steps", ()):
            assert "${{" not in made.get("run", ""), made  # text of a stranger would be run
            if made.get("uses", "").startswith("actions/checkout@"):
                assert made["with"]["persist-credentials"] is False


def test_the_tested_pythons_are_those_that_the_project_names() -> None:
    matrix = loaded(GITHUB / "workflows" / "tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    classifiers = "\n".join(project()["classifiers"])
    minors = re.findall(r"^Programming Language :: Python :: (3\.\d+)$", classifiers, re.M)
    assert matrix["python"] == minors
    assert project()["requires-python"] == f">={minors[0]}"
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]


@pytest.mark.parametrize("name", ["tests.yml", "docs.yml"])
def test_what_runs_tests_in_a_browser_has_axe_core(name: str) -> None:
    """Without it the tests of accessibility are skipped."""
    for job in loaded(GITHUB / "workflows" / name)["jobs"].values():
        scripts = [made.get("run", "") for made in job.get("steps", ())]
        if any("pytest" in script and "tests/remote" not in script for script in scripts):
            assert any("axe-playwright-python" in script for script in scripts)


def test_a_release_is_built_once_and_published_by_a_trusted_job_with_attestations() -> None:
    jobs = loaded(GITHUB / "workflows" / "release.yml")["jobs"]
    text = (GITHUB / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert text.count("python -m build") == 1
    assert "secrets." not in text
    publish = jobs["publish"]
    assert set(publish["needs"]) == {"tests", "build"}
    assert publish["environment"]
    assert publish["steps"][-1]["with"]["attestations"] is True
    assert not any("checkout" in made["uses"] for made in publish["steps"])


def test_a_release_takes_its_notes_from_the_change_log(tmp_path: Path) -> None:
    script = step("release.yml", "Take the notes from CHANGELOG.md")
    log = "# Changelog\n\n## 0.2.0\n\n- New.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n"
    (tmp_path / "CHANGELOG.md").write_text(log, encoding="utf-8")
    assert run(script, tmp_path, TAG="v0.1.0").returncode == 0
    assert (tmp_path / "release" / "notes.md").read_text(encoding="utf-8").strip() == "- Old."
    assert run(script, tmp_path, TAG="v0.3.0").returncode == 1


def test_a_release_needs_the_tag_of_its_version_and_an_owner(tmp_path: Path) -> None:
    script = step("release.yml", "Check the tag and the addresses")
    file = tmp_path / "pyproject.toml"
    file.write_text('Source = "https://github.com/someone/x"\n', encoding="utf-8")
    assert run(script, tmp_path, TAG=f"v{__version__}").returncode == 0
    assert "the tag is v9" in run(script, tmp_path, TAG="v9").stdout
    for address in ("https://github.com/OWNER/x", "https://OWNER.github.io/x"):
        file.write_text(f'Source = "{address}"\n', encoding="utf-8")
        assert "replace OWNER" in run(script, tmp_path, TAG=f"v{__version__}").stdout


@pytest.mark.parametrize("path", FORMS, ids=named)
def test_an_issue_form_follows_the_syntax_and_asks_for_what_was_read(path: Path) -> None:
    form = loaded(path)
    assert set(form) == {"name", "description", "body"}
    asked = [element for element in form["body"] if element["type"] != "markdown"]
    assert {element["type"] for element in form["body"]} <= ELEMENTS
    assert len({element["id"] for element in asked}) == len(asked)
    for element in asked:
        assert set(element) <= {"type", "id", "attributes", "validations"}
        assert element["attributes"]["label"]
    required = [element for element in asked if element.get("validations") == {"required": True}]
    needed = {element["id"] for element in required}
    assert {"inspect", "log"} <= needed
    assert "analyzer inspect" in path.read_text(encoding="utf-8")


def test_updates_are_watched_for_actions_and_packages() -> None:
    kinds = {update["package-ecosystem"] for update in loaded(GITHUB / "dependabot.yml")["updates"]}
    assert kinds == {"github-actions", "pip"}


def test_zizmor_finds_nothing() -> None:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    zizmor = shutil.which("zizmor", path=places)
    if zizmor is None:
        pytest.skip("needs zizmor: pip install zizmor")
    command = [zizmor, "--offline", "--quiet", str(GITHUB), str(ROOT / "action.yml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

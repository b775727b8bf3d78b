"""The GitHub Action and the workflows of the docs are valid by GitHub's published rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGES = ("docs/github.md", "docs/es/github.md")
# Metadata syntax and workflow syntax for GitHub Actions, as docs.github.com has them.
ACTION_KEYS = {"name", "author", "description", "inputs", "outputs", "runs", "branding"}
INPUT_KEYS = {"description", "required", "default", "deprecationMessage"}
STEP_KEYS = {
    "id",
    "name",
    "if",
    "uses",
    "with",
    "run",
    "shell",
    "env",
    "working-directory",
    "continue-on-error",
}
COLOURS = {"white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"}
WORKFLOW_KEYS = {"name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"}
PERMISSIONS = {"actions", "contents", "pull-requests", "checks", "issues", "statuses"}
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def action() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return loaded


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)


def check_step(step: dict[str, Any], *, needs_shell: bool) -> None:
    assert set(step) <= STEP_KEYS
    assert ("uses" in step) != ("run" in step)
    if "uses" in step:
        owner = step["uses"].partition("/")[0]
        place = "v[\\d.]+" if owner == "OWNER" else "[0-9a-f]{40}"  # a tag can be moved
        assert re.fullmatch(rf"[\w.-]+/[\w.-]+@{place}", step["uses"])
    else:
        assert not needs_shell or step["shell"] in ("bash", "sh", "pwsh", "python")
        assert "${{" not in step["run"]  # text of a stranger would be run


def test_the_action_follows_the_metadata_syntax() -> None:
    made = action()
    assert {"name", "description", "runs"} <= set(made) <= ACTION_KEYS
    assert made["branding"]["color"] in COLOURS
    for name, value in made["inputs"].items():
        assert re.fullmatch(r"[a-z_][a-z0-9_-]*", name)
        assert set(value) <= INPUT_KEYS
        assert value["description"]
        assert isinstance(value.get("default", ""), str)
    assert set(made["runs"]) == {"using", "steps"}
    assert made["runs"]["using"] == "composite"
    for step in made["runs"]["steps"]:
        check_step(step, needs_shell=True)


def test_every_expression_names_something_that_is_there() -> None:
    made = action()
    known = {f"inputs.{name}" for name in made["inputs"]} | {
        "github.action_path",
        "github.token",
        "github.repository",
        "steps.report.outputs.site",
        "steps.report.outputs.report",
        "steps.upload.outputs.artifact-url",
        "steps.gate.outputs.verdict",
        "steps.gate.outputs.failed",
    }
    assert set(EXPRESSION.findall((ROOT / "action.yml").read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES)
def test_the_page_lists_the_inputs_of_the_action(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in action()["inputs"]:
        assert f"| `{name}` |" in text


@pytest.mark.parametrize("page", PAGES)
def test_the_page_lists_the_outputs_of_the_action(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in action()["outputs"]:
        assert f"| `{name}` |" in text


@pytest.mark.parametrize("page", PAGES)
def test_the_workflows_of_the_page_follow_the_workflow_syntax(page: str) -> None:
    found = [yaml.safe_load(block) for block in blocks(page, "yaml")]
    assert len(found) == 3
    for item in found:
        keys = {"on" if key is True else key for key in item}  # YAML 1.1 reads "on" as true
        assert {"on", "jobs"} <= keys <= WORKFLOW_KEYS
        assert set(item["permissions"]) <= PERMISSIONS
        for job in item["jobs"].values():
            assert set(job) <= {"runs-on", "steps", "if"}
            for step in job["steps"]:
                check_step(step, needs_shell=False)
    ours = found[0]["jobs"]["training"]["steps"][-1]
    assert set(ours["with"]) <= set(action()["inputs"])
    by_strangers, by_us = found[1], found[2]
    assert by_strangers["permissions"] == {"contents": "read"}
    assert by_us[True]["workflow_run"]["workflows"] == [by_strangers["name"]]
    logs = [
        step["with"]["name"]
        for item in found[1:]
        for job in item["jobs"].values()
        for step in job["steps"]
        if "artifact" in step.get("uses", "")
    ]
    assert logs == ["training-logs", "training-logs"]


@pytest.mark.parametrize("language", ["yaml", "sh"])
def test_both_languages_show_the_same_code(language: str) -> None:
    here, there = (
        [
            re.sub(r" +#.*| --lang es|          lang: es\n", "", block)
            for block in blocks(page, language)
        ]
        for page in PAGES
    )
    if language == "yaml":
        assert here == there
    else:
        assert [len(line.splitlines()) for line in here] == [
            len(line.splitlines()) for line in there
        ]

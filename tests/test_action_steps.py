"""The shell steps of the GitHub Action, and those of its page, run as a runner does it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_action import EXPRESSION, PAGES, ROOT, action, blocks

ARTIFACT = "https://github.com/o/r/actions/runs/1/artifacts/2"
STUB = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
with (here / "calls.jsonl").open("a") as file:
    file.write(json.dumps([sys.argv[1:], sys.stdin.read() if "-" in sys.argv else ""]) + "\\n")
print('{{"number": 7, "comments": []}}' if sys.argv[1:3] == ["pr", "view"] else "https://github.com/o/r/pull/7#issuecomment-1")
"""


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Return the surroundings of a step.

    ``analyzer`` and a stub of ``gh`` on the path, the files of a runner.
    """
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (
        ("gh", STUB.format(python=sys.executable)),
        ("analyzer", f'#!/bin/sh\nexec "{sys.executable}" -m analyzer "$@"\n'),
    ):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    (tmp_path / "temp").mkdir()
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return {
        **os.environ,
        **paths,
        "PATH": path,
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_REF": "refs/pull/7/merge",
    }


def run_step(name: str, machine: dict[str, str], **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as a runner does, with its inputs set in."""
    made = action()
    (step,) = (item for item in made["runs"]["steps"] if item.get("name") == name)
    values = {
        f"inputs.{key}": str(value.get("default", "")) for key, value in made["inputs"].items()
    }
    values |= {f"inputs.{key.replace('_', '-')}": value for key, value in inputs.items()}
    values["steps.upload.outputs.artifact-url"] = ARTIFACT
    values |= {
        "github.token": "secret",
        "github.repository": "o/r",
        "github.action_path": str(ROOT),
    }
    env = {
        key: EXPRESSION.sub(lambda match: values[match[1]], value)
        for key, value in step["env"].items()
    }
    shell = [
        "bash",
        "--noprofile",
        "--norc",
        "-e",
        "-o",
        "pipefail",
        "-c",
        step["run"],
    ]  # as GitHub calls it
    return subprocess.run(
        shell,
        env={**machine, **env},
        capture_output=True,
        text=True,
        check=False,
        cwd=machine["RUNNER_TEMP"],
    )


def outputs(machine: dict[str, str]) -> dict[str, str]:
    """Return the outputs of the steps so far, the last of a name."""
    lines = Path(machine["GITHUB_OUTPUT"]).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def calls(machine: dict[str, str]) -> list[tuple[list[str], str]]:
    path = Path(machine["PATH"].split(os.pathsep)[0]) / "calls.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [(arguments, said) for arguments, said in map(json.loads, lines)]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_its_steps_write_summary_report_and_comment_and_then_fail(
    machine: dict[str, str], kind: str
) -> None:
    log = ROOT / "sample_logs" / "keras_overfitting" / ("history.json" if kind == "file" else "")
    inputs = {"path": str(log), "fail_on": "warning", "lang": "es"}
    assert run_step("Report", machine, **inputs).returncode == 0
    assert "sobreajuste" in Path(machine["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert list(Path(machine["RUNNER_TEMP"]).rglob("report.html"))
    assert run_step("Comment", machine, **inputs).returncode == 0
    (view, _), (made, body) = calls(machine)
    assert view == ["pr", "view", "7", "--json", "number,comments"]
    assert made == ["pr", "comment", "7", "--body-file", "-"]
    assert "### Entrenamiento: sobreajuste" in body
    assert f"[Informe completo]({ARTIFACT})" in body
    assert Path(outputs(machine)["report"]).is_file()
    assert run_step("Gate", machine, **inputs).returncode == 1
    assert run_step("Gate", machine, **{**inputs, "fail_on": "never"}).returncode == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_text_in_an_input_is_never_run(machine: dict[str, str], tmp_path: Path) -> None:
    evil = f'$(touch {tmp_path}/owned); `touch {tmp_path}/owned`"; touch {tmp_path}/owned #'
    for name in ("Report", "Comment", "Gate"):
        inputs = dict.fromkeys(("path", "baseline", "lang", "fail_on", "require", "map"), evil)
        run_step(name, machine, **inputs, max_gap=evil, run=evil, junit=evil)
    assert not (tmp_path / "owned").exists()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_a_comment_that_cannot_be_posted_fails_nothing(machine: dict[str, str]) -> None:
    (Path(machine["PATH"].split(os.pathsep)[0]) / "gh").write_text(
        "#!/bin/sh\necho forbidden >&2\nexit 1\n"
    )
    done = run_step("Comment", machine, path=str(ROOT / "sample_logs" / "keras_overfitting"))
    assert done.returncode == 0
    assert done.stdout.endswith("::warning::No comment was posted: gh: forbidden\n")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_the_token_of_a_fork_is_named_only_where_it_is_the_reason(machine: dict[str, str]) -> None:
    (Path(machine["PATH"].split(os.pathsep)[0]) / "gh").write_text(
        "#!/bin/sh\necho 'gh: Resource not accessible by integration (HTTP 403)' >&2\nexit 1\n"
    )
    log = Path(machine["RUNNER_TEMP"]) / "run"
    shutil.copytree(ROOT / "sample_logs" / "keras_overfitting", log)
    (log / "50%.pkl").write_bytes(b"\x80\x04.")
    done = run_step("Comment", machine, path=str(log))
    lines = done.stdout.splitlines()
    assert lines[0].startswith("50%.pkl: a pickle")
    assert lines[-1].startswith("::warning::No comment was posted: gh: Resource not accessible")
    assert lines[-1].endswith("may only read: see docs/github.md)")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_the_first_pull_request_has_no_baseline(machine: dict[str, str]) -> None:
    log = str(ROOT / "sample_logs" / "keras_overfitting")
    inputs = {"path": log, "baseline": "runs/base", "fail_on": "never"}
    assert run_step("Gate", machine, **inputs, baseline_missing="fail").returncode == 2
    done = run_step("Gate", machine, **inputs)
    assert done.returncode == 0
    assert "baseline: not judged: no baseline yet" in done.stdout
    assert outputs(machine)["failed"] == "false"
    assert run_step("Comment", machine, **inputs).returncode == 0
    assert "runs/base: no baseline yet" in calls(machine)[-1][1]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_the_gate_has_outputs_and_takes_every_requirement(machine: dict[str, str]) -> None:
    log = str(ROOT / "sample_logs" / "keras_overfitting")
    junit = Path(machine["RUNNER_TEMP"]) / "gate.xml"
    inputs = {"path": log, "require": "val_loss<99\nval_loss<0.0001\n", "junit": str(junit)}
    done = run_step("Gate", machine, **inputs)
    assert done.returncode == 1
    assert "val_loss<99: met" in done.stdout or "val_loss<99: passed" in done.stdout
    assert outputs(machine) == {"verdict": "overfitting", "failed": "true"}
    assert "<failure" in junit.read_text(encoding="utf-8")
    assert run_step("Gate", machine, path=log, max_gap="0.0001").returncode == 1
    assert run_step("Gate", machine, path=log, run="no such run").returncode == 2
    assert outputs(machine) == {"verdict": "", "failed": "true"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_a_gate_that_fails_says_why_on_the_pull_request(machine: dict[str, str]) -> None:
    inputs = {"path": str(ROOT / "sample_logs" / "keras_overfitting")}
    done = run_step("Gate", machine, **inputs, require="val_loss<0.1\nval_loss<99")
    *log, said = done.stdout.splitlines()
    assert len(log) == 3
    assert said == f"::error title=Training log analyzer::{'%0A'.join(log)}"
    assert "val_loss<0.1: failed" in said
    assert "::error" not in run_step("Gate", machine, **inputs).stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_one_run_of_several_has_a_report_of_its_own(machine: dict[str, str]) -> None:
    inputs = {"path": str(ROOT / "sample_logs"), "run": "keras_overfitting"}
    assert run_step("Report", machine, **inputs).returncode == 0
    assert outputs(machine)["report"].endswith("/report.html")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_several_runs_get_no_comment_and_the_reason(machine: dict[str, str]) -> None:
    done = run_step("Comment", machine, path=str(ROOT / "sample_logs"))
    assert done.returncode == 0
    assert "that are not repeats of one run; pick one" in done.stdout
    assert calls(machine) == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_the_settings_decide_where_the_input_says_nothing(machine: dict[str, str]) -> None:
    (Path(machine["RUNNER_TEMP"]) / "analyzer.toml").write_text(
        '[check]\nfail_on = "warning"\n', encoding="utf-8"
    )
    log = str(ROOT / "sample_logs" / "keras_overfitting")
    assert run_step("Gate", machine, path=log).returncode == 1
    assert run_step("Gate", machine, path=log, fail_on="critical").returncode == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_two_uses_in_one_job_have_a_folder_each(machine: dict[str, str]) -> None:
    log = ROOT / "sample_logs" / "keras_overfitting"
    for path in (log, log / "history.json", log):
        assert run_step("Report", machine, path=str(path)).returncode == 0
    lines = Path(machine["GITHUB_OUTPUT"]).read_text(encoding="utf-8").split()
    assert len({line for line in lines if line.startswith("site=")}) == 3


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which every runner has")
def test_a_path_that_looks_like_an_option_passes_no_gate(machine: dict[str, str]) -> None:
    assert run_step("Gate", machine, path="--help").returncode == 2


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("page", PAGES)
def test_the_whole_way_of_the_page_runs_up_to_the_network(
    page: str, machine: dict[str, str]
) -> None:
    pytest.importorskip("torch", reason="needs torch (extra trainer)")
    (whole,) = (block for block in blocks(page, "sh") if "analyzer train" in block)
    *steps, gate = whole.strip().splitlines()
    folder = Path(machine["RUNNER_TEMP"])
    shell = ["bash", "-e", "-c", "\n".join(steps)]
    done = subprocess.run(
        shell, env=machine, cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {"report.html", "curves.svg", "comment.md"} <= {path.name for path in folder.iterdir()}
    body = (folder / "comment.md").read_text(encoding="utf-8")
    assert ("overfitting" if page == PAGES[0] else "sobreajuste") in body.splitlines()[1]
    assert calls(machine)[-1] == (["pr", "comment", "7", "--body-file", "-"], body)
    assert (
        subprocess.run(
            ["bash", "-c", gate], env=machine, cwd=folder, capture_output=True, check=False
        ).returncode
        == 1
    )
    assert (folder / "gate.xml").is_file()

"""What a command says of logs in a store is what it says of a copy on this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main
from analyzer.resources import folder as resource
from tests.remote.conftest import READER, READER_SECRET, S3Server, forget_stores, use_keys

CASES = ("keras_overfitting", "csv_underfitting", "tensorboard_resumed", "wandb_overfitting")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for case in CASES:
        shutil.copytree(resource("sample_logs") / case, tmp_path / "runs" / case)
    return tmp_path / "runs"


def put_into(memory: Any, runs: Path) -> None:
    for path in runs.rglob("*"):
        if path.is_file():
            memory.pipe_file(f"/runs/{path.relative_to(runs).as_posix()}", path.read_bytes())


def said(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, args)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["inspect"], ["report"]])
def test_a_command_says_the_same(memory: Any, runs: Path, command: list[str]) -> None:
    put_into(memory, runs)
    assert said(*command, "memory://runs") == said(*command, str(runs))


def test_outputs_are_the_same_bytes(memory: Any, runs: Path, tmp_path: Path) -> None:
    put_into(memory, runs)
    for place, name in ((str(runs), "here"), ("memory://runs", "there")):
        out = tmp_path / name
        one, two = f"{place}/keras_overfitting", f"{place}/csv_underfitting"
        assert said("report", one, "-o", f"{out}.html")[0] == 0
        assert said("export", place, "-o", f"{out}.csv")[0] == 0
        assert said("compare", one, two, "-o", f"{out}.compared.html")[0] == 0
        assert said("plot", one, "-o", f"{out}.svg")[0] == 0
        assert "overfitting" in said("comment", one)[1]
    for suffix in (".html", ".csv", ".compared.html", ".svg"):
        here, there = (tmp_path / f"{name}{suffix}" for name in ("here", "there"))
        assert here.read_bytes() == there.read_bytes(), suffix


def test_the_api_takes_a_url(memory: Any, runs: Path) -> None:
    put_into(memory, runs)
    here, there = analyzer.load(runs), analyzer.load("memory://runs")
    assert [run.name for run in there] == [run.name for run in here]
    verdicts = [[analyzer.diagnose(run).verdict for run in found] for found in (here, there)]
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("memory://none", "memory://none: no such bucket, folder or file; check the URL\n"),
        ("xyz://b/runs", 'xyz://b/runs: unknown scheme "xyz"; use s3, gs, abfs, hdfs or file\n'),
    ],
)
def test_what_cannot_be_read_is_one_line(memory: Any, url: str, line: str) -> None:
    assert said("check", url) == (2, "", line)


def test_what_the_library_of_a_store_logs_stays_out(memory: Any, runs: Path) -> None:
    program = (
        "import logging\n"
        "from fsspec.implementations.memory import MemoryFileSystem as Memory\n"
        "from analyzer.cli import main\n"
        "def find(*_, **__):\n"
        "    logging.getLogger('gcsfs').error('out of retries: SECRET')\n"
        "    raise FileNotFoundError\n"
        "Memory.find = find\n"
        "main(['check', 'memory://runs'])\n"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert made.returncode == 2
    assert made.stderr == "memory://runs: no such bucket, folder or file; check the URL\n"


def test_a_folder_without_logs_has_its_own_code(memory: Any) -> None:
    memory.pipe_file("/runs/readme.xyz", b"nothing")
    code, out, line = said("check", "memory://runs")
    assert (code, out) == (4, "")
    assert "analyzer-remote" not in line


def test_an_output_that_is_a_url_is_refused(memory: Any, runs: Path) -> None:
    code, _, line = said("report", str(runs), "-o", "s3://bucket/report.html")
    assert code == 2
    assert "is a URL; name a file or folder of this machine" in line


def test_a_baseline_that_does_not_exist_yet_is_as_it_is_with_a_path(
    memory: Any, runs: Path
) -> None:
    put_into(memory, runs)
    args = ["check", "memory://runs/csv_underfitting", "--baseline", "memory://main"]
    assert said(*args)[2].startswith("memory://main: no such file or folder")
    code, _, line = said(*args, "--baseline-missing", "ok")
    assert code == 0
    assert "memory://main: no baseline yet" in line


def test_a_comment_names_a_missing_baseline_as_it_was_given(memory: Any, runs: Path) -> None:
    put_into(memory, runs)
    args = ["comment", "memory://runs/csv_underfitting", "--baseline", "memory://main"]
    code, page, _ = said(*args, "--baseline-missing", "ok")
    assert (code, "no baseline yet" in page) == (0, True)
    assert "analyzer-remote" not in page


def test_nobody_can_lay_a_baseline_in_the_place_of_a_missing_one(
    memory: Any, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_into(memory, runs)
    laid = tmp_path / "shared" / "analyzer-remote-missing" / "main"
    shutil.copytree(runs / CASES[0], laid)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "shared"))
    args = ["check", "memory://runs/csv_underfitting", "--baseline", "memory://main"]
    code, _, line = said(*args, "--baseline-missing", "ok")
    assert (code, "memory://main: no baseline yet" in line) == (0, True)
    assert [path.name for path in (tmp_path / "shared").iterdir()] == [laid.parent.name]
    assert list(laid.iterdir())


def test_s3_says_the_same(s3: S3Server, runs: Path) -> None:
    url = s3.fill("commands", runs)
    for command in (["check", "--json"], ["inspect"]):
        assert said(*command, url) == said(*command, str(runs))
    file = "keras_overfitting/history.json"
    assert said("check", f"{url}/{file}") == said("check", str(runs / file))


def test_keys_that_are_wrong_or_missing_are_one_line(
    s3: S3Server, runs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = s3.fill("refused", runs)
    use_keys(monkeypatch, s3.endpoint, READER, READER_SECRET)
    assert said("check", url)[0] == said("check", str(runs))[0]
    use_keys(monkeypatch, s3.endpoint, READER, "wrong-secret")
    code, out, line = said("check", url)
    assert (code, out) == (2, "")
    assert line == f"{url}: no permission; check the credentials and their rights\n"
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("HOME", str(tmp_path))
    forget_stores()
    code, _, line = said("check", url)
    assert code == 2
    assert "no credentials found" in line

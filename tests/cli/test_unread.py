"""What could not be read, seen from outside: every command says so, and --strict fails."""

from __future__ import annotations

import json
import math
import os
import pickle
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

_NO_RIGHTS = "-dac_override,-dac_read_search"  # what lets root read everything


def history(folder: Path, scale: float = 1.0, wave: float = 0.0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    loss = [scale * (math.exp(-at / 8) + 0.3 + wave * math.sin(at)) for at in range(40)]
    document = {"loss": loss, "val_loss": [value + 0.05 * scale for value in loss]}
    (folder / "history.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def denied(bad: Path) -> str:
    (history(bad) / "history.json").chmod(0)
    return "bad/history.json: cannot be opened: Permission denied"


def denied_folder(bad: Path) -> str:
    history(bad).chmod(0)
    return "bad: cannot be opened: Permission denied"


def link_out(bad: Path) -> str:
    history(bad.parent.parent / "elsewhere")
    bad.mkdir()
    (bad / "history.json").symlink_to("../../elsewhere/history.json")
    return "bad/history.json: a link that points outside the folder"


def a_pickle(bad: Path) -> str:
    bad.mkdir()
    (bad / "history.pkl").write_bytes(pickle.dumps({"loss": [2.0, 1.0]}))
    return "bad/history.pkl: a pickle"


def an_archive(bad: Path) -> str:
    bad.mkdir()
    with tarfile.open(bad / "logs.tar.gz", "w:gz") as archive:
        archive.add(history(bad.parent.parent / "packed"), "run")
    return "bad/logs.tar.gz: an archive"


def corrupt(bad: Path) -> str:
    bad.mkdir()
    (bad / "history.json").write_text('{"loss": [2.0, 1.0}', encoding="utf-8")
    return "bad/history.json:1: not valid JSON"


def corrupt_events(bad: Path) -> str:
    bad.mkdir()
    (bad / "events.out.tfevents.1767225600").write_bytes(bytes(range(256)))
    return "bad/events.out.tfevents.1767225600:0: damaged"


def hidden_file(bad: Path) -> str:
    (history(bad) / "history.json").rename(bad / ".history.json")
    return "bad/.history.json: looks like a log, but"


def hidden_folder(bad: Path) -> str:
    history(bad / ".worst")
    return "bad/.worst/history.json: looks like a log, but"


KINDS: list[Callable[[Path], str]] = [
    *(denied, denied_folder, link_out, a_pickle, an_archive),
    *(corrupt, corrupt_events, hidden_file, hidden_folder),
]
COMMANDS = {
    "check": ["check", "runs"],
    "baseline": ["check", "fine", "--baseline", "runs"],
    "compare": ["compare", "runs", "fine"],
    "comment": ["comment", "fine", "--baseline", "runs"],
    "export": ["export", "runs", "-o", "points.csv"],
    "report": ["report", "runs"],
    "plot": ["plot", "runs", "fine", "-o", "curves.svg"],
    "batch": ["batch", "runs", "-o", "site"],
}


def as_nobody(*args: str) -> list[str]:
    """Return a command that root runs without its rights; skip if that is not possible."""
    command = [sys.executable, "-m", "analyzer", *args]
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return command
    if shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and setpriv is missing")
    return ["setpriv", f"--bounding-set={_NO_RIGHTS}", f"--inh-caps={_NO_RIGHTS}", *command]


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        as_nobody(*args), cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def work(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """Return a folder with good runs, one of them beside what cannot be read, and its line."""
    history(tmp_path / "runs" / "good")
    history(tmp_path / "fine", scale=1.5)
    return tmp_path, request.param(tmp_path / "runs" / "bad")


def says_it(folder: Path, line: str, name: str) -> None:
    done = run(folder, *COMMANDS[name])
    assert done.returncode == 0, (name, done.stderr)
    (said,) = done.stderr.splitlines()
    assert said.startswith(line), name
    strict = run(folder, *COMMANDS[name], "--strict")
    assert (strict.returncode, line in strict.stderr) == (3, True), name


def test_check_says_one_line_and_strict_fails(work: tuple[Path, str]) -> None:
    folder, line = work
    says_it(folder, line, "check")


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "check"])
@pytest.mark.parametrize("kind", [denied, corrupt], ids=lambda kind: kind.__name__)
def test_each_command_says_one_line_and_strict_fails(
    tmp_path: Path, kind: Callable[[Path], str], name: str
) -> None:
    history(tmp_path / "runs" / "good")
    history(tmp_path / "fine", scale=1.5)
    says_it(tmp_path, kind(tmp_path / "runs" / "bad"), name)


def test_json_and_junit_have_each_of_them(work: tuple[Path, str]) -> None:
    folder, line = work
    done = run(folder, "check", "runs", "--json", "--junit", "gate.xml")
    (file,) = json.loads(done.stdout)["unreadable"]
    assert line.startswith(file["source"])
    root = ET.parse(folder / "gate.xml").getroot()
    cases = [case for case in root.iter("testcase") if case.find("error") is not None]
    assert [case.attrib["name"] for case in cases] == [file["source"]]
    assert sum(int(suite.attrib["errors"]) for suite in root) == 1


def test_a_mark_of_a_site_hides_no_log(tmp_path: Path) -> None:
    history(tmp_path / "runs" / "good")
    bad = history(tmp_path / "runs" / "bad", scale=math.nan)
    (bad / ".state").mkdir()
    (bad / ".state" / "README").write_text(
        "What analyzer batch remembers between calls. It marks the folder above.\n",
        encoding="utf-8",
    )
    for name in ("runs.csv", "findings.jsonl"):
        shutil.copy(bad / "history.json", bad / name)
    done = run(tmp_path, "check", "runs")
    assert done.returncode == 1
    assert "bad" in done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_pipe_as_the_mark_of_a_site_is_not_waited_for(tmp_path: Path) -> None:
    good = history(tmp_path / "runs" / "good")
    (good / ".state").mkdir()
    os.mkfifo(good / ".state" / "README")
    assert run(tmp_path, "check", "runs").returncode == 0


def test_dot_files_that_are_no_logs_are_not_mentioned(tmp_path: Path) -> None:
    good = history(tmp_path / "runs" / "good")
    texts = {
        ".gitignore": "*.pyc\n",
        ".env": "WANDB_MODE=offline\nSEED=3\n",
        ".eslintrc.json": '{"rules": {"semi": [2, "always"]}, "ecmaVersion": 6}',
        ".pre-commit-config.yaml": "repos:\n- repo: local\n  rev: v1\n",
        ".python-version": "3.11.7\n",
        ".zenodo.json": '{"title": "x", "creators": [{"name": "y"}]}',
        ".bash_history": "python train.py --lr 0.1\npython train.py --lr 0.01\n",
        ".coverage": "SQLite format 3\0",
    }
    for name, text in texts.items():
        (good / name).write_text(text, encoding="utf-8")
    done = run(tmp_path, "check", "runs", "--strict")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_loss_ten_times_worse_than_one_baseline_run_is_not_judged(tmp_path: Path) -> None:
    history(tmp_path / "base" / "a")
    history(tmp_path / "new", scale=10.0)
    done = run(tmp_path, "check", "new", "--baseline", "base", "--junit", "gate.xml")
    assert done.returncode == 0
    assert "baseline: not judged: one baseline run" in done.stdout
    case = ET.parse(tmp_path / "gate.xml").getroot().find(".//testcase[@name='baseline']")
    assert case is not None
    assert case.find("skipped") is not None
    for number in range(3):
        history(tmp_path / "base" / f"b{number}", scale=1 + number / 100)
    done = run(tmp_path, "check", "new", "--baseline", "base")
    assert done.returncode == 1
    assert "baseline: failed; worse than the baseline" in done.stdout


@pytest.mark.parametrize("made", ["nothing", "an empty folder"])
def test_a_baseline_that_does_not_exist_yet(tmp_path: Path, made: str) -> None:
    history(tmp_path / "new")
    if made == "an empty folder":
        (tmp_path / "base").mkdir()
    assert run(tmp_path, "check", "new", "--baseline", "base").returncode in (2, 4)
    for verb in ("check", "comment"):
        done = run(tmp_path, verb, "new", "--baseline", "base", "--baseline-missing", "ok")
        assert done.returncode == 0
        assert done.stderr == "base: no baseline yet, so nothing to compare with\n"
    done = run(
        tmp_path,
        *["check", "new", "--baseline", "base", "--baseline-missing", "ok", "--lang", "es"],
    )
    assert "referencia: no se evalúa: aún no hay referencia" in done.stdout


def test_a_baseline_that_is_there_but_damaged_is_never_taken_for_missing(tmp_path: Path) -> None:
    history(tmp_path / "new")
    corrupt(tmp_path / "base")
    done = run(tmp_path, "check", "new", "--baseline", "base", "--baseline-missing", "ok")
    assert done.returncode == 4


@pytest.mark.parametrize("code", [2, 3, 4])
def test_the_junit_file_of_an_earlier_call_never_stays(tmp_path: Path, code: int) -> None:
    history(tmp_path / "new")
    assert run(tmp_path, "check", "new", "--junit", "gate.xml").returncode == 0
    if code == 4:
        (tmp_path / "new" / "history.json").write_text('{"loss": [', encoding="utf-8")
    if code == 3:
        (tmp_path / "new" / "history.pkl").write_bytes(pickle.dumps([1.0]))
        (tmp_path / "new" / "history.json").unlink()
    extra = {2: ["--baseline", "none"], 3: ["--strict"], 4: []}[code]
    done = run(tmp_path, "check", "new", "--junit", "gate.xml", *extra)
    assert done.returncode == code
    (suite,) = ET.parse(tmp_path / "gate.xml").getroot()
    error = suite.find("testcase/error")
    assert error is not None
    assert error.attrib["message"] == done.stderr.strip()


def test_no_file_but_a_junit_document_is_replaced_by_an_error(tmp_path: Path) -> None:
    history(tmp_path / "new")
    (tmp_path / "new" / "history.json").write_text('{"loss": [2, 1}', encoding="utf-8")
    done = run(tmp_path, "check", "new", "--junit", "new/history.json")
    assert done.returncode == 4
    assert (tmp_path / "new" / "history.json").read_text(encoding="utf-8") == '{"loss": [2, 1}'


@pytest.mark.parametrize("name", ["torn.json", "config.json", "log.csv"])
def test_no_log_is_ever_replaced_by_an_output(tmp_path: Path, name: str) -> None:
    new = history(tmp_path / "new")
    (new / "torn.json").write_text('{"loss": [2, 1', encoding="utf-8")
    (new / "config.json").write_text('{"lr": 0.1}', encoding="utf-8")
    (new / "log.csv").symlink_to("history.json")
    before = (new / name).read_bytes()
    done = run(tmp_path, "check", "new", "--junit", f"new/{name}")
    assert (done.returncode, (new / name).read_bytes()) == (2, before), done.stderr

"""What leaves the command, seen from outside: no commands, nothing unseen, no traceback."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = re.compile(r"^\s*::[\w-]+|##\[|##vso\[", re.MULTILINE)
UNSEEN = "\u200b\u200d\u2060\ufeff\u202e\u2066\xad\u3164\U000e0041\U000e0100"
NAMES = ["::error::owned", "a\n::set-output name=x::y", " ::warning::x", "##[error]x", "##vso[x]y"]
COMMANDS = [
    *("check runs --fail-on warning", "check runs --json", "report runs", "report runs --json"),
    *("inspect runs", "inspect runs --json", "compare runs fine", "compare runs fine --json"),
    *("comment runs", "check none", "check runs --require 'x<1'", "explain"),
]


def history(folder: Path, name: str) -> None:
    folder.mkdir(parents=True)
    loss = [math.exp(-at / 8) + 0.3 for at in range(40)]
    rise = [value + max(0, at - 12) / 20 for at, value in enumerate(loss)]
    document = {"loss": loss, "val_loss": rise, f"{name}_loss": loss, f"val_{name}": rise}
    (folder / "history.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({name: name, "lr": 0.1}), encoding="utf-8")
    (folder / f"{name.replace('/', '|')}.pkl").write_bytes(b"\x80\x04.")
    (folder / f"{name.replace('/', '|')}.json").write_text('{"loss": [1}', encoding="utf-8")


def run_in_shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the shell, in which "$0" is this Python."""
    return subprocess.run(
        ["sh", "-c", command, sys.executable],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def run(folder: Path, line: str, **options: object) -> subprocess.CompletedProcess[str]:
    done: subprocess.CompletedProcess[str] = subprocess.run(  # type: ignore[call-overload]
        [sys.executable, "-m", "analyzer", *line.replace("'", "").split()],
        cwd=folder,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )
    return done


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of runs whose folders, files, series and settings have hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    for index, name in enumerate([*NAMES, f"x{UNSEEN}y"]):
        history(folder / "runs" / f"{name.replace('/', '|')}{index}", name)
    history(folder / "fine", "plain")
    return folder


@pytest.mark.parametrize("line", COMMANDS)
def test_no_name_is_a_command_or_unseen(hostile: Path, line: str) -> None:
    run_line = line
    if line.startswith("comment"):
        run_line = f"{line} --run {NAMES[0]}0"
    done = run(hostile, run_line)
    for text in (done.stdout, done.stderr):
        assert not COMMAND.search(text), text
        if not line.startswith("comment"):  # whose joiners are ours
            assert not set(UNSEEN) & set(text)
    if line.endswith("--json"):
        assert "x\u200b" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_no_exported_name_is_a_command(hostile: Path, ending: str) -> None:
    assert run(hostile, f"export runs -o points.{ending}").returncode == 0
    text = (hostile / f"points.{ending}").read_text(encoding="utf-8")
    assert "set-output" in text
    assert not COMMAND.search(text)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "line",
    [
        *("report fine", "check fine", "check fine --json", "inspect fine", "compare fine fine"),
        *("comment fine", "explain", "--help", "--version", "check --help"),
        *("export fine -o points.csv", "plot fine -o curves.svg"),
    ],
)
def test_an_output_that_is_full_is_one_line(hostile: Path, line: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(hostile, line, stdout=full)
    assert done.returncode == 2
    said = [text for text in done.stderr.splitlines() if "old.pkl" not in text]
    assert said[-1] == "the output: cannot be written: No space left on device"
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that closes a stream")
@pytest.mark.parametrize("stream", ["1", "2"])
def test_a_closed_stream_is_no_traceback(hostile: Path, stream: str) -> None:
    command = f'exec "$0" -m analyzer check fine {stream}>&-'
    done = run_in_shell(hostile, command)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_stderr_changes_no_exit_code(hostile: Path) -> None:
    with Path("/dev/full").open("w") as full:
        assert run(hostile, "check none", stderr=full).returncode == 2
        assert run(hostile, "check fine", stderr=full).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="other systems keep a current folder")
def test_a_current_folder_that_was_removed_is_one_line(hostile: Path) -> None:
    command = 'mkdir gone; cd gone; rmdir ../gone; exec "$0" -m analyzer check ../fine'
    done = run_in_shell(hostile, command)
    assert done.returncode == 2
    assert done.stderr == "the current folder no longer exists; change to another one\n"


def test_a_figure_without_a_place_for_its_fonts_says_nothing(hostile: Path) -> None:
    odd = os.environ | {"MPLCONFIGDIR": os.devnull}
    done = run(hostile, "plot fine -o curves.svg", env=odd)
    assert done.returncode == 0
    assert "MPLCONFIGDIR" not in done.stderr


@pytest.mark.parametrize("place", ["fine/history.json", "fine/plain.json"])
@pytest.mark.parametrize("line", ["report fine -o", "compare fine -o"])
def test_an_output_never_replaces_a_log(hostile: Path, line: str, place: str) -> None:
    before = (hostile / place).read_bytes()
    done = run(hostile, f"{line} {place}")
    assert (done.returncode, (hostile / place).read_bytes()) == (2, before)

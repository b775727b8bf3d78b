"""Ways through the program without the calls of POSIX: the same bytes as with them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.test_unread import history

OTHER = [str(Path(__file__).with_name("other_system.py"))]
START = "from analyzer.cli import main; main()"
LINES = 'text = { lines = ["e(?P<epoch>[0-9]+) L=(?P<val_loss>[0-9.]+)"] }\n'


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return a folder with logs whose names differ in case, have a backslash, and dots."""
    names = ("runs/a", "runs/A", "runs/sub.run") if _has_cases(tmp_path) else ("runs/a", "runs/b")
    for number, name in enumerate(names):
        history(tmp_path / name, scale=1.0 + number)
    if os.name == "posix":
        history(tmp_path / "runs" / "back\\slash", scale=9.0)
    (tmp_path / "runs" / "own.log").write_text(
        "".join(f"e{epoch} L={1 / epoch}\n" for epoch in range(1, 40)), encoding="utf-8"
    )
    (tmp_path / "analyzer.toml").write_text(LINES, encoding="utf-8")
    return tmp_path


def _has_cases(folder: Path) -> bool:
    (folder / "case").mkdir()
    return not (folder / "CASE").exists()


def call(folder: Path, program: Sequence[str], command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *program, *command.split()],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    "command",
    [
        "batch runs -o out/site --workers 2",
        "report runs/a -o out/a.html --open",
        "check runs --json --junit out/junit.xml",
        "export runs -o out/a.csv",
    ],
)
def test_the_output_is_the_same(logs: Path, command: str) -> None:
    made = call(logs, ["-c", START], command)
    (logs / "out").mkdir(exist_ok=True)
    (logs / "out").rename(logs / "expected")
    other = call(logs, OTHER, command)
    (logs / "out").mkdir(exist_ok=True)
    assert b"Traceback" not in other.stderr
    assert (other.returncode, other.stdout, other.stderr) == (
        made.returncode,
        made.stdout,
        made.stderr,
    )
    assert files(logs / "out") == files(logs / "expected")
    assert b"\r" not in other.stdout
    if command.startswith("batch"):
        assert b"0 of" in call(logs, OTHER, command).stdout  # read again


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder but the state, which has inode numbers."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and ".state/" not in name:
            found[name] = path.read_bytes()
    return found

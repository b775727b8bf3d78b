"""Faults from outside: a full disk, no memory, files that change during the read, kills, clocks.

ANALYZER_LONG=1 kills a hundred batches, and fills the disk of ``train`` too.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from analyzer.parsers._base import LogFile
from tests.cli.test_unread import history
from tests.hostile.effort import IS_LONG, examples
from tests.hostile.formats import FORMATS
from tests.hostile.kills import run_until, spread
from tests.hostile.outcome import outcome

resource = pytest.importorskip("resource")
FULL = 100  # bytes that a file may have


def call(
    folder: Path, *arguments: str, limit: tuple[str, int] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command; ``limit`` is the name of a resource and its limit in bytes."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(getattr(resource, limit[0]), (limit[1], limit[1]))

    done = subprocess.run(
        [sys.executable, "-B", "-m", "analyzer", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        preexec_fn=limited,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def content(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder but for those that we keep for ourselves."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".state" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files)}


OUTPUTS = {
    "report": ["report", "runs", "-o", "out/a.html"],
    "export": ["export", "runs", "-o", "out/a.csv"],
    "junit": ["check", "runs", "--junit", "out/a.xml"],
    "compare": ["compare", "runs", "runs", "-o", "out/a.md"],
    "plot": ["plot", "runs", "-o", "out/a.svg"],
    "comment": ["comment", "runs", "--png", "out"],
    "batch": ["batch", "runs", "-o", "out", "--workers", "1"],
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_on_a_full_disk_the_old_output_stays_whole(name: str, tmp_path: Path) -> None:
    history(tmp_path / "runs" / "a")
    (tmp_path / "out").mkdir()
    assert call(tmp_path, *OUTPUTS[name]).returncode == 0
    before = content(tmp_path / "out")
    assert before
    history(tmp_path / "runs" / "a", scale=2.0)
    done = call(tmp_path, *OUTPUTS[name], limit=("RLIMIT_FSIZE", FULL))
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "cannot write here" in done.stderr
    after = content(tmp_path / "out")
    if name == "junit":  # nobody may take the one of an earlier call for that of this one
        assert after == {}
    else:
        assert after == before
    assert call(tmp_path, *OUTPUTS[name]).returncode == 0


@pytest.mark.skipif(not IS_LONG, reason="trains a network: ANALYZER_LONG=1")
@pytest.mark.parametrize("kind", ["csv", "tensorboard"])
def test_on_a_full_disk_train_says_so(kind: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    arguments = ["train", "healthy", "--format", kind, "--epochs", "3", "-o", "out"]
    done = call(tmp_path, *arguments, limit=("RLIMIT_FSIZE", FULL))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.endswith("; files written so far were kept")


def test_a_log_too_large_for_the_memory_costs_itself(tmp_path: Path) -> None:
    history(tmp_path / "runs" / "good")
    bad = tmp_path / "runs" / "bad"
    bad.mkdir()
    line = b"%d,0.123456789,0.234567891\n"
    with (bad / "log.csv").open("wb") as file:
        file.write(b"epoch,loss,val_loss\n")
        for start in range(0, 2_000_000, 1000):
            file.write(b"".join(line % step for step in range(start, start + 1000)))
    done = call(tmp_path, "check", "runs", limit=("RLIMIT_AS", 600 << 20))
    if "good" not in done.stdout:
        pytest.skip("the program itself needs more address space here")
    assert done.returncode in (0, 1)
    assert len(done.stderr.splitlines()) <= 2, done.stderr


Action = Callable[[Path, bytes], None]


def grow(path: Path, data: bytes) -> None:
    path.write_bytes(data + data[len(data) // 2 :])


def shrink(path: Path, data: bytes) -> None:
    path.write_bytes(data[: len(data) // 3])


def empty(path: Path, data: bytes) -> None:
    path.write_bytes(b"")


def vanish(path: Path, data: bytes) -> None:
    path.unlink()


def turn_into_a_folder(path: Path, data: bytes) -> None:
    path.unlink()
    path.mkdir()


def turn_into_a_pipe(path: Path, data: bytes) -> None:
    path.unlink()
    os.mkfifo(path)


ACTIONS: list[Action] = [grow, shrink, empty, vanish, turn_into_a_folder, turn_into_a_pipe]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
@pytest.mark.parametrize("parser", FORMATS)
def test_a_file_that_changes_while_it_is_read_makes_no_parser_fail(
    parser: str, action: Action, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = LogFile.open
    turns = itertools.product(enumerate(FORMATS[parser]), range(3), (True, False))
    for (number, writer), nth, is_before in turns:
        folder = tmp_path / f"{number}{nth}{is_before}"
        folder.mkdir()
        path = writer(folder)
        data = path.read_bytes()
        calls = itertools.count()

        def changing(
            self: LogFile,
            path: Path = path,
            data: bytes = data,
            turn: tuple[int, bool] = (nth, is_before),
            calls: Any = calls,
        ) -> BinaryIO:
            is_turn = self.path == path and next(calls) == turn[0]
            if is_turn and turn[1]:
                action(path, data)
            handle = opened(self)
            if is_turn and not turn[1]:
                action(path, data)
            return handle

        with monkeypatch.context() as patch:
            patch.setattr(LogFile, "open", changing)
            found = outcome(folder)
        assert "parser_failed" not in found.losses, (writer, nth, is_before, found)


def site_of(folder: Path, site: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "analyzer", "batch", "runs", "-o", site, "--workers", "2"]
    return subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finished(batch: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Wait for a batch; return its exit code and what it said on stderr."""
    _, errors = batch.communicate(timeout=300)
    return batch.returncode, errors


def runs(folder: Path, count: int) -> None:
    for number in range(count):
        history(folder / "runs" / f"run{number}", scale=1 + number / 7)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_a_batch_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    work = tmp_path / "work"
    runs(work, 4)
    batch = ("batch", "runs", "--workers", "2", "-o")
    clean = run_until(work, *batch, "clean")
    assert (clean.returncode, clean.stderr) == (0, b"")
    expected = content(work / "clean")
    for point in spread(clean.points, examples(6, 100)):
        killed = run_until(work, *batch, "site", point=point)
        assert killed.returncode in (-signal.SIGKILL, 0), killed  # the order of calls may differ
        again = run_until(work, *batch, "site")
        assert (again.returncode, again.stderr) == (0, b""), point
        assert content(work / "site") == expected, point
        assert not list((work / "site").rglob("*.part")), point
        shutil.rmtree(work / "site")


def test_of_two_batches_at_once_the_site_is_that_of_one(tmp_path: Path) -> None:
    runs(tmp_path, 5)
    both = [site_of(tmp_path, "site") for _ in range(2)]
    ends = [finished(batch) for batch in both]
    assert 0 in [code for code, _ in ends], ends
    for code, errors in ends:
        assert code in (0, 2), ends
        assert b"Traceback" not in errors
    assert finished(site_of(tmp_path, "clean")) == (0, b"")
    assert content(tmp_path / "site") == content(tmp_path / "clean")


def test_a_clock_that_goes_back_hides_no_change(tmp_path: Path) -> None:
    runs(tmp_path, 2)
    log = tmp_path / "runs" / "run0" / "history.json"
    os.utime(log, (4e9, 4e9))  # in the future
    first = call(tmp_path, "batch", "runs", "-o", "site")
    assert first.returncode == 0
    second = call(tmp_path, "batch", "runs", "-o", "site")
    assert "0 of 2" in second.stdout + second.stderr
    history(log.parent, scale=50.0)
    os.utime(log, (1e8, 1e8))
    third = call(tmp_path, "batch", "runs", "-o", "site")
    assert "1 of 2" in third.stdout + third.stderr


def test_a_clock_that_runs_backward_changes_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from analyzer.cli import main

    runs(tmp_path, 2)
    pages = []
    for name in ("a", "b"):
        if name == "b":
            clock = itertools.count(4_000_000_000, -1000)
            monkeypatch.setattr("time.time", lambda clock=clock: float(next(clock)))
        place = tmp_path / f"{name}.json"
        done = CliRunner().invoke(
            main, ["report", str(tmp_path / "runs" / "run0"), "-o", str(place)]
        )
        assert done.exit_code == 0, done.output
        pages.append(place.read_bytes())
    assert pages[0] == pages[1]

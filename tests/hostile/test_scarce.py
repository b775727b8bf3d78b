"""What the system refuses: processes, threads, files, streams, encodings. One line or it works on.

ANALYZER_LONG=1 tries every command, and every limit between nothing and enough.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.cli.test_unread import history
from tests.hostile.effort import IS_LONG

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs limits of POSIX")

NOBODY = 65534  # the superuser may start processes beyond every limit
_READS = "+dac_override,+dac_read_search"  # of the interpreter, wherever it is
COMMANDS = {
    "check": ["check", "runs"],
    "report": ["report", "fine", "-o", "out/a.html"],
    "pdf": ["report", "fine", "-o", "out/a.pdf"],
    "compare": ["compare", "runs", "fine"],
    "export": ["export", "runs", "-o", "out/a.csv"],
    "plot": ["plot", "runs", "fine", "-o", "out/a.png"],
    "comment": ["comment", "fine", "--png", "out"],
    "batch": ["batch", "runs", "-o", "out/site", "--workers", "2"],
}
MAIN = ("check", "pdf", "batch")  # the others differ from check in no way that a limit meets
IN_ONE_PROCESS = "the worker processes failed ("
NO_PDF = "a PDF cannot be made here: the system allows too few threads"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder with two runs in "runs", one in "fine" and an empty folder for outputs."""
    for name in ("runs/a", "runs/b", "fine"):
        history(tmp_path / name, scale=1.0 + len(name))
    (tmp_path / "out").mkdir(mode=0o777)
    for folder in (tmp_path, *tmp_path.rglob("*")):
        folder.chmod(0o777 if folder.is_dir() else 0o644)
    return tmp_path


def call(
    folder: Path,
    command: Sequence[str],
    *,
    prefix: Sequence[str] = (),
    shell: str = "",
    env: Mapping[str, str | None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command behind a prefix, or in a shell whose ``"$@"`` it is."""
    words = [*prefix, sys.executable, "-B", "-m", "analyzer", *command]
    if shell:
        words = ["bash", "-c", shell, "bash", *words]
    wanted = {**os.environ, **(env or {})}
    done = subprocess.run(
        words,
        cwd=folder,
        env={name: value for name, value in wanted.items() if value is not None},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "panicked" not in done.stderr, done.stderr
    return done


def with_processes(count: int) -> list[str]:
    """Return a prefix under which so many processes and threads may run; skip without it."""
    if shutil.which("prlimit") is None:
        pytest.skip("needs prlimit")
    limit = ["prlimit", f"--nproc={count}"]
    if os.geteuid() != 0:
        return limit
    if shutil.which("setpriv") is None:
        pytest.skip("root has no such limit, and setpriv is missing")
    rights = [f"--{kind}=-all,{_READS}" for kind in ("inh-caps", "ambient-caps", "bounding-set")]
    user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return ["setpriv", *user, *rights, *limit]


@pytest.mark.parametrize("name", COMMANDS if IS_LONG else MAIN)
def test_without_another_process_or_thread_each_command_works_or_says_so(
    name: str, work: Path
) -> None:
    done = call(work, COMMANDS[name], prefix=with_processes(1), env={"HOME": str(work)})
    said = [line for line in done.stderr.splitlines() if not line.startswith("<jemalloc>")]
    if name == "pdf":
        assert done.returncode == 2
        assert [line[: len(NO_PDF)] for line in said] == [NO_PDF]
        return
    assert done.returncode == 0, done.stderr
    assert all(line.startswith((IN_ONE_PROCESS, "These runs are")) for line in said), said
    if name == "batch":
        assert (work / "out" / "site" / "index.html").is_file()
        assert len(list((work / "out" / "site" / "runs").glob("*/*"))) == 2


@pytest.mark.parametrize("count", range(1, 14) if IS_LONG else [4])
def test_with_few_processes_a_batch_gives_the_site_of_one_with_many(count: int, work: Path) -> None:
    done = call(work, COMMANDS["batch"], prefix=with_processes(count), env={"HOME": str(work)})
    assert done.returncode == 0, done.stderr
    assert len(done.stderr.splitlines()) <= 1, done.stderr
    (work / "out" / "site").rename(work / "few")
    assert call(work, COMMANDS["batch"]).returncode == 0
    for page in ("index.html", "runs.csv", "findings.jsonl"):
        assert (work / "few" / page).read_bytes() == (work / "out" / "site" / page).read_bytes()


@pytest.mark.parametrize("count", range(8, 40, 2) if IS_LONG else [20])
def test_with_few_files_each_command_works_or_says_so(count: int, work: Path) -> None:
    limit = f'ulimit -n {count}; exec "$@"'
    for name in COMMANDS if IS_LONG else ("batch",):
        done = call(work, COMMANDS[name], shell=limit)
        assert done.returncode == 0 or (count < 20 and done.returncode == 2), (name, done.stderr)
        assert len(done.stderr.splitlines()) <= 2, (name, done.stderr)


@pytest.mark.parametrize("megabytes", [100, 150, 200, 300, 400] if IS_LONG else [150, 250])
@pytest.mark.parametrize("name", ["check", "batch", "pdf"])
def test_with_little_memory_each_command_works_or_says_so(
    name: str, megabytes: int, work: Path
) -> None:
    done = call(work, COMMANDS[name], shell=f'ulimit -v {megabytes << 10}; exec "$@"')
    said = [line for line in done.stderr.splitlines() if not line.startswith("<jemalloc>")]
    if done.returncode:
        assert len(said) == 1, done.stderr
        assert done.returncode == 2 or said[0].startswith("OpenBLAS error"), done.stderr
    if megabytes < (320 if name == "batch" else 192):
        assert done.returncode == 2
        assert "address space" in said[0]


CLOSED = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-", "all": "<&- >&- 2>&-"}


@pytest.mark.parametrize("which", CLOSED)
def test_a_closed_stream_changes_no_exit_code(which: str, work: Path) -> None:
    for name in COMMANDS if IS_LONG else ("check",):
        done = call(work, COMMANDS[name], shell=f'exec {CLOSED[which]}; exec "$@"')
        assert done.returncode == 0, (name, done.stderr)
    done = call(work, ["check", "nothing"], shell=f'exec {CLOSED[which]}; exec "$@"')
    assert done.returncode == 2


PLACES: dict[str, dict[str, str | None]] = {
    "no HOME": {"HOME": None},
    "a HOME that is missing": {"HOME": "/nonexistent"},
    "a HOME that is read-only": {"HOME": "/proc"},
    "a TMPDIR that is missing": {"TMPDIR": "/nonexistent"},
    "a TMPDIR that is full": {"TMPDIR": "/proc"},
    "the C locale": {"LC_ALL": "C", "LANG": "C"},
    "ASCII output": {"PYTHONIOENCODING": "ascii"},
}


@pytest.mark.parametrize("place", PLACES)
def test_no_odd_environment_stops_a_command(place: str, work: Path) -> None:
    history(work / "runs" / "ñandú ☃")
    for name in COMMANDS if IS_LONG else ():
        done = call(work, COMMANDS[name], env=PLACES[place])
        assert done.returncode == 0, (name, done.stderr)
        assert len(done.stderr.splitlines()) <= 1, (name, done.stderr)
    done = call(work, ["check", "runs", "--json"], env=PLACES[place])
    assert "ñandú ☃" in {run["run"] for run in json.loads(done.stdout)["runs"]}


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"] if IS_LONG else ["SIGTERM"])
def test_a_batch_that_is_asked_to_end_shows_what_it_has(name: str, work: Path) -> None:
    for number in range(40):
        history(work / "runs" / f"r{number}", scale=1.0 + number / 9)
    command = [sys.executable, "-B", "-m", "analyzer", *COMMANDS["batch"]]
    batch = subprocess.Popen(
        command, cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    runs = work / "out" / "site" / "runs"
    while batch.poll() is None and not (runs.is_dir() and any(runs.iterdir())):
        time.sleep(0.01)
    batch.send_signal(getattr(signal, name))
    _, said = batch.communicate(timeout=120)
    assert (batch.returncode, said) == (130, "")
    assert (work / "out" / "site" / "index.html").is_file()
    again = call(work, COMMANDS["batch"])
    assert (again.returncode, again.stderr) == (0, "")
    assert len(list(runs.glob("*/*"))) == 42


def test_in_a_folder_that_is_read_only_nothing_needs_to_be_written(work: Path) -> None:
    from tests.cli.test_unread import as_nobody

    work.chmod(0o555)
    before = sorted(work.rglob("*"))
    for name in ("check", "compare"):
        words = as_nobody(*COMMANDS[name])
        done = subprocess.run(words, cwd=work, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), name
    assert sorted(work.rglob("*")) == before
    words = as_nobody("report", "fine", "-o", "a.html")
    done = subprocess.run(words, cwd=work, capture_output=True, text=True, check=False)
    work.chmod(0o777)
    assert done.returncode == 2
    assert done.stderr == "a.html: cannot write here: Permission denied; choose another -o\n"

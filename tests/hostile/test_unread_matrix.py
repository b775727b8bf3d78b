"""Each kind of file that gives no run, for each command: a line, JSON, JUnit and ``--strict``.

What needs a process without the rights of the superuser is tried with ANALYZER_LONG=1 here, and for
each command in tests/cli/test_unread.py.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from analyzer.cli import main
from tests.cli import test_unread as unread
from tests.hostile.effort import IS_LONG

LINES = {  # how the line on stderr begins, by kind
    kind.__name__: kind for kind in unread.KINDS
}


def csv_without_numbers(bad: Path) -> str:
    bad.mkdir()
    rows = "".join(f"{at},high,higher\n" for at in range(12))
    (bad / "log.csv").write_text(f"epoch,loss,val_loss\n{rows}", encoding="utf-8")
    return "bad/log.csv"


def large_hidden(bad: Path) -> str:
    """Write a hidden log that is too large to look for points in it."""
    bad.mkdir()
    row = '{"step": %d, "loss": 0.5, "note": "' + "x" * 900 + '"}\n'
    with (bad / ".log.jsonl").open("w", encoding="utf-8") as file:
        for at in range(19_000):
            file.write(row % at)
    return "bad/.log.jsonl: looks like a log, but"


def numpy_objects(bad: Path) -> str:
    import numpy as np

    bad.mkdir()
    np.save(bad / "history.npy", np.array([{"loss": 1.0}], dtype=object), allow_pickle=True)
    return "bad/history.npy: "


def a_checkpoint(bad: Path) -> str:
    bad.mkdir()
    (bad / "last.ckpt").write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")
    return "bad/last.ckpt: a PyTorch checkpoint"


def a_pipe(bad: Path) -> str:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs a FIFO")
    bad.mkdir()
    os.mkfifo(bad / "log.csv")
    return "bad/log.csv: not a regular file"


def dangling_link(bad: Path) -> str:
    bad.mkdir()
    (bad / "history.json").symlink_to("gone.json")
    return "bad/history.json: cannot be opened: No such file"


def link_to_itself(bad: Path) -> str:
    bad.mkdir()
    (bad / "history.json").symlink_to("history.json")
    return "bad/history.json: cannot be opened: Too many levels"


def folder_out(bad: Path) -> str:
    unread.history(bad.parent.parent / "elsewhere")
    bad.mkdir()
    (bad / "more").symlink_to("../../elsewhere")
    return "bad/more: a link that points outside the folder"


def link_to_a_device(bad: Path) -> str:
    bad.mkdir()
    (bad / "log.csv").symlink_to("/dev/zero")
    return "bad/log.csv: a link that points outside the folder"


def a_device(bad: Path) -> str:
    bad.mkdir()
    try:
        os.mknod(bad / "log.csv", stat.S_IFCHR | 0o644, os.makedev(1, 5))
    except OSError:
        pytest.skip("only root makes devices")
    return "bad/log.csv: not a regular file"


def a_socket(bad: Path) -> str:
    bad.mkdir()
    before = Path.cwd()
    os.chdir(bad)  # an address is short
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind("log.csv")
    finally:
        os.chdir(before)
    return "bad/log.csv: not a regular file"


def a_zip(bad: Path) -> str:
    bad.mkdir()
    with zipfile.ZipFile(bad / "logs.zip", "w") as archive:
        archive.writestr("run/history.json", '{"loss": [2.0, 1.0]}')
    return "bad/logs.zip: an archive"


def half_record(bad: Path) -> str:
    bad.mkdir()
    (bad / "run.wandb").write_bytes(b":W&B\xe1\xbe\0" + b"\xff" * 300)
    return "bad/run.wandb"


def in_a_state_folder(bad: Path) -> str:
    """Write a log into a folder that is named for what a batch remembers."""
    unread.history(bad / ".state")
    return "bad/.state/history.json: looks like a log, but"


def in_a_marked_state_folder(bad: Path) -> str:
    note = "What analyzer batch remembers between calls. It marks the folder above.\n"
    unread.history(bad / ".state")
    (bad / ".state" / "README").write_text(note, encoding="utf-8")
    return "bad/.state/history.json: looks like a log, but"


def lfs_pointer(bad: Path) -> str:
    bad.mkdir()
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12345\n"
    (bad / "log.csv").write_text(pointer, encoding="utf-8")
    return "bad/log.csv: "


def dangling_link_to_a_folder(bad: Path) -> str:
    bad.mkdir()
    (bad / "more").symlink_to("gone")
    return "bad/more: cannot be opened: No such file"


def damaged_database(bad: Path) -> str:
    bad.mkdir()
    tables = b"CREATE TABLE metrics CREATE TABLE runs CREATE TABLE experiments CREATE TABLE params "
    (bad / "mlflow.db").write_bytes(b"SQLite format 3\0" + tables + b"\xff" * 4000)
    return "bad/mlflow.db: "


def half_a_gzip(bad: Path) -> str:
    bad.mkdir()
    (bad / "log.csv.gz").write_bytes(b"\x1f\x8b" + b"\xff" * 400)
    return "bad/log.csv.gz: "


def half_an_npz(bad: Path) -> str:
    bad.mkdir()
    (bad / "history.npz").write_bytes(b"PK\x03\x04" + b"\xff" * 400)
    return "bad/history.npz: "


def a_page(bad: Path) -> str:
    bad.mkdir()
    page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n"
    (bad / "history.json").write_text(page, encoding="utf-8")
    return "bad/history.json: a web page"


def corrupt_parquet(bad: Path) -> str:
    bad.mkdir()
    (bad / "run.parquet").write_bytes(b"PAR1" + b"\xff" * 400)
    return "bad/run.parquet: a damaged Parquet file"


def only_zeros(bad: Path) -> str:
    bad.mkdir()
    (bad / "log.csv").write_bytes(bytes(4096))
    return "bad/log.csv: contains only zero bytes"


def text_as_database(bad: Path) -> str:
    bad.mkdir()
    (bad / "mlflow.db").write_text("no database\n", encoding="utf-8")
    return "bad/mlflow.db: not an SQLite database"


KINDS: dict[str, Callable[[Path], str]] = {
    **LINES,
    **{
        kind.__name__: kind
        for kind in (
            *(csv_without_numbers, large_hidden, numpy_objects, a_checkpoint, a_pipe),
            *(dangling_link, link_to_itself, folder_out, link_to_a_device, a_device),
            *(a_socket, a_zip, half_record, in_a_state_folder, in_a_marked_state_folder),
            *(dangling_link_to_a_folder, damaged_database, half_a_gzip, half_an_npz, lfs_pointer),
            *(a_page, corrupt_parquet, only_zeros, text_as_database),
        )
    },
}
COMMANDS = {
    **unread.COMMANDS,
    "inspect": ["inspect", "runs"],
    "report -o": ["report", "runs", "-o", "report.html", "--run", "good"],
    "report json": ["report", "runs", "--json"],
    "compare json": ["compare", "runs", "fine", "--json"],
    "check junit": ["check", "runs", "--junit", "gate.xml"],
    "check require": ["check", "runs", "--require", "val_loss<99", "--max-gap", "99"],
    "check fail-on": ["check", "runs", "--fail-on", "never"],
    "missing ok": ["check", "fine", "--baseline", "runs", "--baseline-missing", "ok"],
    "compare -o": ["compare", "runs", "fine", "-o", "compared.md"],
}
IN_OUTPUT = ("inspect",)  # which prints every file, also those that are no logs


class Done(NamedTuple):
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


def run(folder: Path, *arguments: str) -> Done:
    """Run a command in a folder: in this process if it needs no other rights."""
    needs_rights = folder.stat().st_mode & 0o2 == 0  # see work
    if (
        needs_rights or arguments[0] == "batch"
    ):  # whose workers must not start in a folder that goes
        done = unread.run(folder, *arguments)
        return Done(done.returncode, done.stdout, done.stderr)
    before = Path.cwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(main, arguments)
    finally:
        os.chdir(before)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(params=KINDS)
def work(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    needs_rights = request.param.startswith("denied") and os.geteuid() == 0
    if needs_rights and not IS_LONG:
        pytest.skip("needs a process for each command: ANALYZER_LONG=1")
    tmp_path.chmod(0o755 if needs_rights else 0o757)
    unread.history(tmp_path / "runs" / "good")
    unread.history(tmp_path / "fine", scale=1.5)
    return tmp_path, KINDS[request.param](tmp_path / "runs" / "bad")


def says(done: Done, line: str) -> bool:
    return any(said.startswith(line) for said in done.stderr.splitlines())


def test_each_command_says_it_and_strict_fails(work: tuple[Path, str]) -> None:
    folder, line = work
    name = line.split(":")[0]
    wrong = []
    for command, arguments in COMMANDS.items():
        if command == "batch" and not (IS_LONG or name.endswith((".pkl", ".csv"))):
            continue
        done = run(folder, *arguments, *(["--strict"] if command == "batch" else []))
        strict = done if command == "batch" else run(folder, *arguments, "--strict")
        said = name in done.stdout if command in IN_OUTPUT else says(done, line)
        if (done.returncode != 0 and done is not strict) or not said:
            wrong.append((command, done.returncode, done.stderr))
        if strict.returncode != 3 or name not in strict.stderr:
            wrong.append((f"{command} --strict", strict.returncode, strict.stderr))
    assert not wrong


def test_json_and_junit_list_it(work: tuple[Path, str]) -> None:
    folder, line = work
    name = line.split(":")[0]
    wrong = []
    for command in ("check", "report", "compare", "inspect"):
        arguments = [command, "runs", *(["fine"] if command == "compare" else []), "--json"]
        document = json.loads(run(folder, *arguments).stdout)
        if name not in json.dumps(document):
            wrong.append(command)
    run(folder, "check", "runs", "--junit", "gate.xml")
    cases = ET.parse(folder / "gate.xml").getroot().iter("testcase")
    failed = [case.attrib["name"] for case in cases if case.find("error") is not None]
    if failed != [name]:
        wrong.append(f"junit: {failed}")
    assert not wrong
    if not (IS_LONG or name.endswith((".pkl", ".csv"))):
        return
    run(folder, "batch", "runs", "-o", "site")
    listed = (folder / "site" / "unreadable.jsonl").read_text(encoding="utf-8")
    index = (folder / "site" / "index.html").read_text(encoding="utf-8")
    wrong += [place for place, text in (("jsonl", listed), ("index", index)) if name not in text]
    assert not wrong


@pytest.mark.parametrize("name", ["log.csv", "history.json", "events.out.tfevents.1767225600.h"])
def test_an_empty_file_is_no_damage_and_inspect_has_it(name: str, tmp_path: Path) -> None:
    unread.history(tmp_path / "runs" / "good")
    (tmp_path / "runs" / name).touch()
    unread.history(tmp_path / "fine", scale=1.5)
    for command, arguments in COMMANDS.items():
        if command != "batch":
            done = run(tmp_path, *arguments, "--strict")
            assert (done.returncode, done.stderr) == (0, ""), command
    assert name[:12] in run(tmp_path, "inspect", "runs").stdout
    alone = run(tmp_path, "check", f"runs/{name}")
    assert alone.returncode == 4
    assert len(alone.stderr.splitlines()) == 1

"""The command itself: usage errors, help, version, processes and terminals."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import analyzer
from analyzer.cli import _group, main

USAGE = {
    "unknown language": (["check", "x", "--lang", "fr"], "'fr' is not one of 'en', 'es'"),
    "unknown limit": (["check", "x", "--fail-on", "info"], "'info' is not one of"),
    "no path": (["check"], "Missing argument 'PATH'"),
    "unknown option": (["report", "x", "--colour"], "--colour"),
    "unknown verb": (["repot", "x"], "repot"),
    "unknown option of all": (["--colour", "check"], "--colour"),
    "too many paths": (["check", "a", "b"], "unexpected extra argument"),
}


@pytest.mark.parametrize("case", USAGE)
def test_a_wrong_command_line_gives_exit_code_2_and_one_line(
    call: Callable[..., Result], only_error: Callable[[Result, int], str], case: str
) -> None:
    args, message = USAGE[case]
    line = only_error(call(*args), 2)
    assert message in line
    assert "--help" in line


def test_a_path_in_place_of_a_command_is_told_the_command(
    call: Callable[..., Result], only_error: Callable[[Result, int], str]
) -> None:
    Path("my runs").mkdir()
    line = only_error(call("my runs"), 2)
    assert line == "my runs: is a path, not a command; try: analyzer report 'my runs'"
    line = only_error(call("runs/none", "-o", "out.html"), 2)
    assert line.endswith("try: analyzer report runs/none")
    assert "is a path" not in only_error(call("repot"), 2)


@pytest.mark.parametrize(
    "args", [["--help"], ["--version"], ["check", "--help"], ["report", "--help"]], ids=" ".join
)
def test_help_and_version_import_nothing_heavy(args: list[str]) -> None:
    code = f"""
import sys
from analyzer.cli import main
try:
    main({args!r})
except SystemExit as exit:
    assert exit.code == 0
heavy = {{"numpy", "pandas", "scipy", "jinja2", "babel", "tensorboard", "matplotlib"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout


def test_prints_the_version_of_the_package(call: Callable[..., Result]) -> None:
    assert call("--version").stdout == f"analyzer, version {analyzer.__version__}\n"


def test_help_names_every_verb(call: Callable[..., Result]) -> None:
    for args in ([], ["--help"], ["-h"]):
        output = call(*args).output
        assert all(f"  {verb} " in output for verb in main.commands)


def test_two_processes_print_and_write_the_same_bytes(overfitted: Path, damaged: Path) -> None:
    code = """
import sys
from analyzer.cli import main
over, torn = sys.argv[1:]
for args in (["report", over, "-o", "out.html"], ["report", over], ["report", torn, "--json"],
             ["inspect", torn], ["check", torn]):
    main(args, standalone_mode=False)
print(open("out.html", encoding="utf-8").read())
"""

    def printed(seed: str) -> tuple[bytes, bytes]:
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code, overfitted, damaged],
            capture_output=True,
            check=True,
            env=env,
        )
        return done.stdout, done.stderr

    first = printed("1")
    assert b"</svg>" in first[0]
    assert b"log.csv:32" in first[1]
    assert first == printed("2")


def test_a_terminal_that_lacks_a_character_is_no_error(overfitted: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", "report", str(overfitted)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"over: overfitting")


def test_a_process_prints_an_error_in_one_line_and_exits_with_its_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", "check", "nowhere"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().splitlines() == ["nowhere: no such file or folder; check the path"]


def test_a_command_searches_seldom_for_circles_of_objects(call: Callable[..., Result]) -> None:
    before = gc.get_threshold()
    try:
        call("explain")
        assert gc.get_threshold()[0] > 10_000
    finally:
        gc.set_threshold(*before)


def test_too_little_memory_is_one_line(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    overfitted: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def short_of_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("analyzer.cli.check.diagnose_all", short_of_memory)
    assert "more memory than there is" in only_error(call("check", overfitted), 2)


def test_a_thread_that_is_refused_is_one_line(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    overfitted: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("analyzer.cli.check.diagnose_all", refused)
    assert "to start a thread" in only_error(call("check", overfitted), 2)
    assert "iniciar un hilo" in only_error(call("check", overfitted, "--lang", "es"), 2)


@pytest.mark.parametrize("columns", ["", "200", "80", "60", "20", "x"])
def test_help_is_as_wide_as_click_would_make_it(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    expected = max(min(shutil.get_terminal_size().columns, 80) - 2, 50)
    assert _group._width() == expected


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["--lang", "es", "report", "x"],
            "--lang: va después del comando; pruebe: analyzer report RUTA --lang ...",
        ),
        (
            ["report", "x", "-o", "a.html", "-ob.html"],
            "-o: given more than once; name one output, and call again for another",
        ),
        (
            ["batch", "x", "-o", "a", "--output=b", "--lang", "es"],
            "-o: indicado más de una vez; indique una sola salida y llame otra vez para otra",
        ),
        (
            ["report", "x", "-o"],
            "Option '-o' requires an argument. See 'main report --help'.",
        ),
        (
            ["report", "x", "y"],
            "Got unexpected extra argument (y). See 'main report --help'.",
        ),
    ],
)
def test_words_in_a_wrong_place_get_a_line_that_helps(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    words: list[str],
    line: str,
) -> None:
    assert only_error(call(*words), 2) == line


def test_a_value_that_looks_like_an_output_is_none(
    call: Callable[..., Result], healthy: Path
) -> None:
    shown = call("report", healthy, "-o", "-o", "--map", "-o=val/loss")
    assert "given more than once" not in shown.stderr


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        (["report", "-o"], "made"),
        (["report", "-o"], "made.html"),
        (["export", "-o"], "made"),
        (["export", "-o"], "made.csv"),
        (["plot", "-o"], "made"),
        (["check", "--junit"], "made.xml"),
    ],
)
def test_a_folder_in_place_of_a_file_is_told_so(
    call: Callable[..., Result],
    only_error: Callable[[Result, int], str],
    healthy: Path,
    words: list[str],
    folder: str,
) -> None:
    Path(folder).mkdir()
    verb, option = words
    line = only_error(call(verb, healthy, option, folder), 2)
    assert line == f"{folder}: is a folder; name a file in it"

"""What Windows does otherwise, tried by pretending: no test here runs on it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.safe import systems
from analyzer.safe.systems import is_link, is_no_thread, is_windows_name, replace, shell_word


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the module take this system for Windows."""
    monkeypatch.setattr(systems, "ON_WINDOWS", True)
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.mark.parametrize(
    "name",
    [
        *("CON", "nul", "aux.txt", "Com1.csv.gz", "lpt9", "COM¹", "con .txt", "conin$"),
        *("a.", "a ", "a:b", "a\\b", 'a"b', "a|b", "a?b", "a*b", "<a>", "a\nb", "a/b"),
    ],
)
def test_names_that_windows_refuses(name: str) -> None:
    assert not is_windows_name(name)


@pytest.mark.parametrize("name", ["console", "com10", "nul-1.csv", "a.con", ".con", "ñ b.csv"])
def test_names_that_windows_takes(name: str) -> None:
    assert is_windows_name(name)
    assert not PureWindowsPath(name).root


def test_a_junction_is_a_link_on_windows(windows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    status = SimpleNamespace(st_mode=stat.S_IFDIR, st_reparse_tag=systems._MOUNT_POINT)
    entry: Any = SimpleNamespace(is_symlink=lambda: False, stat=lambda follow_symlinks: status)
    assert is_link(entry)
    status.st_reparse_tag = 0
    assert not is_link(entry)
    status.st_reparse_tag = systems._MOUNT_POINT
    monkeypatch.setattr(systems, "ON_WINDOWS", False)
    assert not is_link(entry)


def test_a_symbolic_link_is_one_everywhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert is_link(tmp_path / "link")
    assert not is_link(tmp_path)


def test_a_folder_that_went_is_no_junction(windows: None, tmp_path: Path) -> None:
    assert not is_link(tmp_path / "none")


def refusing(times: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let os.replace refuse so many times, as while a program looks at a new file."""
    calls = []
    real = os.replace

    def refused(*args: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) <= times:
            raise PermissionError(13, "Access is denied")
        real(*args, **more)

    monkeypatch.setattr(os, "replace", refused)
    return calls


def test_windows_is_asked_again(
    windows: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"1")
    calls = refusing(3, monkeypatch)
    replace(tmp_path / "a", tmp_path / "b")
    assert (len(calls), (tmp_path / "b").read_bytes()) == (4, b"1")


def test_in_the_end_windows_is_believed(
    windows: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = refusing(100, monkeypatch)
    with pytest.raises(PermissionError):
        replace(tmp_path / "a", tmp_path / "b")
    assert len(calls) == systems._TRIES


def test_other_systems_are_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = refusing(100, monkeypatch)
    with pytest.raises(PermissionError):
        replace(tmp_path / "a", tmp_path / "b")
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        (r"C:\runs", r"C:\runs"),
        (r"C:\my runs", r'"C:\my runs"'),
        (r"\\server\share", r"\\server\share"),
        ("a&b", '"a&b"'),
    ],
)
def test_a_word_of_a_command_on_windows(windows: None, word: str, shown: str) -> None:
    assert shell_word(word) == shown


def test_a_word_of_a_command_of_posix() -> None:
    shown = shell_word("it's $HOME")
    made = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -c 'import sys; print(sys.argv[1])' {shown}"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert made.stdout == "it's $HOME\n"


def test_a_thread_that_is_refused_is_told_from_other_errors() -> None:
    refused = RuntimeError("can't start new thread")
    wrapped = ValueError("of a library")
    wrapped.__cause__ = refused
    assert is_no_thread(refused)
    assert is_no_thread(wrapped)
    assert is_no_thread(MemoryError(str(refused)))
    assert not is_no_thread(RuntimeError("other"))
    assert not is_no_thread(None)
    circle = ValueError()
    circle.__context__ = other = ValueError()
    other.__context__ = circle
    assert not is_no_thread(circle)

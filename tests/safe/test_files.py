"""Writing a file: whole or not at all, with the usual permissions."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.safe import files
from analyzer.safe.files import read_start, write_atomically


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    write_atomically(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other, link = tmp_path / "other", tmp_path / "link"
    other.write_bytes(b"theirs")
    link.symlink_to(other)
    write_atomically(link, b"ours")
    assert other.read_bytes() == b"theirs"
    assert not link.is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="needs permissions of POSIX")
def test_a_file_has_the_usual_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a", b"")
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_folder_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AnalyzerError, match=r"cannot write here: .*; try again"):
        write_atomically(tmp_path / "none" / "a", b"", fix="try again")


def test_the_usual_place_has_no_leftovers_when_the_rename_fails(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(AnalyzerError, match=r"a: is a folder; name a file in it"):
        write_atomically(tmp_path / "a", b"1")
    with pytest.raises(AnalyzerError, match=r"cannot write here: File name too long"):
        write_atomically(tmp_path / ("x" * 300), b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_hard_link_is_replaced_and_its_other_name_keeps_the_content(tmp_path: Path) -> None:
    other, place = tmp_path / "other", tmp_path / "place"
    other.write_bytes(b"theirs")
    place.hardlink_to(other)
    write_atomically(place, b"ours")
    assert (other.read_bytes(), place.read_bytes()) == (b"theirs", b"ours")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_pipe_or_a_link_to_one_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with pytest.raises(AnalyzerError, match="not a regular file; choose another -o"):
            write_atomically(tmp_path / name, b"1")
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode)
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("device", ["/dev/null", "/dev/stdout"])
def test_a_device_is_never_replaced(device: str) -> None:
    if not Path(device).exists():
        pytest.skip("this system has no such device")
    before = Path(device).lstat()
    with pytest.raises(AnalyzerError, match="regular file"):
        write_atomically(Path(device), b"1")
    assert Path(device).lstat().st_ino == before.st_ino


def test_a_folder_whose_name_begins_like_one_of_the_system_is_no_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_OF_THE_SYSTEM", (tmp_path / "dev",))
    for name in ("dev", "devel"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "place").symlink_to(tmp_path / "other")
    with pytest.raises(AnalyzerError, match="is a link"):
        write_atomically(tmp_path / "dev" / "place", b"1")
    write_atomically(tmp_path / "devel" / "place", b"1")
    assert (tmp_path / "devel" / "place").read_bytes() == b"1"


def test_the_start_of_a_file_is_read_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("a")
    assert read_start(tmp_path / "a", 3) == b"123"
    with pytest.raises(OSError, match=r"."):
        read_start(tmp_path / "link", 3)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError, match="not a regular file"):
            read_start(tmp_path / "pipe", 3)


@pytest.mark.parametrize("name", ["NUL", "con.html", "a:b.html", "r.html "])
def test_windows_refuses_names_that_are_none(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ON_WINDOWS", True)
    with pytest.raises(AnalyzerError, match="not a file name on Windows; choose another -o"):
        write_atomically(tmp_path / name, b"1")

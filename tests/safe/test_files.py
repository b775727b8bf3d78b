"""Writing a file: whole or not at all, with the usual permissions."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import AnalyzerError
from analyzer.safe.files import write_atomically


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


def test_the_unfinished_file_lies_beside_the_target_or_where_the_caller_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    def mkstemp(**options: Any) -> tuple[int, str]:
        made.append(options["dir"])
        return original(**options)

    original = tempfile.mkstemp
    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    (tmp_path / "unfinished").mkdir()
    write_atomically(tmp_path / "a", b"1")
    write_atomically(tmp_path / "b", b"2", temporary=tmp_path / "unfinished")
    assert made == [tmp_path, tmp_path / "unfinished"]
    assert (tmp_path / "b").read_bytes() == b"2"

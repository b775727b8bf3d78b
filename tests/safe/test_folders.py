"""Folders below the one that a user named: opened by name, never through a link."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.safe import folders
from analyzer.safe.folders import Folder, opened


@pytest.fixture(params=["descriptor", "path"])
def root(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Folder]:
    """Return an open folder, also as on a system that cannot open names inside one."""
    if request.param == "path":
        monkeypatch.setattr(folders, "_INSIDE", False)
    (tmp_path / "root").mkdir()
    with opened(tmp_path / "root") as folder:
        yield folder


def test_a_file_is_written_and_read_and_removed(root: Folder) -> None:
    with root.inside("a", make=True) as folder, root.inside("tmp", make=True) as temporary:
        folder.write("x", b"1", temporary=temporary)
        folder.write("x", b"2")
        assert (folder.read("x"), folder.has_file("x")) == (b"2", True)
        assert temporary.entries() == []
        folder.remove("x")
        folder.remove("x")
        assert folder.entries() == []
    root.remove_folder("a")
    assert [entry.name for entry in root.entries()] == ["tmp"]


def test_a_link_below_is_refused_and_the_folder_itself_may_be_one(
    root: Folder, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (root.path / "link").symlink_to(tmp_path / "outside")
    with (
        pytest.raises(AnalyzerError, match="link: is a link"),
        root.inside("link", make=True) as folder,
    ):
        folder.write("x", b"1")
    assert not list((tmp_path / "outside").iterdir())
    (tmp_path / "way").symlink_to(root.path)
    with opened(tmp_path / "way") as same:
        same.write("x", b"1")
    assert root.read("x") == b"1"


def test_a_link_that_is_put_in_place_while_we_work_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "site" / "runs").mkdir(parents=True)
    with opened(tmp_path / "site") as root, root.inside("runs") as runs:
        if runs.descriptor is None:
            pytest.skip("this system cannot open names inside a folder")
        (tmp_path / "site" / "runs").rename(tmp_path / "moved")
        (tmp_path / "site" / "runs").symlink_to(tmp_path / "outside")
        runs.write("x", b"1")
        runs.remove("y")
    assert (tmp_path / "moved" / "x").read_bytes() == b"1"
    assert not list((tmp_path / "outside").iterdir())


def test_nothing_is_read_from_or_appended_to_a_link(root: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"s")
    (root.path / "link").symlink_to(tmp_path / "secret")
    for use in (root.read, root.append):
        with pytest.raises(OSError, match=r"."):
            use("link")
    assert (tmp_path / "secret").read_bytes() == b"s"


def test_a_second_name_of_a_file_is_not_appended_to_and_is_replaced_by_writing(
    root: Folder, tmp_path: Path
) -> None:
    (tmp_path / "theirs").write_bytes(b"t")
    (root.path / "x").hardlink_to(tmp_path / "theirs")
    with pytest.raises(OSError, match="second name"):
        root.append("x")
    root.write("x", b"ours")
    assert (tmp_path / "theirs").read_bytes() == b"t"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_pipe_is_neither_read_nor_waited_for(root: Folder) -> None:
    os.mkfifo(root.path / "pipe")
    for use in (root.read, root.append):
        with pytest.raises(OSError, match=r"."):
            use("pipe")


def test_only_what_a_killed_writing_left_is_cleared(root: Folder, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"o")
    (root.path / "analyzer-0123456789abcdef.part").write_bytes(b"half")
    (root.path / "thesis.part").write_bytes(b"theirs")
    (root.path / "analyzer-fedcba9876543210.part").symlink_to(tmp_path / "outside")
    root.clear_unfinished()
    names = [entry.name for entry in root.entries()]
    assert names == ["analyzer-fedcba9876543210.part", "thesis.part"]


def test_a_failed_writing_leaves_nothing(root: Folder) -> None:
    (root.path / "x").mkdir()
    (root.path / "x" / "y").write_bytes(b"")
    with pytest.raises(OSError, match=r"."):
        root.write("x", b"1")
    assert [entry.name for entry in root.entries()] == ["x"]

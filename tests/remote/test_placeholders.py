from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.remote.fetching import ensure_start
from analyzer.remote.placeholders import BARE, HEADED, ORIGIN, PREFIX, lacks, make, top_of, trust


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / f"{PREFIX}abc"
    folder.mkdir(mode=0o700)
    (folder / ORIGIN).write_text("{}", encoding="utf-8")
    trust(folder)
    return folder


def test_a_placeholder_has_the_size_and_lacks_the_rest(top: Path) -> None:
    make(top / "log.csv", 10_000)
    assert (top / "log.csv").stat().st_size == 10_000
    assert lacks(top / "log.csv", (top / "log.csv").stat(), whole=False)
    assert lacks(top / "log.csv", (top / "log.csv").stat(), whole=True)


def test_with_its_start_it_lacks_only_the_whole(top: Path) -> None:
    make(top / "log.csv", 10_000, b"epoch,loss")
    assert (top / "log.csv").read_bytes()[:10] == b"epoch,loss"
    assert not lacks(top / "log.csv", (top / "log.csv").stat(), whole=False)
    assert lacks(top / "log.csv", (top / "log.csv").stat(), whole=True)


@pytest.mark.parametrize("head", [b"", b"epoch,loss"])
def test_a_file_that_is_all_there_lacks_nothing(top: Path, head: bytes) -> None:
    make(top / "log.csv", len(head), head)
    assert not lacks(top / "log.csv", (top / "log.csv").stat(), whole=True)


@pytest.mark.parametrize("when", [BARE, HEADED])
def test_a_file_of_that_time_elsewhere_is_a_file(tmp_path: Path, when: int) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"epoch,loss")
    os.utime(path, (when, when))
    assert not lacks(path, path.stat(), whole=True)
    ensure_start(path)  # asks nobody


def test_a_folder_that_others_may_enter_is_no_mirror(top: Path) -> None:
    assert top_of(top / "log.csv") == top
    open_to_all = top.with_name(f"{PREFIX}open")
    open_to_all.mkdir()
    open_to_all.chmod(0o755)
    (open_to_all / ORIGIN).write_text("{}", encoding="utf-8")
    trust(open_to_all)
    assert top_of(open_to_all / "log.csv") is None


def test_what_a_stranger_sent_is_no_mirror_whatever_it_looks_like(top: Path) -> None:
    sent = top.with_name(f"{PREFIX}sent")
    sent.mkdir(mode=0o700)
    (sent / ORIGIN).write_text("{}", encoding="utf-8")
    make(sent / "log.csv", 10_000)
    assert not lacks(sent / "log.csv", (sent / "log.csv").stat(), whole=True)
    ensure_start(sent / "log.csv")  # asks nobody


def test_a_mirror_behind_a_link_is_one_by_both_paths(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "tmp").symlink_to(tmp_path / "private")  # as /tmp and /var are on macOS
    folder = tmp_path / "tmp" / f"{PREFIX}abc"
    folder.mkdir(mode=0o700)
    (folder / ORIGIN).write_text("{}", encoding="utf-8")
    trust(folder)
    assert top_of(folder / "log.csv") == folder
    assert top_of(folder.resolve() / "log.csv") == folder.resolve()

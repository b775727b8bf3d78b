"""Zip files: read as streams, and every limit holds against bombs and damaged files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from analyzer.errors import ParseError
from analyzer.parsers import _archive
from analyzer.parsers._base import LogFile


def zipped(folder: Path, members: dict[str, bytes], name: str = "a.zip") -> LogFile:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return file_at(path)


def file_at(path: Path) -> LogFile:
    return LogFile(path, Path(path.name), path.name, path.stat().st_size)


def test_members_are_found_by_name_the_nearest_first(tmp_path: Path) -> None:
    members = {"deep/er/log.json": b"2", "deep/log.json": b"1\n22\n3", "other": b""}
    with _archive.open_archive(zipped(tmp_path, members)) as archive:
        assert archive.find("log.json") == "deep/log.json"
        assert archive.find("none") is None
        assert list(archive.lines("deep/log.json", 10)) == [b"1\n", b"22\n", b"3"]
        assert archive.read("deep/log.json", 100) == b"1\n22\n3"


def test_lines_cross_the_parts_that_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_archive, "_PART", 7)
    text = b"".join(b"line %d\n" % number for number in range(200))
    with _archive.open_archive(zipped(tmp_path, {"a": text})) as archive:
        assert b"".join(archive.lines("a", 100)) == text


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    file = zipped(tmp_path, {"a": bytes(50 << 20)})
    assert file.size < 100_000
    with _archive.open_archive(file) as archive:
        read: list[bytes] = []
        with pytest.raises(ParseError, match="archive_too_large"):
            read.extend(archive.parts("a"))
    assert sum(map(len, read)) < 20 << 20


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_without_a_limit_is_refused(packing: int, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("a", bytes(5 << 20))
    with (
        _archive.open_archive(file_at(path)) as opened,
        pytest.raises(ParseError, match="archive_packing"),
    ):
        next(opened.parts("a"))


def test_all_members_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_archive, "_MOST_BYTES", 1500)
    with _archive.open_archive(zipped(tmp_path, {"a": b"x" * 1000, "b": b"x" * 1000})) as archive:
        assert len(archive.read("a", 5000)) == 1000
        with pytest.raises(ParseError, match="archive_too_large"):
            archive.read("b", 5000)


def test_a_line_and_a_member_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_archive, "_PART", 100)
    with _archive.open_archive(zipped(tmp_path, {"a": b"x" * 1000})) as archive:
        for read in (lambda: list(archive.lines("a", 300)), lambda: archive.read("a", 300)):
            with pytest.raises(ParseError, match="archive_too_large"):
                read()


def test_a_list_of_members_that_is_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = zipped(tmp_path, {f"member {number}": b"" for number in range(100)})
    monkeypatch.setattr(_archive, "_LONGEST_LIST", 1000)
    with pytest.raises(ParseError, match="archive_too_large"), _archive.open_archive(file):
        pass


@pytest.mark.parametrize("kind", ["cut", "garbage", "payload", "password"])
def test_damage_is_one_clear_error(kind: str, tmp_path: Path) -> None:
    file = zipped(tmp_path, {"a": bytes(range(256)) * 40})
    content = bytearray(file.path.read_bytes())
    if kind == "cut":
        content = content[:-30]
    if kind == "garbage":
        content = bytearray(b"PK\x03\x04" + b"x" * 500)
    if kind == "payload":
        content[40:60] = bytes(20)
    if kind == "password":
        content[6] |= 1
        content[content.rfind(b"PK\x01\x02") + 8] |= 1
    file.path.write_bytes(content)
    with (
        pytest.raises(ParseError, match="archive_damaged"),
        _archive.open_archive(file_at(file.path)) as archive,
    ):
        archive.read("a", 1 << 20)


def test_names_are_found_in_the_first_and_the_last_bytes(tmp_path: Path) -> None:
    members = {"first.json": b"x", "middle": b"y" * 9000, "last.json": b""}
    file = zipped(tmp_path, members)
    assert _archive.has_names(file, "first.json", "last.json")
    assert not _archive.has_names(file, "first.json", "none.json")
    text = tmp_path / "text"
    text.write_bytes(b"first.json last.json")
    assert not _archive.has_names(file_at(text), "first.json")

"""The files of a session: the same from a folder and from a zip file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from analyzer.errors import ParseError
from analyzer.parsers import _source
from analyzer.parsers._base import LogFile


def files(folder: Path, *, zip_too: bool) -> list[LogFile]:
    """Write a session as a folder "s", and as "s.zip" beside it."""
    (folder / "s").mkdir()
    (folder / "s" / "log.jsonl").write_bytes(b"1\n2\n")
    if zip_too:
        with zipfile.ZipFile(folder / "s.zip", "w") as archive:
            archive.write(folder / "s" / "log.jsonl", "log.jsonl")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        LogFile(path, path.relative_to(folder), path.name, path.stat().st_size) for path in paths
    ]


def test_a_folder_and_the_zip_file_made_of_it_are_one_session(tmp_path: Path) -> None:
    (group,) = _source.groups(files(tmp_path, zip_too=True))
    assert [file.path.name for file in group.files] == ["log.jsonl", "s.zip"]
    with _source.open_source(group, "log.jsonl") as source:
        assert source.archive is None
        assert list(source.lines("log.jsonl")) == [b"1\n", b"2\n"]


def test_a_zip_file_alone_reads_the_same(tmp_path: Path) -> None:
    (zipped,) = [file for file in files(tmp_path, zip_too=True) if _source.is_zip(file)]
    (group,) = _source.groups([zipped])
    with _source.open_source(group, "log.jsonl") as source:
        assert source.has("log.jsonl")
        assert not source.has("none")
        assert list(source.lines("log.jsonl")) == [b"1\n", b"2\n"]
        assert source.read("none", 10) == b""


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (group,) = _source.groups(files(tmp_path, zip_too=False))
    with (
        _source.open_source(group, "log.jsonl") as source,
        pytest.raises(ParseError, match="archive_too_large"),
    ):
        source.read("log.jsonl", 3)

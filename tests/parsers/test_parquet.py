"""Parquet: names, types and rows, and what is damaged or cannot be read without the library."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers import _parquet
from analyzer.parsers._base import LogFile

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def table_file(folder: Path) -> LogFile:
    path = folder / "x.parquet"
    columns = {"name": ["a", "b"], "loss": [2.0, 1.0], "step": [0, 1], "none": [None, None]}
    pq.write_table(pa.table(columns), path)
    return LogFile(path, Path(path.name), path.name, path.stat().st_size)


def changed(file: LogFile, content: bytes) -> LogFile:
    file.path.write_bytes(content)
    return LogFile(file.path, file.relative, file.shown, len(content))


def test_names_types_and_rows(tmp_path: Path) -> None:
    file = table_file(tmp_path)
    assert _parquet.footer_has(file, ["loss", "step"])
    assert not _parquet.footer_has(file, ["accuracy"])
    assert _parquet.names_of(file) == ["name", "loss", "step", "none"]
    assert _parquet.numeric_names_of(file) == ["loss", "step", "none"]
    assert list(_parquet.rows(file, ["loss"])) == [{"loss": 2.0}, {"loss": 1.0}]


def test_a_file_without_one_of_its_ends_is_recognised(tmp_path: Path) -> None:
    file = table_file(tmp_path)
    content = file.path.read_bytes()
    assert _parquet.has_both_ends(file)
    for part in (content[:-1], content[4:], b"", b"PAR1"[:3]):
        assert not _parquet.has_both_ends(changed(file, part))


def test_damage_is_an_error_of_ours(tmp_path: Path) -> None:
    file = table_file(tmp_path)
    content = file.path.read_bytes()
    damaged = changed(file, content[:4] + bytes(len(content) - 12) + content[-8:])
    for read in (_parquet.names_of, _parquet.numeric_names_of):
        with pytest.raises(ParseError, match="parquet_damaged"):
            read(damaged)


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = table_file(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for read in (_parquet.names_of, _parquet.numeric_names_of):
        with pytest.raises(NotThisFormat, match="parquet_extra"):
            read(file)

"""What SQLite is given: bytes that we opened, whatever has come into the place of the file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.parsers import _sqlite, _sqlite_file
from tests.parsers.test_sqlite import database, file_at, numbers, with_log

ROWS = "INSERT INTO t VALUES (1, 'x'), (2, 'y');"


def become_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def become_a_link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.unlink()
    path.symlink_to("pipe")


def become_a_link_to_another_database(path: Path) -> None:
    other = path.parent / "other"
    other.mkdir()
    database(other, "INSERT INTO t VALUES (99, 'secret');")
    path.unlink()
    path.symlink_to("other/a.db")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("has_log", [True, False])
@pytest.mark.parametrize(
    "action",
    [become_a_pipe, become_a_link_to_a_pipe, become_a_link_to_another_database],
    ids=lambda action: action.__name__,
)
def test_what_comes_into_the_place_of_a_database_is_never_opened(
    action: Callable[[Path], None],
    has_log: bool,
    in_memory: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = with_log(tmp_path) if has_log else database(tmp_path, ROWS)
    truth = numbers(path)
    connect, did = sqlite3.connect, []

    def late(*arguments: Any, **options: Any) -> sqlite3.Connection:
        if not did:
            did.append(True)
            action(path)
        return connect(*arguments, **options)

    if not in_memory:
        monkeypatch.setattr(_sqlite_file, "_IN_MEMORY", 10)
    file = file_at(path)
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", late)
        with _sqlite.open_database(file) as opened:
            found = [row[0] for row in opened.rows("t", ("a",))]
    assert did
    assert found == truth


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_large_database_is_read_from_a_copy_and_one_too_large_in_place(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(tmp_path, f"PRAGMA journal_mode={mode}; {ROWS}")
    before = path.read_bytes()
    for limits in ({"_IN_MEMORY": 10}, {"_IN_MEMORY": 10, "_MOST_COPIED": 10}):
        with monkeypatch.context() as patch:
            for name, value in limits.items():
                patch.setattr(_sqlite_file, name, value)
            assert numbers(path) == [1, 2]
            with _sqlite.open_database(file_at(path)) as opened:
                assert opened.issues == ()
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.db"]


def test_without_a_folder_for_a_copy_a_large_database_is_read_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(tmp_path, ROWS)
    monkeypatch.setattr(_sqlite_file, "_IN_MEMORY", 10)

    def none(**_: Any) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(_sqlite_file.tempfile, "TemporaryDirectory", none)
    assert numbers(path) == [1, 2]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
@pytest.mark.parametrize("tables", [3, 200])
def test_the_tables_are_found_in_every_encoding_and_number(
    encoding: str, tables: int, tmp_path: Path
) -> None:
    path = tmp_path / "many.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA encoding='{encoding}'")
    connection.execute("BEGIN")
    for number in range(tables):
        connection.execute(f'CREATE TABLE "t{number}" (a INTEGER, b{"x" * 60} TEXT)')
    connection.execute("ALTER TABLE t0 RENAME TO old")
    connection.commit()
    connection.close()
    names = _sqlite.table_names(file_at(path))
    assert names == {"old", *(f"t{number}" for number in range(1, tables))}


def test_a_page_that_points_to_itself_ends_the_search(tmp_path: Path) -> None:
    path = tmp_path / "loop.db"
    connection = sqlite3.connect(path)
    connection.execute("BEGIN")
    for number in range(200):
        connection.execute(f"CREATE TABLE t{number} (a INTEGER)")
    connection.commit()
    connection.close()
    content = bytearray(path.read_bytes())
    assert content[100] == 5
    content[108:112] = (1).to_bytes(4, "big")
    path.write_bytes(content)
    assert "t0" in _sqlite.table_names(file_at(path))


@pytest.mark.parametrize("size", [2, 64])
def test_a_page_size_that_no_database_has_ends_the_search(size: int, tmp_path: Path) -> None:
    path = database(tmp_path, ROWS)
    content = bytearray(path.read_bytes())
    content[16:18] = size.to_bytes(2, "big")
    path.write_bytes(content)
    assert "t" in _sqlite.table_names(file_at(path))


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed")
def test_a_worker_that_is_killed_leaves_no_copy_of_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(tmp_path, ROWS)
    monkeypatch.setattr(_sqlite_file, "_IN_MEMORY", 10)
    monkeypatch.setattr(_sqlite_file.tempfile, "tempdir", str(tmp_path))
    with _sqlite.open_database(file_at(path)) as opened:
        (folder,) = (entry for entry in tmp_path.iterdir() if entry.is_dir())
        assert list(folder.iterdir()) == []
        assert [row[0] for row in opened.rows("t", ("a",))] == [1, 2]

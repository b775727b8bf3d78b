"""SQLite databases: never written to, the write-ahead log included, hostile schemas harmless."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers import _sqlite, _sqlite_file
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers.mlflow_database import MlflowDatabase


def file_at(path: Path) -> LogFile:
    return LogFile(path, Path(path.name), path.name, path.stat().st_size)


def database(folder: Path, statements: str = "", name: str = "a.db") -> Path:
    path = folder / name
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (a INTEGER, b TEXT);" + statements)
    connection.commit()
    connection.close()
    return path


def with_log(folder: Path) -> Path:
    """Return a database with 50 rows that only its write-ahead log has, as a crash leaves it."""
    live = folder / "live.db"
    connection = sqlite3.connect(live)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (a INTEGER, b TEXT);"
    )
    connection.executemany("INSERT INTO t VALUES (?, 'x')", [(number,) for number in range(50)])
    connection.commit()
    crashed = folder / "crashed"
    crashed.mkdir()
    for ending in ("", "-wal"):
        (crashed / f"a.db{ending}").write_bytes((folder / f"live.db{ending}").read_bytes())
    connection.close()
    return crashed / "a.db"


def numbers(path: Path) -> list[int]:
    with _sqlite.open_database(file_at(path)) as opened:
        return [row[0] for row in opened.rows("t", ("a",))]


def test_rows_come_in_the_order_of_writing_and_a_missing_column_is_none(tmp_path: Path) -> None:
    path = database(tmp_path, "INSERT INTO t VALUES (3, 'x'), (1, 'y'), (2, 'z');")
    with _sqlite.open_database(file_at(path)) as opened:
        assert list(opened.rows("t", ("a", "gone"))) == [(3, None), (1, None), (2, None)]
        assert opened.columns("t") == {"a", "b"}
        assert list(opened.rows("none", ("a",))) == []


def test_a_table_without_row_numbers_comes_in_the_order_of_its_key(tmp_path: Path) -> None:
    path = database(
        tmp_path,
        'CREATE TABLE k (run TEXT, "a ""step""" INTEGER, loss REAL, '
        'PRIMARY KEY ("a ""step""" DESC, run)) WITHOUT ROWID;'
        "INSERT INTO k VALUES ('b', 1, 0.5), ('a', 2, 0.25), ('a', 1, 0.75);",
    )
    with _sqlite.open_database(file_at(path)) as opened:
        assert list(opened.rows("k", ("run", "loss"))) == [("a", 0.75), ("b", 0.5), ("a", 0.25)]


def test_the_write_ahead_log_is_read_and_nothing_is_changed(tmp_path: Path) -> None:
    path = with_log(tmp_path)
    before = {entry.name: entry.read_bytes() for entry in path.parent.iterdir()}
    assert _sqlite.table_names(file_at(path)) >= {"t"}
    assert numbers(path) == list(range(50))
    assert {entry.name: entry.read_bytes() for entry in path.parent.iterdir()} == before


def test_a_write_ahead_log_that_cannot_be_copied_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = with_log(tmp_path)
    monkeypatch.setattr(_sqlite_file, "_MOST_COPIED", 10)
    with _sqlite.open_database(file_at(path)) as opened:
        (issue,) = opened.issues
    assert (issue.key, issue.bytes) == ("wal_unread", (path.parent / "a.db-wal").stat().st_size)


def test_a_write_ahead_log_that_is_a_link_is_left_alone(tmp_path: Path) -> None:
    path = database(tmp_path, "INSERT INTO t VALUES (1, 'x');")
    secret = tmp_path / "secret"
    secret.write_bytes(_sqlite.WAL_MAGIC[0] * 100)
    (tmp_path / "a.db-wal").symlink_to(secret)
    assert numbers(path) == [1]


def test_an_unfinished_transaction_is_reported(tmp_path: Path) -> None:
    path = database(tmp_path, "INSERT INTO t VALUES (1, 'x');")
    (tmp_path / "a.db-journal").write_bytes(b"journal")
    with _sqlite.open_database(file_at(path)) as opened:
        assert [(issue.key, issue.bytes) for issue in opened.issues] == [("journal_unread", 7)]
    assert (tmp_path / "a.db-journal").exists()


def test_a_damaged_page_costs_what_follows_it(tmp_path: Path) -> None:
    rows = ",".join(f"({number}, '{'x' * 100}')" for number in range(500))
    path = database(tmp_path, f"INSERT INTO t VALUES {rows};")
    content = bytearray(path.read_bytes())
    content[-4096:] = os.urandom(4096)
    path.write_bytes(content)
    read: list[tuple[int]] = []
    with (
        _sqlite.open_database(file_at(path)) as opened,
        pytest.raises(ParseError, match="database_damaged"),
    ):
        read.extend(opened.rows("t", ("a",)))
    assert read == [(number,) for number in range(len(read))]
    assert len(read) > 400


@pytest.mark.parametrize("content", [b"", b"x" * 5000], ids=["only the magic", "garbage"])
def test_a_file_that_is_no_database_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(_sqlite.MAGIC + content)
    file = file_at(path)
    assert _sqlite.is_database(file)
    assert _sqlite.table_names(file) == set()
    with pytest.raises(ParseError, match="database_damaged"), _sqlite.open_database(file):
        pass


def test_views_are_no_tables_and_functions_do_not_run(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n AS a FROM c"
    computed = "CREATE TABLE u (a INTEGER, c TEXT AS (hex(zeroblob(99999999))));"
    path = database(tmp_path, f"CREATE VIEW v AS {endless}; {computed} INSERT INTO u VALUES (1);")
    with _sqlite.open_database(file_at(path)) as opened:
        assert opened.tables == {"t", "u"}
        assert list(opened.rows("v", ("a",))) == []
        assert list(opened.rows("u", ("c",))) == [(None,)]


def test_no_expression_of_a_column_is_computed(tmp_path: Path) -> None:
    path = database(
        tmp_path,
        "CREATE TABLE g (a INTEGER, b TEXT AS (hex(zeroblob(a))) VIRTUAL, c INTEGER AS (a) STORED);"
        "INSERT INTO g (a) VALUES (7);",
    )
    with _sqlite.open_database(file_at(path)) as opened:
        assert opened.columns("g") == {"a", "c"}
        assert list(opened.rows("g", ("a", "b", "c"))) == [(7, None, 7)]


def test_a_name_with_odd_characters_is_opened(tmp_path: Path) -> None:
    path = database(tmp_path, "INSERT INTO t VALUES (7, 'x');", name="a?mode=rw#%20é.db")
    assert numbers(path) == [7]


def test_side_files_belong_to_the_group_of_their_database(tmp_path: Path) -> None:
    path = with_log(tmp_path)
    files = [file_at(entry) for entry in sorted(path.parent.iterdir())]
    (group,) = MlflowDatabase().groups(files)
    assert [file.path.name for file in group.files] == ["a.db", "a.db-wal"]
    assert _sqlite.database_in(group) == files[0]
    with pytest.raises(NotThisFormat):
        _sqlite.database_in(Group(Path("a"), (files[1],)))
    assert _sqlite.is_beside(files[1], {"t"})
    assert not _sqlite.is_beside(files[1], {"other"})
    assert not _sqlite.is_beside(files[0], {"t"})


def test_a_database_that_is_cut_off_gives_the_rows_that_are_left(tmp_path: Path) -> None:
    rows = ",".join(f"({number}, '{'x' * 100}')" for number in range(500))
    path = database(tmp_path, f"INSERT INTO t VALUES {rows};")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10_000])
    read: list[tuple[int]] = []
    with _sqlite.open_database(file_at(path)) as opened:
        assert [(issue.key, issue.bytes) for issue in opened.issues] == [("database_cut", 10_000)]
        with pytest.raises(ParseError, match="database_damaged"):
            read.extend(opened.rows("t", ("a",)))
    assert read == [(number,) for number in range(len(read))]
    assert len(read) > 300
    assert path.read_bytes() == whole[:-10_000]

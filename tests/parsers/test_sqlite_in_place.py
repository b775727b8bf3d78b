"""A database that is too large to be copied: SQLite has the checked file open, or none."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import ParseError
from analyzer.parsers import _sqlite, _sqlite_file, _sqlite_in_place
from tests.parsers.test_sqlite import database, file_at
from tests.parsers.test_sqlite_file import (
    ROWS,
    become_a_link_to_a_pipe,
    become_a_link_to_another_database,
    become_a_pipe,
)

on_linux = pytest.mark.skipif(
    not _sqlite_in_place._DESCRIPTORS.is_dir(), reason="needs /proc/self/fd"
)


def get_another_name(path: Path) -> None:
    """Give the file another name in the same folder."""
    path.rename(path.with_name("moved.db"))
    path.touch()


@pytest.fixture(autouse=True)
def too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sqlite_file, "_IN_MEMORY", 10)
    monkeypatch.setattr(_sqlite_file, "_MOST_COPIED", 10)


def read_after(action: Callable[[Path], None], path: Path) -> list[Any]:
    """Return the numbers of a database in whose place something comes as SQLite opens it."""
    connect = sqlite3.connect

    def late(*arguments: Any, **options: Any) -> sqlite3.Connection:
        patch.undo()
        action(path)
        return connect(*arguments, **options)

    file = file_at(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", late)
        with _sqlite.open_database(file) as opened:
            return [row[0] for row in opened.rows("t", ("a",))]


@on_linux
@pytest.mark.parametrize(
    "action",
    [become_a_pipe, become_a_link_to_a_pipe, become_a_link_to_another_database],
    ids=lambda action: action.__name__,
)
def test_what_comes_into_its_place_is_not_opened(
    action: Callable[[Path], None], tmp_path: Path
) -> None:
    with pytest.raises(ParseError, match="database_replaced"):
        read_after(action, database(tmp_path, ROWS))


@on_linux
def test_a_file_that_got_another_name_is_read(tmp_path: Path) -> None:
    assert read_after(get_another_name, database(tmp_path, ROWS)) == [1, 2]


@pytest.mark.parametrize("has_descriptors", [True, False])
def test_another_file_that_sqlite_opened_is_refused(
    has_descriptors: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, connect = database(tmp_path, ROWS), _sqlite_in_place.connect_to
    (tmp_path / "other").mkdir()
    other = database(tmp_path / "other", "INSERT INTO t VALUES (99, 'secret');")

    def elsewhere(place: Path, *, immutable: bool) -> sqlite3.Connection:
        path.unlink()
        path.symlink_to(other)
        return connect(other, immutable=immutable)

    monkeypatch.setattr(_sqlite_in_place, "connect_to", elsewhere)
    if not has_descriptors:
        monkeypatch.setattr(_sqlite_in_place, "_DESCRIPTORS", tmp_path / "none")
    with pytest.raises(ParseError, match="database_replaced"):
        _sqlite_in_place.in_place(file_at(path))


def test_without_descriptors_the_path_is_compared_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sqlite_in_place, "_DESCRIPTORS", tmp_path / "none")
    path = database(tmp_path, ROWS)
    with _sqlite.open_database(file_at(path)) as opened:
        assert [row[0] for row in opened.rows("t", ("a",))] == [1, 2]
    with path.open("rb") as handle:
        path.rename(tmp_path / "gone.db")
        for come in (lambda: None, lambda: os.mkfifo(path)):
            come()
            with pytest.raises(ParseError, match="database_replaced"):
                _sqlite_in_place._by_path(path, handle.fileno())

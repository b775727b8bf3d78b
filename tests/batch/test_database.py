"""The database of a state: what is cut off, or a stranger's, is emptied, and nothing in it runs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from analyzer.batch.database import refusing
from analyzer.batch.fingerprints import Prints
from analyzer.batch.result import UnitResult
from analyzer.batch.state import State, Stored
from analyzer.errors import AnalyzerError


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / ".state" / "tmp").mkdir(parents=True)
    return tmp_path


def keep(site: Path, unit: str) -> None:
    with State.opened(site) as state:
        state.add(Stored(unit, Prints("s", None), UnitResult()))


def kept(site: Path) -> list[str]:
    with State.opened(site) as state:
        return [own.unit for own in state.stored()]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER grab AFTER INSERT ON results BEGIN DELETE FROM files; END",
        "CREATE VIEW more AS SELECT * FROM results",
        "CREATE TABLE more (a TEXT)",
        "DROP TABLE files",
        "PRAGMA user_version=3",
    ],
)
def test_a_state_with_other_tables_is_emptied(site: Path, statement: str) -> None:
    keep(site, "a")
    connection = sqlite3.connect(site / ".state" / "results.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert kept(site) == []
    keep(site, "b")
    assert kept(site) == ["b"]


@pytest.mark.parametrize("length", [0, 1, 100, 5000])
def test_a_state_that_is_cut_off_or_no_database_is_emptied(site: Path, length: int) -> None:
    keep(site, "a")
    path = site / ".state" / "results.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:length])
    assert kept(site) == []
    path.write_bytes(b"not a database" * 500)
    assert kept(site) == []
    path.write_bytes(content)
    assert kept(site) == ["a"]


def test_a_journal_that_somebody_left_is_not_obeyed(site: Path, tmp_path: Path) -> None:
    keep(site, "a")
    (site / ".state" / "results.sqlite-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
    assert kept(site) == ["a"]
    assert not (site / ".state" / "results.sqlite-journal").exists()


def test_an_error_of_the_database_is_one_line(tmp_path: Path) -> None:
    said = "No space left on device; finished runs are kept"
    with pytest.raises(AnalyzerError, match=said), refusing(tmp_path):
        raise sqlite3.OperationalError("database or disk is full")

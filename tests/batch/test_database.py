"""The database of a state: what is cut off, or a stranger's, is emptied, and nothing in it runs."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import database
from analyzer.batch.database import refusing
from analyzer.batch.fingerprints import Prints
from analyzer.batch.record import Record
from analyzer.batch.result import UnitResult
from analyzer.batch.state import State, Stored
from analyzer.errors import AnalyzerError
from tests.batch.test_unchanged import made


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


# What a record held when the form of the state was last raised. A state of before has other values
# or none, and would be taken for one of now: raise ``database._FORM`` with every change here.
FORM = 8
FIELDS = (
    *("run", "source", "folder", "verdict", "best", "level", "after_best", "findings", "issues"),
    *("summary", "sparks", "start", "scale", "todos", "spare", "trace", "spent", "suspicion"),
    *("reach", "mark", "others"),
)


def test_the_form_is_raised_with_what_a_record_holds() -> None:
    assert tuple(Record.__dataclass_fields__) == FIELDS
    assert database._FORM == FORM


def test_logs_of_a_state_from_before_the_marks_are_read_again(tmp_path: Path) -> None:
    logs, site = tmp_path / "logs", tmp_path / "site"
    loss = [0.5 + 1.5 * math.exp(-min(epoch, 20) / 4) + epoch / 1e5 for epoch in range(60)]
    for at in range(2):
        path = logs / f"r{at}" / "log.csv"
        path.parent.mkdir(parents=True)
        rows = [
            f"{epoch},{value + at / 9},{value + 0.05 + at / 9}" for epoch, value in enumerate(loss)
        ]
        path.write_text("epoch,train_loss,val_loss\n" + "\n".join(rows), encoding="utf-8")
    first = made(logs, site)
    marks = [record.mark for record in first.records]
    assert None not in marks
    assert made(logs, site).fresh == 0
    connection = sqlite3.connect(site / ".state" / "results.sqlite")
    for unit, text in connection.execute("SELECT unit, result FROM results").fetchall():
        old = json.dumps(json.loads(text, object_hook=without_mark))
        digest = hashlib.sha256(old.encode()).hexdigest()[:32]
        changed = "UPDATE results SET result=?, digest=? WHERE unit=?"
        connection.execute(changed, (old, digest, unit))
    connection.execute(f"PRAGMA user_version={FORM - 1}")
    connection.commit()
    connection.close()
    again = made(logs, site)
    assert (again.fresh, [record.mark for record in again.records]) == (2, marks)


def without_mark(data: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a state as they were before runs had marks."""
    return {**data, "mark": None} if "mark" in data else data

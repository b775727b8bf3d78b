"""What each file was found to be, in a table: as a dictionary has it, whatever the names."""

from __future__ import annotations

import sqlite3

import pytest

from analyzer.batch.known import KnownFiles
from analyzer.batch.tree import KnownFile

LOG = KnownFile((1, 2, 3), "csv_table")
OTHER = KnownFile((1, 2, 1 << 63), None, "not_a_log", {"size": 4})


def test_it_holds_what_a_dictionary_holds() -> None:
    known = KnownFiles()
    known.update({"b": LOG, "caf\udce9": OTHER, "a": LOG})
    known["a"] = OTHER
    assert dict(known) == {"a": OTHER, "b": LOG, "caf\udce9": OTHER}
    assert list(known) == ["a", "b", "caf\udce9"]
    del known["a"]
    assert len(known) == 2
    assert known.get("a") is None


def test_its_own_table_is_closed_with_it() -> None:
    known = KnownFiles()
    connection = known._connection
    del known
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")

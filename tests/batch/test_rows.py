"""The records of a batch: whole ones of a few runs, short ones of many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch import rows
from analyzer.batch.rows import Rows
from analyzer.batch.tables import runs_csv

Make = dict[str, Callable[..., Any]]


def collected(records: list[Any]) -> Rows:
    found = Rows()
    for record in records:
        found.add(record)
    return found


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LARGE", 3)


@pytest.mark.usefixtures("few")
def test_up_to_the_limit_records_are_whole(make: Make) -> None:
    records = [make["record"](at) for at in range(3)]
    found = collected(records)
    assert found.records == records
    assert not found.is_large


@pytest.mark.usefixtures("few")
def test_more_are_short_and_make_the_same_table(make: Make) -> None:
    records = [make["record"](at, {"lr": 0.1, "model": "vit", "seed": at}) for at in range(5)]
    found = collected(records)
    assert found.is_large
    assert list(runs_csv(found.records, ["lr"])) == list(runs_csv(records, ["lr"]))
    assert all(record.sparks == () for record in found.records)
    assert [record.todos for record in found.records] == [record.todos for record in records]
    first, second = found.records[:2]
    assert first.findings is second.findings
    assert first.summary.settings["model"] is second.summary.settings["model"]

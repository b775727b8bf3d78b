"""The order of the index: the best first; runs that cannot be ranked by how bad they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.batch.index_order import ordered, trouble
from analyzer.batch.index_sweep import sweep_of
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def finding(severity: str, confidence: float | None) -> tuple[dict[str, Any], ...]:
    return ({"detector": "plateau", "severity": severity, "confidence": confidence},)


def test_runs_without_a_sweep_stand_by_their_trouble(make: Make) -> None:
    records = [
        make["record"](0, {}, verdict="healthy", findings=finding("info", 0.9)),
        make["record"](1, {}, verdict="plateau", findings=finding("warning", 0.6)),
        make["record"](2, {}, verdict="diverged", findings=finding("critical", None)),
        make["record"](3, {}, verdict="inconclusive", findings=()),
        make["record"](4, {}, verdict="plateau", findings=finding("warning", 0.9)),
    ]
    assert ordered(records, None) == [2, 4, 1, 3, 0]
    assert trouble(records[0]) == 0


def test_ranked_runs_stand_by_their_level_and_before_the_others(make: Make) -> None:
    values = [0.5, 0.3, 0.9]
    records = [
        make["record"](at, {"lr": at}, best=Best("val", "loss", 1, None, value))
        for at, value in enumerate(values)
    ]
    records.insert(0, make["record"](9, {"lr": 9}, best=None))
    names = [record.run for record in records]
    sweep = sweep_of(records, names, (), is_complete=True)
    assert ordered(records, sweep) == [2, 1, 3, 0]

"""The curves of the index: on one scale, bounded, grouped by a setting or by verdict."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch.index import build_index, in_language
from analyzer.batch.index_multiples import Multiples, multiples
from analyzer.batch.index_rows import columns_of
from analyzer.batch.result import Options
from analyzer.batch.traces import Trace
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def falling(last: float = 9.0, unit: str = "epoch", low: float = 0.5) -> Trace:
    return Trace(unit, 0.0, last, low, 2.0, False, "__gAAA")


def shown(records: list[Any], make: Make, lang: str = "en") -> Multiples | None:
    index = build_index(make["batch"](records), Options(), missing=0)
    return multiples(in_language(index, lang), columns_of(index))


def runs(make: Make, count: int, **changes: Any) -> list[Any]:
    made = []
    for at in range(count):
        best = Best("val", "loss", 9, 9.0, 0.5 + (at % 3) + at / count / 10)
        settings = {"lr": 10.0 ** -(at % 3), "seed": at}
        made.append(make["record"](at, settings, best=best, **{"trace": falling(), **changes}))
    return made


def test_runs_are_grouped_by_the_setting_that_matters(make: Make) -> None:
    found = shown(runs(make, 30), make)
    assert found is not None
    assert [panel.name for panel in found.panels] == ["lr 0.01", "lr 0.1", "lr 1"]
    assert [panel.counts for panel in found.panels][2] == "n = 10, best 0.5"
    assert [panel.svg.count("data-r") for panel in found.panels] == [10, 10, 10]
    assert found.by == "s0"
    spanish = shown(runs(make, 30), make, "es")
    assert spanish is not None
    assert spanish.panels[0].name == "lr 0,01"


def test_without_settings_they_are_grouped_by_verdict(make: Make) -> None:
    records = [make["record"](at, {}, trace=falling()) for at in range(8)]
    found = shown(records, make)
    assert found is not None
    assert found.by == "verdict"
    assert {panel.name for panel in found.panels} == {
        "healthy",
        "overfitting",
        "plateau",
        "diverged",
    }


def test_a_shorter_curve_ends_where_its_run_ended(make: Make) -> None:
    records = runs(make, 6)[:5] + runs(make, 6, trace=falling(last=4.5))[5:]
    found = shown(records, make)
    assert found is not None
    svg = "".join(panel.svg for panel in found.panels)
    lengths = [
        sum(int(number) for number in re.findall(r"-?\d+", path)[2::2])
        for path in re.findall(r'data-r="\d+" d="([^"]+)"', svg)
    ]
    assert sorted(lengths) == [95, 190, 190, 190, 190, 190]


def test_curves_over_steps_and_over_epochs_are_not_mixed(make: Make) -> None:
    records = runs(make, 6)[:4] + runs(make, 6, trace=falling(unit="step"))[4:]
    found = shown(records, make)
    assert found is not None
    assert sum(panel.svg.count("data-r") for panel in found.panels) == 4
    assert "4 of 6 runs" in found.why


def test_of_many_runs_four_hundred_are_drawn(make: Make) -> None:
    found = shown(runs(make, 900), make)
    assert found is not None
    assert sum(panel.svg.count("data-r") for panel in found.panels) == 400
    assert "400 of 900 runs" in found.why


@pytest.mark.parametrize("count", [0, 1])
def test_one_curve_is_no_comparison(make: Make, count: int) -> None:
    assert shown([*runs(make, count), make["record"](7)], make) is None

"""What the script of the index reads: curves by row, settings without a column."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from analyzer import resources
from analyzer.batch.index import build_index
from analyzer.batch.index_data import index_data
from analyzer.batch.index_rows import columns_of
from analyzer.batch.result import Options
from analyzer.batch.traces import Trace
from analyzer.charts.limits import spans_decades
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def data_of(records: list[Any], make: Make) -> dict[str, Any]:
    index = build_index(make["batch"](records), Options(), missing=0)
    found: dict[str, Any] = json.loads(index_data(index, columns_of(index)))
    return found


def test_curves_are_in_the_order_of_the_rows(make: Make) -> None:
    records = [
        make["record"](
            at,
            {"lr": at},
            best=Best("val", "loss", 9, 9.0, 3.0 - at),
            trace=Trace("epoch", 0.0, 9.0, 0.5, 2.0, False, f"{letter}AAA"),
        )
        for at, letter in enumerate("BCD")
    ]
    data = data_of([*records, make["record"](3, best=None)], make)
    assert [run and run[7][0] for run in data["runs"]] == ["D", "C", "B", None]
    assert data["metrics"] == ["validation loss"]
    assert data["runs"][0][:7] == [0, "epoch", 0.0, 9.0, 0.5, 2.0, 0]


def test_the_script_has_the_rule_of_all_charts_for_a_logarithmic_scale(make: Make) -> None:
    data = data_of([make["record"](at) for at in range(2)], make)
    assert spans_decades(1.0, 1.01 * data["from_log"])
    assert not spans_decades(1.0, 0.99 * data["from_log"])
    script = (resources.folder("report_templates") / "ticks.js").read_text(encoding="utf-8")
    assert "low > 0 && high / low > data.from_log" in script


def test_settings_without_a_column_are_there_and_names_of_runs_are_not(make: Make) -> None:
    records = [make["record"](at, {f"k{key}": at for key in range(12)}) for at in range(4)]
    records.append(make["record"](4, {"rare": "x", "run_name": "y"}))
    data = data_of(records, make)
    names = {setting["name"] for setting in data["more"]}
    assert len(names) == 5  # four of the twelve have no column
    assert "run_name" not in names
    rare = next(setting for setting in data["more"] if setting["name"] == "rare")
    assert rare["values"] == ["x"]
    assert sorted(rare["of"]) == [-1, -1, -1, -1, 0]


def test_nothing_in_it_closes_the_element_around_it(make: Make) -> None:
    records = [make["record"](at, {"</script><b>": f"</script>{at}", "a": at}) for at in range(3)]
    records += [make["record"](9, {"&rare": "<!--"}) for _ in range(4)]
    index = build_index(make["batch"](records), Options(), missing=0)
    assert not set("<>&") & set(index_data(index, columns_of(index)))

"""The charts of the index: bounded, linked to the rows, and none without a sweep."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from analyzer.batch.index import build_index
from analyzer.batch.index_charts import SweepCharts, sweep_charts
from analyzer.batch.result import Options
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def charts(make: Make, records: list[Any], lang: str = "en") -> SweepCharts | None:
    return sweep_charts(build_index(make["batch"](records), Options(lang=lang), missing=0))


def many(make: Make, count: int) -> list[Any]:
    """Return runs of which the one with the highest number is the best."""
    return [
        make["record"](
            at,
            {"lr": at / 7, "width": at % 3, "seed": at},
            best=Best("val", "loss", 1, None, 2 - at / count),
        )
        for at in range(count)
    ]


def test_there_is_a_panel_for_each_setting_and_lines_for_all(make: Make) -> None:
    found = charts(make, many(make, 40))
    assert found is not None
    assert {panel.name for panel in found.panels} == {"lr", "width"}
    assert found.parallel.count("data-r") == 40
    assert found.notes == ()


def test_the_row_of_a_mark_is_that_of_its_run(make: Make) -> None:
    records = many(make, 40)
    page = make["files"](records)["index.html"].decode()
    rows = re.findall(r'<th scope="row"><a href="runs/([^"]+)/[^/"]+"', page)
    assert rows[0] == records[39].folder
    best = max(re.findall(r'cy="(\d+)" r="3" class="\w+" data-r="0"', page), key=int)
    assert all(int(y) <= int(best) for y in re.findall(r'cy="(\d+)"', page))


def test_of_many_runs_the_best_and_a_choice_are_drawn(make: Make) -> None:
    found = charts(make, many(make, 900))
    assert found is not None
    rows = [int(row) for row in re.findall(r'data-r="(\d+)"', found.panels[0].svg)]
    assert len(rows) == len(set(rows)) == 400
    assert rows[:200] == list(range(200))
    assert max(rows) > 890
    assert "Showing 400 of 900 runs: the best 200" in found.notes[0]
    assert len(found.parallel) + sum(len(panel.svg) for panel in found.panels) < 200_000


def test_a_single_setting_needs_no_lines_and_no_sweep_no_charts(make: Make) -> None:
    found = charts(make, make["grid"]())
    assert found is not None
    assert found.parallel == ""
    assert charts(make, [make["record"](at, {}) for at in range(3)]) is None


def test_runs_far_out_are_said_in_both_languages(make: Make) -> None:
    records = many(make, 40)
    lost = make["record"](41, {"lr": 9, "width": 1}, best=Best("val", "loss", 1, None, 1e9))
    for lang, sentence in (("en", "farther out"), ("es", "quedan más allá")):
        found = charts(make, [*records, lost], lang)
        assert found is not None
        assert sentence in " ".join(found.notes)

"""The index as a page: small, with a row for each run and columns of the common settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analyzer.batch.result import Unread
from analyzer.batch.sparks import Spark
from analyzer.measures.level import Level
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def test_the_index_takes_at_most_1200_bytes_a_run_and_60_kilobytes(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    for count in (1, 100, 5000):
        assert (
            len(made([record(index) for index in range(count)])["index.html"])
            <= 60_000 + 1200 * count
        )


def test_a_setting_of_few_runs_is_in_the_table_of_all_and_not_in_the_index(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    records = [record(at, {"rare": at} if at < 3 else {"lr": at % 2}) for at in range(20)]
    found = made(records)
    assert ">rare</" not in found["index.html"].decode()
    assert "config.rare" in found["runs.csv"].decode()


def test_a_file_that_could_not_be_opened_is_named_with_its_reason(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    reason = {"error": "Permission denied"}
    unread = [Unread(f"{name}.csv", "cannot_open", reason) for name in "ab"]
    index = made([record(0)], tuple(unread))["index.html"].decode()
    assert all(f"<li>{name}.csv</li>" in index for name in "ab")
    assert index.count("Permission denied") == 1


def test_a_cell_is_sorted_by_its_value_and_shown_in_the_language(make: Make) -> None:
    page = make["files"]([make["record"](0, after_best=0.25)], lang="es")["index.html"].decode()
    assert '<td data-k="tras el mejor" data-v="0.25">25' in page


def test_runs_are_sorted_by_where_their_best_lies_with_all_its_digits(make: Make) -> None:
    records = [make["record"](at) for at in range(3)]
    steps = (1_200_345, 1_200_346, 900)
    records = [
        replace(record, best=replace(record.best, step=step, epoch=None))
        for record, step in zip(records, steps, strict=True)
    ]
    records.append(replace(records[0], best=replace(records[0].best, epoch=12.5)))
    page = make["files"](records)["index.html"].decode()
    assert 'data-v="1200345">step 1,200,345<' in page
    assert all(f'data-v="{place}"' in page for place in (1_200_346, 900, 12.5))
    assert '<th scope="col" data-k="at" class="r">' in page


def test_without_reports_a_run_links_to_its_diagnosis(make: Make) -> None:
    page = make["files"]([make["record"](0)], reports=False)["index.html"].decode()
    assert "diagnosis.json" in page
    assert "report.html" not in page


def test_half_of_the_runs_make_a_setting_a_column(make: Make) -> None:
    half = [make["record"](at, {"rare": at} if at < 2 else {}) for at in range(4)]
    column = ">rare</th>"
    assert column in make["files"](half)["index.html"].decode()
    less = [make["record"](at, {"rare": at} if at < 2 else {}) for at in range(5)]
    assert column not in make["files"](less)["index.html"].decode()


def test_a_best_point_stands_in_parentheses_beside_the_level(make: Make) -> None:
    best = Best("val", "loss", 9, 9.0, 0.125)
    records = [
        make["record"](seed, {"seed": seed, "lr": 0.1}, level=Level(0.25), best=best)
        for seed in range(2)
    ]
    page = make["files"](records)["index.html"].decode()
    assert page.count('0.250 <span class="quiet">(0.125)</span>') == 3  # both runs and their mean


def test_a_record_of_a_stranger_brings_no_html(make: Make) -> None:
    bad = '"><script>bad()</script>'
    record = make["record"](0, verdict=bad, sparks=(Spark(bad, bad),))
    page = make["files"]([record])["index.html"].decode()
    assert "<script>bad()" not in page
    assert page.count("&quot;&gt;&lt;script&gt;bad()") == 4


def test_the_order_says_how_the_runs_stand(make: Make) -> None:
    ranked = make["files"](make["grid"]())
    assert 'data-first="best first"' in ranked["index.html"].decode()
    assert 'data-first="primero las mejores"' in ranked["index.es.html"].decode()
    single = make["files"]([make["record"](0)])["index.html"].decode()
    assert 'data-first="—"' in single

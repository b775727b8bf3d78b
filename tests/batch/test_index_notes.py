"""Notes beside the runs of an index, and the line on runs with the same points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from analyzer.batch.index_notes import note, same_points_line
from analyzer.comparing.suspicion import PERFECT, Suspicion
from analyzer.text import words

Make = dict[str, Callable[..., Any]]
EN, ES = words("en"), words("es")


def test_a_run_has_a_note_for_each_reason(make: Make) -> None:
    records = [make["record"](at, issues=0) for at in range(2)]
    records[1] = replace(records[1], issues=2, suspicion=Suspicion(PERFECT))
    assert note(0, records, {}, EN) == ""
    assert note(1, records, {1: 0}, EN, strangers=[1]) == (
        f"same points as {records[0].run}; unlike its repeats; check for leaked examples; "
        "2 log issues"
    )


@pytest.mark.parametrize(
    ("count", "pairs"), [(1, "b1 = b0."), (5, "b1 = b0, b2 = b0, b3 = b0 and 2 more.")]
)
def test_runs_with_the_same_points_are_named_once(count: int, pairs: str) -> None:
    names = [f"b{at}" for at in range(9)]
    (line,) = same_points_line(names, {at + 1: 0 for at in range(count)}, EN)
    assert line.startswith(f"The same points: {pairs}")
    assert line.endswith("a mean counts such runs once.")
    assert same_points_line(names, {}, EN) == []
    assert same_points_line(names, {1: 0}, ES)[0].startswith("Los mismos puntos: b1 = b0.")


def test_pages_of_an_index_name_runs_with_the_same_points(make: Make) -> None:
    records = make["grid"]()
    twin = replace(records[1], run="logs/copy/history", folder="ab/copy-0123456789")
    files = make["files"]([*records, twin])
    for name in ("index.html", "index.md"):
        page = files[name].decode()
        assert "The same points: copy/history = r1/history." in page or "copy = r1" in page
    assert "same points as logs/r1/history" in files["index.html"].decode()
    assert "Los mismos puntos: " in files["index.es.html"].decode()


def test_the_mark_of_an_early_end_stands_beside_the_verdict(make: Make) -> None:
    records = [replace(record, verdict="healthy") for record in make["grid"]()]
    records = [replace(record, mark="flat") for record in records[:6]] + records[6:]
    files = make["files"](records)
    page = files["index.html"].decode()
    assert page.count('healthy <span class="mark">stopped learning early</span>') == 6
    assert "healthy, stopped learning early" in files["index.md"].decode()
    assert "healthy, stopped learning early" in files["register.md"].decode()
    assert "sin problemas" in files["index.es.html"].decode()
    assert "dejó de aprender pronto</span>" in files["index.es.html"].decode()
    assert "3 healthy, but 3 of 3 runs stopped learning early. Its level is the mean" in page

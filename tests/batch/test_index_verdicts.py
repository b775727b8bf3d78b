"""Verdicts of several runs in an index: marked runs are counted apart from healthy ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.index_verdicts import mark_lines, verdicts_of
from analyzer.batch.summary import batch_summary
from analyzer.text import words

Make = dict[str, Callable[..., Any]]


def marked(make: Make, *keys: str | None) -> list[Any]:
    made = [make["record"](at) for at in range(len(keys))]
    return [
        replace(record, verdict="healthy", mark=key) for record, key in zip(made, keys, strict=True)
    ]


def test_marked_runs_are_counted_apart(make: Make) -> None:
    text = words("en")
    some = marked(make, None, "broken_off", None, "best_early", "flat")
    assert verdicts_of(some, text) == "3 healthy, 1 broke off, 1 stopped learning early"
    assert verdicts_of(marked(make, "broken_off"), text) == "broke off"
    assert verdicts_of(marked(make, "flat"), text) == "healthy, stopped learning early"


@pytest.mark.parametrize(("lang", "said"), [("en", "2 runs"), ("es", "2 ejecuciones")])
def test_each_kind_of_mark_has_a_line(make: Make, lang: str, said: str) -> None:
    keys = ["broken_off", "gap_open", "partly"] * 2 + ["flat", "best_early", None]
    lines = mark_lines(marked(make, *keys), words(lang))
    assert len(lines) == 4
    assert all(said in line for line in lines)
    assert mark_lines(marked(make, None), words(lang)) == []


def test_the_pages_of_an_index_call_no_broken_run_healthy(make: Make) -> None:
    records = [replace(record, verdict="healthy", mark="broken_off") for record in make["grid"]()]
    files = make["files"](records)
    for name in ("index.html", "index.md", "register.md"):
        page = files[name].decode()
        assert "broke off" in page
    page = files["index.html"].decode()
    assert ", broke off" in page
    assert 'id="show-broken_off"' in page
    assert 'id="show-healthy"' not in page
    assert page.count('<tr class="broken_off">') == len(records)
    assert "interrumpida" in files["index.es.html"].decode()


@pytest.mark.parametrize(("lang", "said"), [("en", "broke off: 2"), ("es", "interrumpida: 2")])
def test_the_terminal_counts_as_the_index_does(
    make: Make, tmp_path: Path, lang: str, said: str
) -> None:
    batch = make["batch"](marked(make, None, "broken_off", "broken_off", "flat"))
    lines = batch_summary(batch, tmp_path, lang).splitlines()
    assert lines[:2] == [f"{words(lang).verdict('healthy')}: 2", said]

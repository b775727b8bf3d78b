"""The index as Markdown: short enough for the summary of a workflow, names are text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.batch.result import Unread

Make = dict[str, Callable[..., Any]]


def test_it_has_counts_a_row_for_each_run_repeats_and_unread_files(make: Make) -> None:
    records = [make["record"](at, {"seed": at, "lr": 0.1 if at < 4 else 0.2}) for at in range(5)]
    unread = (Unread("notes.md", "not_a_log", {}),)
    text = make["files"](records, unread)["index.md"].decode()
    assert "- healthy: 2" in text
    assert text.count("| model-") == 5
    assert "| lr = 0.1 | 4 |" in text
    assert text.rstrip().endswith("| 1 |")


def test_a_thousand_runs_are_listed_and_the_rest_is_counted(make: Make) -> None:
    record = make["record"](0)
    text = make["files"]([record] * 1003)["index.md"].decode()
    assert sum(line.startswith("| sweep/") for line in text.splitlines()) == 1000
    assert " 3 " in text


def test_a_pipe_in_a_name_does_not_end_a_cell(make: Make) -> None:
    text = make["files"]([make["record"](0, run="a|b")])["index.md"].decode()
    assert "| a\\|b |" in text

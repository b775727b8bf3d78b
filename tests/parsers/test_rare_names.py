"""Logs with more names than any has curves: names of one value go, and that is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.parsers._rare_names import MOST_NAMES, RareNames, rare_among
from analyzer.reading.load import load
from tests.parsers.test_trackio import project

SURPLUS = 2_000


def records() -> list[dict[str, Any]]:
    """Return records of two curves, one of which has very many names of its own."""
    own: list[dict[str, Any]] = [{"loss": 2 / (at + 1), "val_loss": 0.5} for at in range(20)]
    own[10] |= {f"k{at}": at for at in range(MOST_NAMES + SURPLUS)}
    return own


def trainer_state(folder: Path) -> str:
    rows = [{"step": at, **record} for at, record in enumerate(records())]
    path = folder / "trainer_state.json"
    path.write_text(json.dumps({"log_history": rows, "global_step": 20}), encoding="utf-8")
    return "log_history[10]"


def trainer_state_with_odd_entries(folder: Path) -> str:
    rows = [None, 1, "x", *({"step": at, **record} for at, record in enumerate(records()))]
    path = folder / "trainer_state.json"
    path.write_text(json.dumps({"log_history": rows, "global_step": 20}), encoding="utf-8")
    return "log_history[13]"


def trackio(folder: Path) -> str:
    project(folder, {"a": records()})
    return "(a): "


def trackio_with_a_bad_row(folder: Path) -> str:
    bad: Any = [1]
    project(folder, {"a": [bad, *records()]})
    return "metrics[11]"


def list_of_records(folder: Path) -> str:
    (folder / "history.json").write_text(json.dumps(records()), encoding="utf-8")
    return "[10]"


def list_with_odd_entries(folder: Path) -> str:
    content = json.dumps([None, 1, "x", *records()])
    (folder / "history.json").write_text(content, encoding="utf-8")
    return "[13]"


def nested_records(folder: Path) -> str:
    rows = [{"epoch": at, "metrics": record} for at, record in enumerate(records())]
    (folder / "history.json").write_text(json.dumps(rows), encoding="utf-8")
    return "[10]"


def json_lines(folder: Path) -> str:
    rows = [{"step": at, **record} for at, record in enumerate(records())]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "log.jsonl").write_text(text, encoding="utf-8")
    return ""


@pytest.mark.parametrize(
    "write",
    [
        trainer_state,
        trainer_state_with_odd_entries,
        trackio,
        trackio_with_a_bad_row,
        list_of_records,
        list_with_odd_entries,
        nested_records,
        json_lines,
    ],
    ids=lambda write: write.__name__,
)
def test_names_of_one_value_beyond_any_log_are_left_out_and_told(
    write: Callable[[Path], str], tmp_path: Path
) -> None:
    place = write(tmp_path)
    (run,) = load(tmp_path)
    (issue,) = [issue for issue in run.issues if issue.key.startswith("rare_names")]
    assert SURPLUS <= issue.lost <= SURPLUS + 10
    assert issue.kept == run.points
    assert place in str(issue)
    assert sum(len(series.value) for series in run.series if "loss" in series.tag) == 40


def test_a_log_with_few_names_loses_none() -> None:
    assert rare_among({"a": 0, "b": 1}, 2, 2) == []


def test_the_row_with_most_names_loses_its_last_ones() -> None:
    single = {"a": 0, "b": 1, "c": 1, "d": 1}
    assert rare_among(single, 5, 3) == ["d", "c"]


def test_the_sentence_says_where_the_first_stands() -> None:
    assert ":4: 2 of 9 names have" in str(RareNames(2, 9, line=4).issue("log.jsonl", 3))
    assert "the first in rows[3]" in str(RareNames(2, 9, place="rows[3]").issue("a.json", 3))

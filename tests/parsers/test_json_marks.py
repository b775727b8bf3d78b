"""Decimal commas and groups of thousands in the strings of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.parsers._json_cells import columns_of_lists
from analyzer.parsers._json_marks import marks_in, roles_in

LOSSES = ["2,100", "1,600", "1,433", "1,350", "1,300"]


def values(name: str, **columns: list[Any]) -> list[float]:
    column = columns_of_lists(columns)[name]
    return column.value[column.present].tolist()


@pytest.mark.parametrize("other", [["0,33", "0,4"], ["12,5", "13,25"]])
def test_a_decimal_comma_in_another_column_decides(other: list[str]) -> None:
    assert values("loss", loss=LOSSES, acc=other)[:2] == [2.1, 1.6]


def test_a_learning_rate_decides_though_it_is_the_same_in_each_row() -> None:
    assert values("loss", loss=LOSSES, lr=["0,001"] * 5)[:2] == [2.1, 1.6]


def test_a_decimal_point_in_another_column_makes_groups_of_thousands() -> None:
    assert values("loss", loss=LOSSES, acc=["0.33", "0.4"])[:2] == [2100, 1600]


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"gpus": ["0,1"] * 5},
        {"version": ["2.1"] * 5},
        {"acc": ["0,33", "0,4"], "f1": ["0.3", "0.4"]},
        {"note": ["a", "b"]},
    ],
)
def test_what_stays_open_is_no_number(others: dict[str, list[Any]]) -> None:
    assert values("loss", loss=LOSSES, **others) == []


def test_a_step_is_whole_and_grouped_unless_the_log_has_decimal_commas() -> None:
    assert values("step", step=["500", "1,000"]) == [500, 1000]
    assert values("epoch", epoch=["1,000", "2,000"]) == []
    assert marks_in("step", ["1,000"], roles_in({"acc": ["0,3", "0,4"]})).decimal_comma


RECORDS = [
    {"epoch": at, "loss": loss, "acc": f"0,{33 + at}"} for at, loss in enumerate(LOSSES * 3, 1)
]


@pytest.mark.parametrize("form", ["lines", "list", "lists"])
def test_every_form_of_json_is_read_alike(tmp_path: Path, form: str) -> None:
    document: Any = RECORDS
    if form == "lists":
        document = {name: [record[name] for record in RECORDS] for name in RECORDS[0]}
    path = tmp_path / "log.json"
    path.write_text(json.dumps(document))
    if form == "lines":
        path.write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS))
    (run,) = analyzer.load(path)
    (loss,) = (series for series in run.series if series.metric == "loss")
    assert loss.value[:3].tolist() == [2.1, 1.6, 1.433]


def test_splits_of_one_log_are_judged_together(tmp_path: Path) -> None:
    lines = []
    for at, loss in enumerate(LOSSES, 1):
        lines.append({"split": "train", "epoch": at, "loss": f"0,{at}5"})
        lines.append({"split": "val", "epoch": at, "loss": loss})
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in lines))
    (run,) = analyzer.load(path)
    (held_out,) = (series for series in run.series if series.split == "val")
    assert held_out.value[:2].tolist() == [2.1, 1.6]

"""Records with lists in them: the steps of one run, or runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import Run
from analyzer.parsers._history_rows import are_steps_of_one
from analyzer.reading.load import load

EPOCHS = range(12)
LOSS = [round(2 / (epoch + 1), 4) for epoch in EPOCHS]
SCORES = [[round(0.9 - 0.5 / (epoch + place + 1), 4) for place in range(3)] for epoch in EPOCHS]


def read(folder: Path, document: Any) -> list[Run]:
    (folder / "history.json").write_text(json.dumps(document), encoding="utf-8")
    return list(load(folder))


def rows(**lists: list[Any]) -> list[dict[str, Any]]:
    return [
        {"epoch": at, "loss": LOSS[at], **{name: cells[at] for name, cells in lists.items()}}
        for at in EPOCHS
    ]


@pytest.mark.parametrize("name", ["f1", "precision", "val_recall", "iou", "acc_per_class"])
def test_a_list_of_scores_is_a_curve_for_each_class(tmp_path: Path, name: str) -> None:
    (run,) = read(tmp_path, rows(**{name: SCORES}))
    found = {series.tag: series.value.tolist() for series in run.series}
    assert found.pop("loss") == LOSS
    assert list(found.values()) == [[row[place] for row in SCORES] for place in range(3)]
    assert all(f"class_{place}" in tag for place, tag in enumerate(found))


@pytest.mark.parametrize("name", ["val_accuracy", "batch_losses"])
@pytest.mark.parametrize("form", ["list", "counted"])
def test_other_lists_are_told_and_make_no_runs(tmp_path: Path, name: str, form: str) -> None:
    records = rows(**{name: SCORES})
    document: Any = records
    if form == "counted":
        document = {f"epoch_{at}": record for at, record in enumerate(records)}
    (run,) = read(tmp_path, document)
    assert [series.value.tolist() for series in run.series if series.metric == "loss"] == [LOSS]
    issues = [issue for issue in run.issues if issue.key == "lists_not_read"]
    assert [issue.values for issue in issues] == [{"name": name, "count": 1}]


@pytest.mark.parametrize(
    "records",
    [
        [{"lr": 0.1**at, "loss": LOSS, "best_loss": LOSS[-1]} for at in range(3)],
        [{"epochs": at, "loss": LOSS[:at], "test_loss": 0.5} for at in (4, 8, 12)],
        [{"epoch": at, "loss": LOSS} for at in range(3)],
        [{"epoch": 12, "loss": LOSS, "val_loss": 0.5} for _ in range(3)],
        [{"epoch": at, "loss": 0.5} for at in range(2)],
    ],
)
def test_records_without_a_step_that_goes_forward_are_runs(records: list[Any]) -> None:
    assert not are_steps_of_one(records)
    assert are_steps_of_one(rows(val_accuracy=SCORES))


def test_runs_stay_runs(tmp_path: Path) -> None:
    records = [
        {"epochs": at, "loss": LOSS[:at], "val_loss": LOSS[:at], "test_loss": 0.5} for at in (6, 9)
    ]
    assert len(read(tmp_path, records)) == 2

"""A list with a score for each class is a curve for each class; other lists are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import Run
from analyzer.parsers._class_lists import class_parts, entry_of, score_of_classes, with_classes
from analyzer.reading.load import load
from analyzer.views.class_metrics import ClassMetrics

EPOCHS = range(8)
LOSS = [round(2 / (epoch + 1), 4) for epoch in EPOCHS]
IOUS = [[round(0.5 + 0.05 * epoch - 0.1 * place, 3) for place in range(4)] for epoch in EPOCHS]


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("per_class_iou", "iou"),
        ("val_iou_per_class", "val_iou"),
        ("val/per-class IoU", "val_IoU"),
        ("class_ious", "iou"),
        ("f1 by class", "f1"),
        ("classwise_accuracy", "accuracy"),
        ("val_iou", "val_iou"),
        ("val_f1", "val_f1"),
        ("iou_per_image", "iou"),
        ("val_dice_per_case", "val_dice"),
        ("acc by task", "acc"),
        ("subject_dice", "dice"),
        ("iou_per_batch", ""),
        ("iou_per_fold", ""),
        ("image_accuracy", ""),
        ("per_sample_loss", ""),
        ("accuracy", ""),
        ("class_weights", ""),
        ("per_class_loss", ""),
        ("classification_accuracy", ""),
    ],
)
def test_the_name_of_a_list_says_the_score(name: str, score: str) -> None:
    assert score_of_classes(name) == score


def test_each_class_has_its_numbers() -> None:
    found = dict(class_parts("per_class_iou", [[0.9, 0.7], None, [0.8, None]]))
    assert found == {"iou/class_0": [0.9, None, 0.8], "iou/class_1": [0.7, None, None]}


@pytest.mark.parametrize(
    "cells", [[[0.9], [0.8]], [[0.9, 0.7], [0.8]], [[0.9, "x"]], [[0.9, True]], [0.9, 0.8], []]
)
def test_other_lists_have_no_classes(cells: list[Any]) -> None:
    assert list(class_parts("per_class_iou", cells)) == []


def test_batches_of_an_epoch_are_no_classes() -> None:
    series = {"iou": IOUS, "loss": LOSS}
    assert with_classes(series) == series


def test_thresholds_of_a_history_are_curves() -> None:
    found = with_classes({"map_per_iou": IOUS})
    assert list(found) == [f"map_per_iou/cutoff_{place}" for place in range(4)]


def classes(run: Run) -> dict[str, list[float]]:
    return {series.tag: series.value.tolist() for series in run.series if "class_" in series.tag}


@pytest.mark.parametrize("shape", ["records", "list", "columns", "sets"])
def test_scores_of_classes_are_read_from_json(tmp_path: Path, shape: str) -> None:
    rows = [{"epoch": epoch, "loss": LOSS[epoch], "per_class_iou": IOUS[epoch]} for epoch in EPOCHS]
    name, text = "log.json", json.dumps(rows)
    if shape == "records":
        name, text = "log.jsonl", "".join(json.dumps(row) + "\n" for row in rows)
    elif shape == "columns":
        text = json.dumps({"loss": LOSS, "per_class_iou": IOUS})
    elif shape == "sets":
        text = json.dumps({"train": {"loss": LOSS}, "val": {"loss": LOSS, "class_iou": IOUS}})
    (tmp_path / name).write_text(text)
    (run,) = load(tmp_path)
    found = classes(run)
    assert [values[-1] for values in found.values()] == IOUS[-1]
    assert [values[0] for values in found.values()] == IOUS[0]
    assert len(run.curve("loss", "train")) == len(EPOCHS)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("map_per_iou", "cutoff"),
        ("f1 by IoU", "cutoff"),
        ("mAP@IoU", "cutoff"),
        ("precision_iou", "cutoff"),
        ("val/AP@[IoU]", "class"),
        ("iou", "class"),
        ("iou_per_label", "class"),
        ("iou_per_image", "image"),
        ("dice_per_cases", "case"),
        ("acc_by_task", "task"),
        ("val/subject_dice", "subject"),
        ("iou_per_class_per_image", "class"),
        ("map_iou_per_class", "class"),
        ("bbox_iou", "class"),
    ],
)
def test_scores_of_thresholds_are_no_classes(name: str, entry: str) -> None:
    assert entry_of(name) == entry


def test_each_threshold_is_a_curve_and_no_class(tmp_path: Path) -> None:
    rows = [{"epoch": at, "loss": LOSS[at], "map_per_iou": IOUS[at]} for at in EPOCHS]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (run,) = load(tmp_path)
    found = {series.tag: series.value.tolist() for series in run.series}
    assert list(found) == ["loss", *(f"map_per_iou/cutoff_{at}" for at in range(4))]
    assert found["map_per_iou/cutoff_3"] == [row[3] for row in IOUS]
    assert ClassMetrics().read(run) is None


@pytest.mark.parametrize("name", ["iou_per_image", "val_dice_per_case", "acc_per_task"])
def test_items_that_a_name_says_are_no_classes(tmp_path: Path, name: str) -> None:
    rows = [{"epoch": at, "loss": LOSS[at], name: IOUS[at]} for at in EPOCHS]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    columns = {"loss": LOSS, name: IOUS}
    (tmp_path / "history.json").write_text(json.dumps(columns))
    score, _, item = name.partition("_per_")
    for run in load(tmp_path):
        found = {series.tag: series.value.tolist() for series in run.series}
        assert list(found) == ["loss", *(f"{score}/{item}_{at}" for at in range(4))]
        assert found[f"{score}/{item}_2"] == [row[2] for row in IOUS]
        assert ClassMetrics().read(run) is None


def test_lists_that_are_no_curves_are_named(tmp_path: Path) -> None:
    rows = [
        {"epoch": epoch, "loss": LOSS[epoch], "accuracy": [0.5] * (epoch + 2), "ids": [1, 2]}
        for epoch in EPOCHS
    ]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (run,) = load(tmp_path)
    (issue,) = run.issues
    assert (issue.key, issue.values) == ("lists_not_read", {"name": "accuracy", "count": 1})
    assert str(issue) == (
        'log.jsonl: 1 loss or score is a list in each record and no curve, first "accuracy". '
        "Log each number under a name of its own."
    )

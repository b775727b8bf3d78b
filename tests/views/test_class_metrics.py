"""Metrics of single classes by their names, and names that only look like them."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.views.class_metrics import ClassMetrics, class_name


@pytest.mark.parametrize(
    ("tag", "metric", "split", "of"),
    [
        ("f1_cat", "f1", "", "cat"),
        ("precision/dog", "precision", "", "dog"),
        ("val_recall_great_dane", "recall", "val", "great dane"),
        ("val/cat/f1_score", "f1", "val", "cat"),
        ("test-IoU.road", "iou", "test", "road"),
        ("f1_class_3", "f1", "", "3"),
    ],
)
def test_names_of_a_class(tag: str, metric: str, split: str, of: str) -> None:
    assert class_name(tag) == (metric, split, of)


@pytest.mark.parametrize(
    "tag",
    [
        *("f1", "val_f1", "f1_macro", "weighted/precision", "recall_at_5", "precision_10"),
        *("bbox/AP", "segm/AP", "AP_small", "val/AP_medium", "bbox/AP_large"),
        *("val_loss", "accuracy_top5", "f1_score", "precision_recall", "lr"),
    ],
)
def test_names_of_no_class(tag: str) -> None:
    assert class_name(tag) is None


def run_of(folder: Path, columns: dict[str, list[float]]) -> analyzer.Run:
    names = ["epoch", "loss", "val_loss", *columns]
    lines = [",".join(names)]
    for at in range(12):
        own = [column[at % len(column)] for column in columns.values()]
        lines.append(",".join(map(str, [at, 2 / (at + 1), 2.2 / (at + 1), *own])))
    (folder / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    (run,) = analyzer.load(folder)
    return run


def test_the_lowest_class_comes_first_and_one_that_never_changes_is_named(tmp_path: Path) -> None:
    rising = [0.5 + 0.03 * at for at in range(12)]
    columns = {"val_f1_cat": rising, "val_f1_dog": [0.02], "val_f1_emu": rising[::-1]}
    content = ClassMetrics().read(run_of(tmp_path, {**columns, "val_precision_dog": [0.3]}))
    assert content is not None
    assert [row["class"] for row in content.numbers["rows"]] == ["dog", "emu", "cat"]
    emu = content.numbers["rows"][1]
    assert (emu["f1"], emu["best"], emu["top_step"]) == (0.5, pytest.approx(0.83), 0)
    assert [saying.key for saying in content.says] == ["worst", "frozen"]


def test_two_classes_may_be_anything(tmp_path: Path) -> None:
    assert ClassMetrics().read(run_of(tmp_path, {"f1_cat": [0.5], "f1_dog": [0.4]})) is None

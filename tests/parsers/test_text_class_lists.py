"""A printed list of scores per class has a name for each number."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_class_lists import with_class_names
from analyzer.reading.load import load


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"per_class_iou: [0.9, 0.75]\n", b"iou/class_0: 0.9, iou/class_1: 0.75\n"),
        (
            b"epoch 3 val per-class IoU = [.9 nan]; lr 1\n",
            b"epoch 3 val_IoU/class_0: .9, val_IoU/class_1: nan; lr 1\n",
        ),
        (
            b"IoU: [0.1, 0.2] Dice: [0.3, 0.4]",
            b"IoU/class_0: 0.1, IoU/class_1: 0.2 Dice/class_0: 0.3, Dice/class_1: 0.4",
        ),
        (
            b"loss 1\nIoU   :  [0.1, 0.2]",
            b"loss 1\nIoU/class_0: 0.1, IoU/class_1: 0.2",
        ),
        (b"map_per_iou: [0.6, 0.4]", b"map_per_iou/cutoff_0: 0.6, map_per_iou/cutoff_1: 0.4"),
        (b"epoch 3 f1 [0.5, 1]", b"epoch 3 f1/class_0: 0.5, f1/class_1: 1"),
        (b"iou_per_image: [0.6, 0.4]", b"iou/image_0: 0.6, iou/image_1: 0.4"),
        (b"-" * 90 + b" IoU=[1, 0]", b"-" * 90 + b" IoU/class_0: 1, IoU/class_1: 0"),
    ],
)
def test_each_number_has_a_name(text: bytes, named: bytes) -> None:
    assert with_class_names(text) == named


@pytest.mark.parametrize(
    "text",
    [
        b"IoU: [0.9]",
        b"IoU [3, 4]",
        b"shape: [3, 4]\nmean IoU: 0.4",
        b"per_class_iou: [cat, dog]",
        b"100%|##| 10/10 [00:03<00:00]",
        b"Average Precision (AP) @[ IoU=0.50:0.95 | area= all ] = 0.3",
        b"losses: [0.5, 0.4]",
        b"",
    ],
)
def test_other_lists_stay_as_they_are(text: bytes) -> None:
    assert with_class_names(text) == text


def test_a_long_line_of_blanks_is_looked_at_once() -> None:
    text = b"[" + b" " * (1 << 20) + b"x"  # an hour if each blank began a match
    assert with_class_names(text) == text


def test_the_classes_of_a_text_log_are_curves(tmp_path: Path) -> None:
    rows = [
        f"epoch {epoch} loss: {2 / (epoch + 1):.4f}\n"
        f"val per-class IoU: [0.{epoch + 1}, 0.{epoch}5]\n"
        for epoch in range(8)
    ]
    (tmp_path / "train.log").write_text("".join(rows))
    (run,) = load(tmp_path)
    found = {series.tag: series for series in run.series}
    assert found["val_IoU/class_1"].value.tolist() == [float(f"0.{epoch}5") for epoch in range(8)]
    assert found["val_IoU/class_1"].split == "val"
    assert found["val_IoU/class_0"].epoch.tolist() == list(range(8))


@pytest.mark.parametrize(
    "cells", ["[{}, {}, nan]", "[np.float32({}), np.float32({}), np.float32(nan)]"]
)
def test_the_pseudo_dice_of_nnunet_is_read_by_class(tmp_path: Path, cells: str) -> None:
    rows = []
    for epoch in range(8):
        dice = cells.format(f"0.{epoch + 1}", f"0.{epoch}5")
        lines = [f"Epoch {epoch}", f"train_loss -0.{epoch}2", f"val_loss -0.{epoch}1"]
        rows += [f"2026-01-02 10:00:0{epoch}.5: {line} " for line in lines]
        rows.append(f"2026-01-02 10:00:0{epoch}.9: Pseudo dice {dice} ")
    (tmp_path / "training_log.txt").write_text("\n".join(rows) + "\n")
    (run,) = load(tmp_path)
    found = {series.tag: series for series in run.series}
    assert found["Pseudo dice/class_1"].value.tolist() == [
        float(f"0.{epoch}5") for epoch in range(8)
    ]
    assert found["Pseudo dice/class_1"].split == "val"
    assert str(found["Pseudo dice/class_2"].value.tolist()) == str([float("nan")] * 8)

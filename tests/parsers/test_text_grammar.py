"""What single lines of console output say."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_grammar import read_line
from analyzer.parsers._text_plan import ASIDE
from tests.parsers.lines import said


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Epoch [3/40] train loss: 0.5", {"epoch": "3", ":train loss": "0.5"}),
        (
            "step 250: train loss 2.1, val loss 2.2",
            {"step": "250", ":train loss": "2.1", ":val loss": "2.2"},
        ),
        ("epoch 3 loss 0.52 (0.61)", {"epoch": "3", ":loss": "0.61"}),
        (
            "Epoch: [3][20/50] Loss 0.52 (0.61) Acc 71.2 (68.9)",
            {"epoch": "3", "count": "20", "total": "50", ":Loss": "0.61", ":Acc": "68.9"},
        ),
        ("epoch 3 loss 0.52 (0.61) acc 0.7", {"epoch": "3", ":loss": "0.61", ":acc": "0.7"}),
        ("Epoch_7 loss=nan", {"epoch": "7", ":loss": "nan"}),
        ("Test set: Average loss: 0.05", {"test:Average loss": "0.05"}),
        ("val Loss: 0.5 Acc: 0.8", {":val Loss": "0.5", "val:Acc": "0.8"}),
        ("loss: 0.4 - val_loss: 0.5", {":loss": "0.4", ":val_loss": "0.5"}),
        ("[3]\ttrain-logloss:0.5", {"step": "3", ":train-logloss": "0.5"}),
        (
            "Epoch(val) [3][10/20]  loss: 0.5",
            {"epoch": "3", "count": "10", "total": "20", "val:loss": "0.5"},
        ),
        ("epoch 3: loss 0.5 ± 0.1, lr 1e-3", {"epoch": "3", ":loss": "0.5", ":lr": "1e-3"}),
        ("Cost after epoch 3: 0.5", {"epoch": "3", ":Cost": "0.5"}),
        ("Pseudo dice [0.8399]", {":Pseudo dice": "0.8399"}),
        ("epoch 3 loss [0.5] acc [88.1]", {"epoch": "3", ":loss": "0.5", ":acc": "88.1"}),
        ("epoch 3 loss [12/40]", {"epoch": "3", "count": "12", "total": "40"}),
        ("val loss at step 30: 0.5", {"step": "30", ":val loss": "0.5"}),
        (
            "3 [D loss: 0.5, acc.: 51.20%] [G loss: 0.9]",
            {"step": "3", ":D loss": "0.5", ":acc.": "51.20", ":G loss": "0.9"},
        ),
        (
            "[Epoch 003] [Train] loss=0.5 [Valid] loss=0.6",
            {"epoch": "003", "train:loss": "0.5", "val:loss": "0.6"},
        ),
        (
            "(main.py 170): INFO Train: [3/40][10/50]  loss 0.52 (0.61)",
            {"epoch": "3", "count": "10", "total": "50", "train:loss": "0.61"},
        ),
        ("[3] train_loss -> 0.5", {"step": "3", ":train_loss": "0.5"}),
        ("epoch 3 loss => 0.5", {"epoch": "3", ":loss": "0.5"}),
        (
            "(trainer:338) INFO: 3epoch results: [train] loss=0.5, [valid] loss=0.6",
            {"epoch": "3", "train:loss": "0.5", "val:loss": "0.6"},
        ),
        (
            "Train: 3 [ 10/50 ( 20%)]  Loss: 0.52 (0.61)",
            {"epoch": "3", "count": "10", "total": "50", "train:Loss": "0.61"},
        ),
        (
            "step 10/50 [====>....] - loss: 0.5",
            {"count": "10", "total": "50", ":loss": "0.5"},
        ),
        ("train.py:88] Epoch 3: loss=0.5", {"epoch": "3", ":loss": "0.5"}),
        ("Época 3/40 - val_loss: 0.5", {"epoch": "3", ":val_loss": "0.5"}),
        (
            "Epochs: 3/40 || Iters: 10/50 || Loss: 0.5",
            {"epoch": "3", "step": "10", "total": "50", ":Loss": "0.5"},
        ),
        ("Epochs: 40, loss 0.5", {":loss": "0.5"}),
        ("left loss: 0.5, right loss: 0.6", {":left loss": "0.5", ":right loss": "0.6"}),
        (
            "train Loss: 0.5 Top-1 Acc: 71.2 Top-5 Acc: 90.5",
            {":train Loss": "0.5", "train:Top-1 Acc": "71.2", "train:Top-5 Acc": "90.5"},
        ),
        (
            "step 3 | loss: 0.5 | number of nan iterations:   0 | skipped nan batches: 3",
            {"step": "3", ":loss": "0.5", ":batches": "3"},
        ),
        (
            "DEV : loss 0.5 - f1-score (micro avg)  0.7",
            {
                "val:loss": "0.5",
                "val:f1-score (micro avg)": "0.7",
            },
        ),
        ("yolox.core.trainer:260 - epoch: 1/300, loss: 0.5", {"epoch": "1", ":loss": "0.5"}),
        ("Class 3 accuracy: 0.5", {":Class 3 accuracy": "0.5"}),
        ("accuracy on the test set: 93%", {":test accuracy": "93"}),
        ("IoU: ['0.9', '0.7'], mIoU: 0.8", {":mIoU": "0.8"}),
        ("lr: [0.1, 0.2], loss: [0.5]", {":lr": "0.1", ":loss": "0.5"}),
        ("epoch 3 | best_acc 0.9 | acc 0.8", {"epoch": "3", ":acc": "0.8"}),
        (
            "Train epoch 3 loss: 0.5 acc: 0.6 | Val loss: 0.7 acc: 0.8",
            {
                "epoch": "3",
                "train:loss": "0.5",
                "train:acc": "0.6",
                ":Val loss": "0.7",
                "val:acc": "0.8",
            },
        ),
    ],
)
def test_names_go_before_their_numbers(line: str, expected: dict[str, str]) -> None:
    text = line.encode().decode("latin-1")
    plan = read_line(line.encode())
    found = {}
    for field in plan.fields:
        if field.role in ASIDE:
            continue
        key = field.role if field.role != "value" else f"{field.split}:{field.name}"
        found[key] = text[field.span.start : field.span.end]
    assert found == expected


@pytest.mark.parametrize(
    "line",
    [
        "Epoch 3: val_loss improved from 0.50 to 0.45, saving model",
        "Best val Acc: 0.83",
        "Restoring model weights from the end of the best epoch: 12.",
        "2026-11-28 10:00:00,123 - INFO - started",
        "took 12.5s, 3.2it/s",
        "wrote weights.03-0.45.hdf5",
        "epochs: 40",
    ],
)
def test_times_bests_and_settings_are_no_values(line: str) -> None:
    assert not [key for key in said(line) if ":" in key or line.startswith("epochs")]


def test_a_bar_and_an_evaluation_are_told() -> None:
    assert read_line(b" 3/10 [==>.......] - ETA: 0s - loss: 0.5").is_bar
    assert not read_line(b"[3/10] loss: 0.5").is_bar
    assert read_line(b"Test: [ 3/10]  Loss 0.5 (0.6)").is_test


def test_digits_of_a_name_are_part_of_the_shape() -> None:
    line = b"epoch 3 top1 acc: 0.5"
    assert [line[span.start : span.end] for span in read_line(line).fixed] == [b"top1"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("accuracy of 10 runs: 0.833", {":accuracy": "0.833"}),
        ("epoch 3 val loss over 10 batches = 0.5", {"epoch": "3", ":val loss": "0.5"}),
        ("Accuracy of the network on the 10000 test images: 54 %", {":test Accuracy": "54"}),
        ("val accuracy after 10 epochs: 0.4", {"epoch": "10", ":val accuracy": "0.4"}),
        ("Epoch 1 loss after 100 steps: 1.0", {"epoch": "1", "step": "100", ":loss": "1.0"}),
        ("epoch 1 loss in 100 ms: 1.0", {"epoch": "1"}),
        ("epoch 1: accuracy from 20 to 1.1", {"epoch": "1"}),
        (
            "accuracy with 1 shot: 0.2, accuracy with 5 shots: 0.5",
            {":accuracy": "0.2", ":shots": "0.5"},
        ),
        ("accuracy of 10 runs 0.833", {":accuracy": "0.833"}),
        ("accuracy de 10 ejecuciones: 0.8", {":accuracy": "0.8"}),
        ("throughput of 4 gpus: 120", {}),
        ("loss of 0.5 accuracy: 0.8", {":loss": "0.5", ":accuracy": "0.8"}),
        ("epoch 3 of 40 loss: 0.5", {"epoch": "3", ":loss": "0.5"}),
    ],
)
def test_a_count_of_things_between_a_metric_and_its_value_names_no_curve(
    line: str, expected: dict[str, str]
) -> None:
    assert said(line) == expected


def test_digits_of_another_script_in_a_name_are_no_number() -> None:
    fields = read_line("epoch٣ 1: loss 1.7".encode()).fields
    assert [(field.role, field.name) for field in fields] == [("value", "loss")]

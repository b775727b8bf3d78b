"""Lines whose names and numbers stand in an order of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_phrases import usual_line, usual_text
from tests.parsers.lines import curves, read, said

RESULT = " Average {}  ({}) @[ IoU={:9} | area={:>6s} | maxDets={:>3d} ] = {}\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "After 1001 training step(s), loss on training batch is 0.25.",
            {"step": "1001", ":training loss": "0.25"},
        ),
        (
            "After 40 steps, validation accuracy using average model is 0.75",
            {"step": "40", ":validation accuracy": "0.75"},
        ),
        (
            "INFO:tensorflow:Saving dict for global step 500: accuracy = 0.75, global_step = 500",
            {"step": "500", "val:accuracy": "0.75"},
        ),
        (
            "Ep. 4 : Up. 1000 : Sen. 6,140 : Cost 5.25 * 3,599 after 7,185 : Time 87s : L.r. 3e-4",
            {"epoch": "4", "step": "1000", ":Cost": "5.25", ":lr": "3e-4"},
        ),
        (
            "[valid] Ep. 4 : Up. 1000 : cross-entropy : 88.5 : new best",
            {"epoch": "4", "step": "1000", "val:cross-entropy": "88.5"},
        ),
        ("epoch 2, step 20, loss_train, 0.75", {"epoch": "2", "step": "20", ":loss_train": "0.75"}),
        ("1 epoch = 2640 batches", {}),
        ("iters: 100, epoch: 3 | loss: 0.5", {"step": "100", "epoch": "3", ":loss": "0.5"}),
        ("[ Train | 003/080 ] loss = 0.5", {"epoch": "003", "train:loss": "0.5"}),
        ("INFO: 3epoch:train:51-100batch: loss=0.5", {"epoch": "3", ":loss": "0.5"}),
        ("Epoch 3 saved best model (Dice: 0.75)", {"epoch": "3", ":Dice": "0.75"}),
    ],
)
def test_names_are_found_where_they_stand(line: str, expected: dict[str, str]) -> None:
    assert said(line) == expected
    assert len(usual_line(line)) == len(line)


def test_results_of_pycocotools_have_the_names_of_papers(tmp_path: Path) -> None:
    text = ""
    for epoch in range(6):
        for batch in range(2):
            text += f"Epoch: [{epoch}]  [{batch}/2]  loss: {2 - epoch / 10 - batch / 20} (1.0)\n"
        text += "IoU metric: bbox\n"
        text += RESULT.format("Precision", "AP", "0.50:0.95", "all", 100, 0.25 + epoch / 8)
        text += RESULT.format("Precision", "AP", "0.50", "all", 100, 0.5)
        text += RESULT.format("Precision", "AP", "0.50:0.95", "small", 100, 0.125)
        text += RESULT.format("Recall", "AR", "0.50:0.95", "all", 10, 0.375)
        text += "IoU metric: segm\n"
        text += RESULT.format("Precision", "AP", "0.75", "all", 100, 0.0625)
    found = curves(read(tmp_path, text))
    assert found["val", "AP"] == [0.25 + epoch / 8 for epoch in range(6)]
    assert found["val", "AP50"] == [0.5] * 6
    assert found["val", "AP small"] == [0.125] * 6
    assert found["val", "AR at10"] == [0.375] * 6
    assert found["val", "segm AP75"] == [0.0625] * 6
    assert not [name for _, name in found if name.lower() in ("iou", "maxdets")]


def test_an_evaluation_of_an_estimator_stands_at_its_step(tmp_path: Path) -> None:
    text = ""
    for step in range(0, 1200, 100):
        text += f"INFO:tensorflow:loss = {2 - step / 1000}, step = {step + 1} (0.5 sec)\n"
        if step % 200 == 100:
            text += f"INFO:tensorflow:Saving dict for global step {step + 50}: accuracy = 0.5,"
            text += f" global_step = {step + 50}, loss = {3 - step / 1000}\n"
    run = read(tmp_path, text)
    (held_out,) = [s for s in run.series if (s.split, s.metric) == ("val", "loss")]
    assert held_out.step.tolist() == list(range(150, 1200, 200))
    assert len(curves(run)["train", "loss"]) == 12


def test_marks_and_ordinals_of_east_asia_are_read(tmp_path: Path) -> None:
    assert usual_text("第 3 轮，loss：0.5（best）".encode()) == b" epoch 3 ,loss:0.5(best)"
    lines = (
        f"第{epoch}轮 loss：{2 / epoch:.3f}，val_loss：{3 / epoch:.3f}\n" for epoch in range(1, 8)
    )
    found = curves(read(tmp_path, "".join(lines)))
    assert found["train", "loss"][:2] == [2.0, 1.0]
    assert found["val", "loss"][:2] == [3.0, 1.5]


def test_numbers_below_a_line_of_both_axes_stand_at_its_step(tmp_path: Path) -> None:
    text = "".join(
        f"step {30 * row} / 400 (epoch {row / 10} / 2):\n  loss_average = {2 / row}\n"
        f"  validation accuracy: 0.{row} ({row}00 / 1000), loss: {3 / row}\n"
        for row in range(1, 8)
    )
    run = read(tmp_path, text)
    assert [series.step.tolist() for series in run.series] == [list(range(30, 240, 30))] * 3
    assert run.series[0].epoch.tolist() == [row / 10 for row in range(1, 8)]


def test_what_a_download_left_on_the_line_is_passed_over() -> None:
    left = "170500096it [00:30, 13670749.69it/s]          "
    assert said(left + "[1,  8000] loss: 1.557") == {"epoch": "1", "step": "8000", ":loss": "1.557"}
    assert said("35it [00:10,  3.1it/s, loss=0.5]")[":loss"] == "0.5"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Epoch 25/900, Time 1.37, Performance 0.165/1e-12, Gradient 0.25/1e-06, Checks 3/6",
            {"epoch": "25", ":loss": "0.165", ":gnorm": "0.25"},
        ),
        ("main INFO - Score at iteration 300 is 0.4321", {"step": "300", ":Loss": "0.4321"}),
        ("It: 40, Loss: 1.25e-02, Time: 0.31", {"step": "40", ":Loss": "1.25e-02"}),
        ("epoch,4,train_loss,0.45,val_loss,0.56", {"epoch": "4", ":train_loss": "0.45"}),
        ("Validation results@400: {'acc': 0.81}", {"step": "400", "val:acc": "0.81"}),
        ("Step    400: train CrossEntropyLoss |  2.3405", {":train CrossEntropyLoss": "2.3405"}),
        ('DLLL {"step": [4], "data": {"val.loss": 0.56}}', {"step": "4", ":data/val.loss": "0.56"}),
        ("[ITER 400] Evaluating test: L1 0.0212 PSNR 25.1", {"test:L1": "0.0212"}),
        ("2026-01-02 10:00:00,5 [INFO] 45, test_loss=0.61", {"step": "45", ":test_loss": "0.61"}),
        ("epoch 4 Metrics@20: recall 0.31", {"epoch": "4", ":recall": "0.31"}),
        ("Valid MR at step 400: 212.5", {"step": "400", ":Valid MR": "212.5"}),
        ("mAP: 0.61 rank1: 0.72 (Best: 0.65 @epoch 3)", {":mAP": "0.61", ":rank1": "0.72"}),
        ("P45 INFO [Metrics] AUC: 0.71 - logloss: 0.52", {":AUC": "0.71", ":logloss": "0.52"}),
        ("global_step=700, episodic_return=[21.]", {"step": "700", ":episodic_return": "21."}),
        ("Training error 0.21", {":Training error": "0.21"}),
    ],
)
def test_lines_of_other_writers_say_the_same(line: str, expected: dict[str, str]) -> None:
    assert said(line).items() >= expected.items()


def test_the_evaluations_of_paddleocr_are_held_out(tmp_path: Path) -> None:
    text = ""
    for row in range(1, 31):
        text += f"ppocr INFO: epoch: [{row}/40], global_step: {50 * row}, acc: 0.{40 + row}, "
        text += f"loss: {9 / row:.6f}, ips: 270.5 samples/s\n"
        if row % 5 == 0:
            text += f"ppocr INFO: cur metric, acc: 0.{30 + row}, fps: 1234.5\n"
            text += f"ppocr INFO: best metric, acc: 0.{30 + row}, best_epoch: {row}\n"
    run = read(tmp_path, text)
    (val,) = [
        series for series in run.series if (series.split, series.metric) == ("val", "accuracy")
    ]
    assert val.step.tolist() == list(range(250, 1501, 250))
    assert val.value.tolist() == [0.35, 0.4, 0.45, 0.5, 0.55, 0.6]


def test_the_optimizers_of_scipy_and_r_print_their_loss(tmp_path: Path) -> None:
    text = "".join(
        f"At iterate {row:4}    f=  {4.5 / (row + 1):.5E}    |proj g|=  1.20000E-02\n\n"
        for row in range(9)
    )
    run = read(tmp_path, text.replace("E+", "D+").replace("E-", "D-"))
    assert curves(run)["train", "loss"][:3] == [4.5, 2.25, 1.5]
    assert run.series[0].step.tolist() == list(range(9))
    text = "".join(f"iter {10 * row:3} value {90 / row:.6f}\n" for row in range(1, 9))
    run = read(tmp_path, f"# weights:  19\ninitial  value 151.234567 \n{text}final  value 11.25\n")
    assert curves(run)["train", "loss"][:2] == [90.0, 45.0]
    assert run.series[0].step.tolist() == list(range(10, 90, 10))

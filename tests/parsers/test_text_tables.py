"""Headers and rows of printed tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_plan import ASIDE
from analyzer.parsers._text_tables import Header, cells_of, header_of
from tests.parsers.lines import curves, read


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("epoch     train_loss  time", ("epoch", "train_loss", "time")),
        ("E    #       LOSS NER  SCORE ", ("E", "#", "LOSS NER", "SCORE")),
        ("      Iter       Train Loss   Remaining Time ", ("Iter", "Train Loss", "Remaining Time")),
        ("| epoch | val loss |", ("epoch", "val loss")),
        ("epoch val_loss", ("epoch", "val_loss")),
        ("epoch,train_loss,val_loss", ("epoch", "train_loss", "val_loss")),
        ("Epoch, then the other words", ()),
        ("  Epoch   gpu_mem   box   obj", ("Epoch", "gpu_mem", "box", "obj")),
        ("the epoch of loss", ()),
        ("name  age", ()),
        ("It  was trained by this loss", ()),
        ("ep  loss  acc", ("ep", "loss", "acc")),
        ("epoch  time", ()),
        (
            "Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|##| 1/1",
            ("Class", "Images", "Instances", "P", "R", "mAP50", "mAP50-95"),
        ),
    ],
)
def test_a_header_names_an_axis_and_a_metric(line: str, names: tuple[str, ...]) -> None:
    assert header_of(line) == names


@pytest.mark.parametrize("line", ["see page 3", "a b c 1", "1", "-----  -----"])
def test_a_line_of_words_is_no_row(line: str) -> None:
    assert cells_of(line) == ()


def test_a_blank_cell_leaves_the_others_in_place() -> None:
    head = "  epoch    loss    cp    dur"
    row = "      1     0.5        0.01"
    plan = Header(header_of(head), head).plan(row, cells_of(row))
    found = {field.name: row[field.span.start : field.span.end] for field in plan.fields}
    assert found == {"epoch": "1", "loss": "0.5", "dur": "0.01"}


def test_a_cell_may_have_a_total_or_a_percent() -> None:
    head, row = "epoch  val_acc", "3/40  61.5%"
    plan = Header(header_of(head), head).plan(row, cells_of(row))
    read = [field for field in plan.fields if field.role not in ASIDE]
    assert {field.name: row[field.span.start : field.span.end] for field in read} == {
        "epoch": "3",
        "val_acc": "61.5",
    }


def test_a_table_may_call_the_epoch_ep(tmp_path: Path) -> None:
    text = "cuda\nep tr_loss va_loss va_acc\n"
    text += "".join(f"{row} {3 / row:.4f} {4 / row:.4f} 0.{50 + row}\n" for row in range(1, 9))
    run = read(tmp_path, text)
    assert curves(run)["val", "loss"] == [round(4 / row, 4) for row in range(1, 9)]
    assert run.series[0].epoch.tolist() == list(range(1, 9))


def test_rows_with_blanks_between_rules_of_underscores(tmp_path: Path) -> None:
    text = "    Iteration    Epoch    TimeElapsed    TrainingLoss    ValidationLoss\n"
    text += "    _________    _____    ___________    ____________    ______________\n"
    for row in range(1, 9):
        held_out = f"{5 / row:14.4f}" if row % 2 else ""
        text += f"    {20 * row:9}    {row:5}       00:00:0{row}    {3 / row:12.4f}    {held_out}\n"
    run = read(tmp_path, text)
    assert curves(run)["train", "loss"] == [round(3 / row, 4) for row in range(1, 9)]
    (val,) = [series for series in run.series if series.split == "val"]
    assert val.step.tolist() == [20, 60, 100, 140]
    assert val.value.tolist() == [round(5 / row, 4) for row in (1, 3, 5, 7)]


def test_a_time_stamp_may_begin_the_rows(tmp_path: Path) -> None:
    head = "    timestamp            duration    epochs    training_logloss    validation_logloss\n"
    text = "Scoring History: \n" + head + "--  " + "-" * 80 + "\n"
    for row in range(9):
        text += f"    2026-01-02 03:04:0{row}  0.{row} sec     {row}.0       "
        text += f"{2 / (row + 1):.5f}             {3 / (row + 1):.5f}\n"
    run = read(tmp_path, text)
    found = curves(run)
    assert found["train", "logloss"] == [round(2 / (row + 1), 5) for row in range(9)]
    assert found["val", "logloss"] == [round(3 / (row + 1), 5) for row in range(9)]
    assert found["", "duration"] == [row / 10 for row in range(9)]
    assert len(found) == 3
    assert run.series[0].epoch.tolist() == list(range(9))


@pytest.mark.parametrize("fence", ["+------------+--------+", "|------------|--------|"])
def test_a_table_of_names_and_values_for_each_epoch(tmp_path: Path, fence: str) -> None:
    text = ""
    for row in range(1, 8):
        text += f"Epoch {row}/7\n{fence}\n|   Metric   | Value  |\n{fence}\n"
        text += f"| Train Loss | {3 / row:.4f} |\n|  Val Acc   | {0.5 + row / 20:.4f} |\n{fence}\n"
    run = read(tmp_path, text)
    assert curves(run)["train", "loss"] == [round(3 / row, 4) for row in range(1, 8)]
    assert curves(run)["val", "accuracy"] == [round(0.5 + row / 20, 4) for row in range(1, 8)]
    assert run.series[0].epoch.tolist() == list(range(1, 8))


def test_tables_below_headings_that_count_are_no_spreadsheet(tmp_path: Path) -> None:
    text = "".join(
        f"# Epoch {row} Summary\n\n| Metric | Value |\n|---|---|\n"
        f"| train_loss | {3 / row:.4f} |\n| val_loss | {4 / row:.4f} |\n\n"
        for row in range(1, 9)
    )
    run = read(tmp_path, text)
    assert run.series[1].epoch.tolist() == list(range(1, 9))
    assert curves(run)["val", "loss"] == [round(4 / row, 4) for row in range(1, 9)]


def test_a_cell_between_tabs_may_have_words(tmp_path: Path) -> None:
    text = "Epoch\tTraining Loss\tValidation Loss\tAccuracy\n1\tNo log\t4.0000\t0.51\n"
    text += "".join(f"{row}\t{3 / row:.4f}\t{4 / row:.4f}\t0.{50 + row}\n" for row in range(2, 9))
    found = curves(read(tmp_path, text))
    assert found["train", "loss"] == [round(3 / row, 4) for row in range(2, 9)]
    assert found["val", "loss"] == [round(4 / row, 4) for row in range(1, 9)]
    assert found["val", "accuracy"][0] == 0.51

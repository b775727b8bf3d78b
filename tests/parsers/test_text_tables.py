"""Headers and rows of printed tables."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_plan import ASIDE
from analyzer.parsers._text_tables import Header, cells_of, header_of


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

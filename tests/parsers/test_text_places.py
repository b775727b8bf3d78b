"""The split of a number stands before it, behind it, or over both of a pair."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_grammar import read_line
from analyzer.parsers._text_places import split_pair
from analyzer.parsers._text_plan import EPOCH, STEP, VALUE, Span


def values(line: str) -> dict[tuple[str, str], str]:
    """Return the numbers of a line by split and name."""
    data = line.encode()
    return {
        (found.split, found.name): data[found.span.start : found.span.end].decode()
        for found in read_line(data).fields
        if found.role == VALUE and found.over is None
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Epoch 1 (12.3s): loss 2.1 (train), 2.2 (val)",
            {("train", "loss"): "2.1", ("val", "loss"): "2.2"},
        ),
        (
            "Epoch 1 | loss (train/val) 2.1/2.2 | acc (train/val) 0.3/0.2",
            {
                ("", "train loss"): "2.1",
                ("", "val loss"): "2.2",
                ("", "train acc"): "0.3",
                ("", "val acc"): "0.2",
            },
        ),
        ("Epoch 1  loss=2.1  val=2.2", {("", "loss"): "2.1", ("", "val loss"): "2.2"}),
        ("Epoch 1 loss 2.1 acc 0.9 val 2.2", {("", "loss"): "2.1", ("", "acc"): "0.9"}),
        ("Epoch 1 (12.3s): lr 2.1 (train), 3 (val)", {("train", "lr"): "2.1", ("val", "lr"): "3"}),
        ("Epoch 1: loss 2.1, 2.2", {("", "loss"): "2.1"}),
        (
            "Epoch 1: loss 2.1 acc 0.3 | val loss 2.2 acc 0.2",
            {("", "acc"): "0.3", ("", "val loss"): "2.2", ("val", "acc"): "0.2"},
        ),
        ("Epoch 1: acc 0.3 val_loss 2.2 val_acc 0.2 acc 0.4", {("val", "acc"): None}),
    ],
)
def test_a_number_has_the_split_that_stands_around_it(
    line: str, expected: dict[tuple[str, str], str | None]
) -> None:
    found = values(line)
    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    "line",
    [
        "epoch 1: the training loss was 0.5 and the validation loss is 0.6",
        "epoch 1: average train loss of 0.5, average val loss of 0.6",
        "\u00e9poca 1: la p\u00e9rdida de entrenamiento es 0.5 y la perdida de prueba es 0.6.",
        "\u00c9poque 1 : la perte d'entra\u00eenement est 0.5, la perte de validation est 0.6",
    ],
)
def test_a_verb_stands_between_name_and_number(line: str) -> None:
    assert list(values(line).values()) == ["0.5", "0.6"]


def test_a_share_of_a_count_is_no_verb() -> None:
    assert values("Epoch 3 of 10, loss 0.5") == {("", "loss"): "0.5"}


@pytest.mark.parametrize(
    "behind", ["", ", then more", " (the best)", " and more", "\ttime 3s", "% on 10 runs"]
)
def test_a_whole_number_that_ends_its_clause_is_a_value(behind: str) -> None:
    assert values(f"epoch 1: accuracy of 93{behind}")["", "accuracy"] == "93"


def test_a_number_of_runs_is_no_accuracy() -> None:
    assert "10" not in values("epoch 1: accuracy of 10 runs: 0.833").values()


def test_a_pair_needs_two_splits_and_two_numbers() -> None:
    span = Span(0, 1)
    assert split_pair("loss (train/val)", span, None, "") == []
    assert split_pair("loss (a/b)", span, span, "") == []
    assert len(split_pair("loss (train/val)", span, span, "")) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Epoch 3 student: loss 0.5 acc 0.8 | teacher: loss 0.4 acc 0.9 | val: loss 0.6",
            {
                ("", "student loss"): "0.5",
                ("", "student acc"): "0.8",
                ("", "teacher loss"): "0.4",
                ("", "teacher acc"): "0.9",
                ("val", "loss"): "0.6",
            },
        ),
        (
            "Epoch 3 train: loss=0.5 | val (student): loss=0.6 | val (teacher): loss=0.7",
            {
                ("train", "loss"): "0.5",
                ("val", "student loss"): "0.6",
                ("val", "teacher loss"): "0.7",
            },
        ),
        ("Epoch 3 Results: loss 0.5 Best: loss 0.4", {("", "loss"): "0.5"}),
        (
            "Epoch 3 train loss 0.5 val loss 0.7 teacher val loss 0.6",
            {
                ("", "train loss"): "0.5",
                ("", "val loss"): "0.7",
                ("val", "teacher val loss"): "0.6",
            },
        ),
    ],
)
def test_metrics_of_two_models_on_a_line_are_apart(
    line: str, expected: dict[tuple[str, str], str]
) -> None:
    assert values(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Epoch: 012, Loss: 1.71, Train: 0.61, Val: 0.42, Test: 0.44",
            ["Loss", "Train score", "Val score", "Test score"],
        ),
        ("Epoch: 012, Loss: 0.66, Val: 0.71, Test: 0.69", ["Loss", "Val", "Test"]),
        ("Epoch 4 | Train: 71.5% | Val: 66.0%", ["Train accuracy", "Val accuracy"]),
        ("Epoch 4 | Train: 0.715 | Val: 0.660", ["Train", "Val"]),
    ],
)
def test_what_several_splits_alone_are_is_told_by_the_line(line: str, expected: list[str]) -> None:
    assert [name for _split, name in values(line)] == expected


@pytest.mark.parametrize(
    ("line", "axis"),
    [
        ("iterations:57, train acc:0.44, train loss:6.1,", ("step", "57")),
        ("[ time:20s epochs:0.25 ] {'mean_loss': 9.3, 'lr': 0.1}", ("epoch", "0.25")),
        ("steps: 400 loss: 0.5", ("step", "400")),
        ("epochs: 40, loss: 0.5", None),
        ("iterations: 57, batch size: 32", None),
        ("step 3 | iterations: 57, loss: 0.5", ("step", "3")),
    ],
)
def test_a_plural_may_be_the_axis_of_a_loss(line: str, axis: tuple[str, str] | None) -> None:
    found = read_line(line.encode()).fields
    axes = [
        (field.role, line[field.span.start : field.span.end])
        for field in found
        if field.role in (EPOCH, STEP)
    ]
    assert axes == ([axis] if axis else [])

"""Labels on lines of console output."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_grammar import read_line
from analyzer.parsers._text_labels import distinct_labels, label_of, labelled

from .lines import said


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("[student] loss 0.5", ("student",)),
        ("[INFO] [epoch 3] [G] loss = 0.5", ("G",)),
        ("(critic) step 10 loss: 0.5", ("critic",)),
        ("netG: loss 0.5", ("netG",)),
        ("Student - loss: 0.5", ("Student",)),
        ("teacher | loss 0.5", ("teacher",)),
        ("[run] [teacher] loss 0.5", ("run", "teacher")),
        ("[val] loss 0.5", ()),
        ("[WARNING] loss 0.5", ()),
        ("last: loss 0.5", ()),
        ("EPOCH 3 done: loss 0.5", ()),
        ("Epoch 3: loss 0.5", ()),
    ],
)
def test_a_number_has_the_labels_before_it(line: str, path: tuple[str, ...]) -> None:
    (found,) = [field for field in read_line(line.encode()).fields if field.role == "value"]
    assert (found.name, found.path) == ("loss", path)


def test_a_label_behind_a_number_begins_anew() -> None:
    found = said("epoch 3 [student] loss 0.5 acc 0.9 [teacher] loss 0.4 acc 0.8")
    assert found == {
        "epoch": "3",
        ":student loss": "0.5",
        ":student acc": "0.9",
        ":teacher loss": "0.4",
        ":teacher acc": "0.8",
    }


def test_splits_metrics_axes_and_levels_are_no_labels() -> None:
    words = ("train", "loss", "epoch", "debug", "mean", "x")
    assert [label_of(word) for word in words] == [""] * len(words)
    assert label_of("D") == "D"


def test_what_all_labels_share_tells_none_of_them_apart() -> None:
    assert distinct_labels([("main", "student"), ("main", "teacher")]) == ["student", "teacher"]
    assert distinct_labels([(), ("teacher",)]) == ["", "teacher"]


def test_a_split_stays_a_split_behind_a_label() -> None:
    assert labelled("loss", "val", "student") == ("student loss", "val")
    assert labelled("val_loss", "", "student") == ("student loss", "val")
    assert labelled("loss", "", "evaluator") == ("loss", "val")
    assert labelled("val_loss", "", "trainer") == ("val_loss", "")
    assert labelled("loss", "", "") == ("loss", "")

"""The words before a number: axes, metrics, splits."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from analyzer.metrics import kinds
from analyzer.parsers._text_names import (
    METRIC_WORDS,
    axis_of,
    bar_axis,
    metric_name,
    split_of,
)


@pytest.mark.parametrize(
    ("words", "role"),
    [
        (("Epoch",), "epoch"),
        (("Starting", "epoch"), "epoch"),
        (("global", "step"), "step"),
        (("train_iter",), "step"),
        (("best", "epoch"), ""),
        (("max", "epoch"), ""),
        (("epochs",), ""),
        (("epoch_loss",), ""),
        (("loss",), ""),
    ],
)
def test_an_axis_is_the_last_word(words: tuple[str, ...], role: str) -> None:
    assert axis_of(words)[0] == role


def test_the_title_of_a_bar_may_be_a_plural() -> None:
    assert bar_axis(("Epochs",))[0] == "epoch"


@pytest.mark.parametrize(
    ("words", "sign", "name"),
    [
        (("INFO", "train", "loss"), True, "train loss"),
        (("done", "val_loss"), False, "val_loss"),
        (("took",), False, ""),
        (("mutual", "info"), True, "mutual info"),
        (("INFO", "mutual", "info"), True, "mutual info"),
        (("main", "INFO"), True, ""),
        (("main", "info"), False, ""),
        (("info",), True, ""),
        (("main", "[info]"), True, ""),
        (("best", "val", "loss"), True, ""),
        (("epoch_time",), True, ""),
        (("mfu",), True, "mfu"),
        (("mfu",), False, ""),
        (("val",), False, "val"),
        (("val", "box", "loss"), False, "val box loss"),
        (("epoch", "D", "loss"), True, "D loss"),
        (("box", "loss", "val"), True, "box loss val"),
    ],
)
def test_a_metric_keeps_its_name(words: tuple[str, ...], sign: bool, name: str) -> None:
    assert metric_name(words, sign) == name


def test_a_heading_says_the_split() -> None:
    assert [
        split_of(words) for words in (["Test", "set"], ["[val]"], ["Evaluating"], ["loss"])
    ] == [
        "test",
        "val",
        "val",
        "",
    ]


def test_no_metric_is_passed_over_because_its_line_was_not_read() -> None:
    words = tomllib.loads(Path(kinds.__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
    known = [*words["loss"], *words["score"], *words["reward"]]
    # too short to look for in every line: they are read beside another metric
    short = {"ade", "fde", "ap", "sse", "epe", "pcc"}
    missed = {word for word in known if not any(stem.decode() in word for stem in METRIC_WORDS)}
    assert missed == short

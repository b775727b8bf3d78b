"""What a number counts by what stands around it."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_counts import (
    counts_epochs,
    darknet_plan,
    heads_batches,
    heads_names,
    is_drawn,
    with_count,
    with_signs,
)
from analyzer.parsers._text_plan import Span
from analyzer.parsers._text_tokens import Token, tokens_of
from tests.parsers.lines import said


@pytest.mark.parametrize(
    "line", ["loss -> 0.5", "loss => 0.5", "loss \xe2\x86\x92 0.5", "\x01loss"]
)
def test_an_arrow_becomes_a_sign_of_its_length(line: str) -> None:
    plain = with_signs(line)
    assert len(plain) == len(line)
    assert ("=" in plain) == (line != "\x01loss")


def test_a_bar_follows_its_count() -> None:
    assert is_drawn("step 3/9 [===>..]", 8)
    assert not is_drawn("step 3/9 [0.5]", 8)


@pytest.mark.parametrize(
    ("text", "unit", "counts"), [("3", "epoch", True), ("0.5", "epoch", False)]
)
def test_a_whole_number_before_the_word_counts_epochs(text: str, unit: str, counts: bool) -> None:
    assert counts_epochs(Token("number", text, 0, len(text), unit)) == counts


def test_a_number_between_a_split_and_batches_is_an_epoch() -> None:
    line = "Train: 3 [ 10/50 (20%)]"
    number = Token("number", "3", 7, 8)
    assert heads_batches(("Train",), line, number)
    assert not heads_batches(("loss",), line, number)
    assert not heads_batches(("Train",), "Train: 3 of 5", number)


@pytest.mark.parametrize("average", ["avg", "avg loss"])
def test_a_batch_of_darknet_has_its_loss_and_the_running_mean(average: str) -> None:
    line = f"3: 235.61, 236.10 {average}, 0.001000 rate, 5.12 seconds, 192 images"
    plan = darknet_plan(line)
    assert plan is not None
    read = {field.name: line[field.span.start : field.span.end] for field in plan.fields}
    assert read == {"batch": "3", "loss": "235.61", "avg loss": "236.10", "rate": "0.001000"}
    assert darknet_plan("3: 235.61, 236.10 is no log") is None


def test_of_two_counts_the_first_counts_epochs() -> None:
    text = "[3/40][10/50]"
    first = with_count([], Span(1, 2), Span(3, 5), text)
    assert [field.role for field in first] == ["count", "total"]
    both = with_count(first, Span(7, 9), Span(10, 12), text)
    assert [(field.role, text[slice(*field.span)]) for field in both] == [
        ("epoch", "3"),
        ("count", "10"),
        ("total", "50"),
    ]
    apart = with_count(first, Span(7, 9), Span(10, 12), "[3/40] of 10/50")
    assert apart == first


def test_a_number_before_names_in_brackets_heads_them() -> None:
    assert heads_names(tokens_of("3 [D loss: 0.5]"), 0)
    assert not heads_names(tokens_of("3 [10/50] loss: 0.5"), 0)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Train 10/50 loss 0.5", {"count": "10", "total": "50", "train:loss": "0.5"}),
        ("Val: 3/40 | acc 0.5", {"count": "3", "total": "40", "val:acc": "0.5"}),
        (
            "| epoch 004 | valid on 'valid' subset  900 / 1200 loss=3.24",
            {"epoch": "004", "count": "900", "total": "1200", "val:loss": "3.24"},
        ),
        ("epoch 3 test accuracy 95/100", {"epoch": "3", ":test accuracy": "95"}),
        ("epoch 3 val: 95/100 (95%)", {"epoch": "3", ":val": "95"}),
    ],
)
def test_a_split_may_count_its_batches(line: str, expected: dict[str, str]) -> None:
    assert said(line) == expected


def test_the_total_of_a_count_may_be_padded() -> None:
    assert said("Epoch  2,   550/  725; acc:  61.2; ppl:  9.85")["count"] == "550"
    assert said("Epoch  2,   550/  725; acc:  61.2; ppl:  9.85")["total"] == "725"

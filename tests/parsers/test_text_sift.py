"""A text in which no metric and no axis stands by a number is refused before its lines are read."""

import pytest

from analyzer.parsers._text_names import AXIS_STEMS, METRIC_WORDS
from analyzer.parsers._text_sift import may_be_log


@pytest.mark.parametrize(
    "text",
    [
        "epoch 3 loss 0.41",
        "epoch 3\nloss: nan",
        "[3/40] acc = 41 %",
        "info [12] loss: 3e-4",
        "epoch  loss\n----  ----\n  1    0.41",
        "10: test ppl=12.5",
        "score: 0.5\ne    #",
        "1: 235.6, 236.1 avg, 0.001 rate, 5.1 seconds",
        "info: 3epoch results: loss=0.41",
        "\u00e9poque n\u00b0 3 perte: 0.5 \u00e9poque 3",
        "| epoch | loss |\n+-------+------+\n| 1     | 0.41 |",
        "| epoch | loss |\n+=======+======+\n| 1     | 0.41 |",
    ],
)
def test_a_metric_and_an_axis_with_numbers_may_be_a_log(text: str) -> None:
    assert may_be_log(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "the loss of the epoch was small",
        "epoch 3 of the ice age",
        "loss 0.41",
        "the accuracy of step one, 0.9",
        "x" * 70 + "[3] loss 0.5",
        "get /maps 200 0.123s",
    ],
)
def test_either_alone_is_no_log(text: str) -> None:
    assert not may_be_log(text.encode())


@pytest.mark.parametrize("word", METRIC_WORDS)
def test_every_word_for_a_metric_counts(word: bytes) -> None:
    assert may_be_log(b"epoch 1 " + word + b": 0.5")


@pytest.mark.parametrize("stem", AXIS_STEMS)
def test_every_word_for_an_axis_counts(stem: bytes) -> None:
    assert may_be_log(stem + b" 1 loss: 0.5")

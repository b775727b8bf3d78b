"""Numbers between a metric and its value: of how many things it is, or after how many steps."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_things import Counted, counted_at
from analyzer.parsers._text_tokens import tokens_of
from tests.parsers.lines import said


def counted(line: str) -> Counted | None:
    """Return what the first number of a line counts."""
    tokens = [token for token in tokens_of(line) if token.kind != "gap"]
    at = next(place for place, token in enumerate(tokens) if token.kind == "number")
    return counted_at(tokens, at, tokens[:at])


@pytest.mark.parametrize(
    ("line", "name", "axis"),
    [
        ("accuracy of 10 runs: 0.8", "accuracy", ""),
        ("accuracy on 500 test images: 0.8", "test accuracy", ""),
        ("loss over 10 batches: 0.8", "loss", ""),
        ("loss after 100 steps: 0.8", "loss", "step"),
        ("loss after 100 batches = 0.8", "loss", "batch"),
        ("loss tras 10 epochs: 0.8", "loss", "epoch"),
    ],
)
def test_a_number_counts_things_or_places_on_an_axis(line: str, name: str, axis: str) -> None:
    found = counted(line)
    assert found is not None
    assert " ".join(word.text for word in found.words) == name
    assert found.axis == axis


@pytest.mark.parametrize(
    "line",
    ["loss in 100 ms: 1.0", "loss after 3 hours: 1.0", "accuracy from 20 to 1.1", "loss of 3: 0.5"],
)
def test_a_time_or_a_range_counts_nothing(line: str) -> None:
    assert counted(line) is None


@pytest.mark.parametrize(
    "name", ["tasa de aprendizaje", "ritmo de aprendizaje", "taxa de aprendizado"]
)
def test_a_learning_rate_is_not_the_rate_of_the_training(name: str) -> None:
    for sign in (" ", ": ", " = "):
        assert said(f"epoch 3, {name}{sign}0.01, loss 0.5") == {
            "epoch": "3",
            f":{name}": "0.01",
            ":loss": "0.5",
        }

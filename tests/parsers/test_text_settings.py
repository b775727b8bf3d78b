"""Settings that a script prints before it trains: a Namespace, or a dict behind a word for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_settings import printed_settings
from analyzer.reading.load import load

LINES = "".join(f"Epoch {epoch}: train_loss={2 / (epoch + 1):.4f}\n" for epoch in range(8))


@pytest.mark.parametrize(
    "head",
    [
        "Namespace(lr=0.05, seed=3)\n",
        "2024-05-01 10:00:00 INFO Args: Namespace(lr=0.05, seed=3)\n",
        "config: {'lr': 0.05, 'seed': 3}\n",
        'Hyperparameters = {"lr": 0.05, "seed": 3}\n',
    ],
)
def test_they_are_the_configuration(head: str, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("Using cuda:0\n" + head + LINES)
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.05, "seed": 3}


@pytest.mark.parametrize(
    "text",
    ["{'lr': 0.05, 'loss': 0.3}\n", "Namespace(host='x')\n", "config: {'a': [1, 2]}\n", ""],
)
def test_other_dicts_are_not(text: str) -> None:
    assert printed_settings(text) == {}

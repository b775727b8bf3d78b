"""A run through Keras: its own logs, and what an interruption leaves."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.trainer.scenarios import SCENARIOS, Network

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import keras_session
from analyzer.trainer.session import Options

pytestmark = [
    pytest.mark.usefixtures("keras"),
    # Keras' variables do not accept numpy's "copy" yet.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
SMALL = replace(
    SCENARIOS["healthy"], train_rows=60, val_rows=20, batch=20, epochs=3, network=Network((8,))
)


def options(folder: Path, *formats: str) -> Options:
    return Options(folder, formats=formats, framework="keras", is_rich=False, counterfactual=False)


def silent(done: int, total: int) -> None:
    """Show no progress."""


def test_keras_writes_its_history_and_its_table(tmp_path: Path) -> None:
    keras_session.run(SMALL, options(tmp_path, "keras-history", "csvlogger"), silent)
    history = json.loads((tmp_path / "keras-history" / "history.json").read_text("utf-8"))
    assert {name: len(values) for name, values in history.items()} == {
        "loss": 3,
        "val_loss": 3,
        "accuracy": 3,
        "val_accuracy": 3,
    }
    table = (tmp_path / "csvlogger" / "training.csv").read_text("utf-8")
    assert table.count("\n") == 4
    truth = tomllib.loads((tmp_path / "truth.toml").read_text("utf-8"))
    assert (truth["framework"], truth["epochs"]) == ("keras", 3)
    assert 0 <= truth["constructed"]["dead_unit_share"] <= 1


def test_an_interruption_leaves_the_history_so_far(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keras_session.run(SMALL, options(tmp_path, "keras-history"), interrupt)
    history = json.loads((tmp_path / "history.json").read_text("utf-8"))
    assert 1 <= len(history["loss"]) <= 2
    truth = tomllib.loads((tmp_path / "truth.toml").read_text("utf-8"))
    assert truth == {"scenario": "healthy", "is_complete": False}

"""The snippets of the courses run as they are, and one more line diagnoses what they hold.

The texts themselves are read where they lie beside the project; snippets of the same kinds, written
for this test, always run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import analyzer

NEAR = [folder / "shared" / "seeds" for folder in Path(__file__).resolve().parents[2:4]]
SEEDS = next(filter(Path.is_dir, NEAR), NEAR[0])
HISTORY = {
    "loss": (1.5 * np.exp(-np.arange(40) / 8)).tolist(),
    "val_loss": (0.5 + 0.02 * np.abs(np.arange(40) - 10)).tolist(),
    "accuracy": (1 - 0.6 * np.exp(-np.arange(40) / 8)).tolist(),
    "val_accuracy": (0.7 - 0.002 * np.abs(np.arange(40) - 10)).tolist(),
}

TWO_LISTS = """
fig, ax = plt.subplots()
ax.plot(range(epochs), train_loss_history, label="train")
ax.plot(range(epochs), val_loss_history, label="validation")
ax.legend()
plt.show()
"""
A_DICT = """
def draw(history):
    for place, name in enumerate(("loss", "accuracy"), start=1):
        plt.subplot(1, 2, place)
        plt.plot(history[name])
        plt.plot(history["val_" + name])
    plt.show()

draw(history)
"""
A_FIT = """
model.compile(optimizer="adam", loss="mae")
history = model.fit(X_train, y_train, validation_data=(X_valid, y_valid), epochs=40, verbose=0)
history_df = pd.DataFrame(history.history)
history_df[["loss", "val_loss"]].plot();
print("lowest:", history_df["val_loss"].min())
"""
ONE_LINE = {
    "lists": "diagnosis = analyzer.diagnose((train_loss_history, val_loss_history))",
    "dict": "diagnosis = analyzer.diagnose(history)",
    "fit": "diagnosis = analyzer.diagnose(history)",
    "frame": "diagnosis = analyzer.diagnose(history_df)",
}


class Model:
    """What a snippet needs of a Keras model: ``fit`` returns an object with history and epoch."""

    def compile(self, **_: Any) -> None: ...

    def fit(self, *_: Any, **__: Any) -> SimpleNamespace:
        return SimpleNamespace(history=HISTORY, epoch=list(range(40)))


@pytest.fixture(autouse=True)
def _no_window(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(plt, "show", lambda: None)
    yield
    plt.close("all")


def verdict_after(snippet: str, line: str) -> str:
    """Run a snippet as in the cell of a notebook, and a line; return the verdict."""
    names: dict[str, Any] = {"plt": plt, "pd": pd, "analyzer": analyzer, "history": HISTORY}
    names |= dict.fromkeys(("X_train", "y_train", "X_valid", "y_valid"))
    names |= {"epochs": 40, "model": Model()}
    names["train_loss_history"], names["val_loss_history"] = HISTORY["loss"], HISTORY["val_loss"]
    exec(compile(f"{snippet}\n{line}", "snippet", "exec"), names)
    verdict: str = names["diagnosis"].verdict
    return verdict


@pytest.mark.parametrize(
    ("snippet", "kind"),
    [(TWO_LISTS, "lists"), (A_DICT, "dict"), (A_FIT, "fit"), (A_FIT, "frame")],
    ids=["two lists", "dict", "fit", "frame"],
)
def test_a_snippet_of_its_kind_takes_one_more_line(snippet: str, kind: str) -> None:
    assert verdict_after(snippet, ONE_LINE[kind]) == "overfitting"


def from_to(text: str, first: str, last: str) -> str:
    """Return the lines of a text from the last that is ``first`` to the next that is ``last``."""
    lines = [line.rstrip() for line in text.splitlines()]
    start = len(lines) - 1 - lines[::-1].index(first)
    return "\n".join(lines[start : lines.index(last, start) + 1])


@pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the texts of the courses are not beside the project"
)
@pytest.mark.parametrize(
    ("number", "first", "last", "kind"),
    [
        ("002", "import matplotlib.pyplot as plt", "plt.show()", "lists"),
        ("003", "import matplotlib.pyplot as plt", "plot_training_curves(history)", "dict"),
        ("004", "model.compile(", "history_df.loc[:, ['loss', 'val_loss']].plot();", "fit"),
        ("004", "model.compile(", "history_df.loc[:, ['loss', 'val_loss']].plot();", "frame"),
    ],
)
def test_the_snippet_of_a_course_takes_one_more_line(
    number: str, first: str, last: str, kind: str
) -> None:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    snippet = from_to(path.read_text(encoding="utf-8"), first, last)
    assert verdict_after(snippet, ONE_LINE[kind]) == "overfitting"


@pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the texts of the courses are not beside the project"
)
@pytest.mark.parametrize("number", ["000", "001"])
def test_the_other_courses_have_no_snippet(number: str) -> None:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    text = path.read_text(encoding="utf-8")
    assert "import " not in text
    assert "history" not in text

"""Lists that a script printed under their names are the curves of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ParseError
from analyzer.parsers._assigned_lists import assigned_lists, begins_with_list
from analyzer.reading.load import load

TRAIN = [2.0, 1.5, 1.2, 1.0, 0.9, 0.85]
VAL = [2.1, 1.7, 1.5, 1.4, 1.4, 1.45]


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("train_losses = {train}\nval_losses = {val}\n", "curves.txt"),
        ("train_loss: {train}\nval_loss: {val}\n", "out.log"),
        ("# of the last run\n'Train Loss': {train},\n'Val Loss': {val},\n", "losses"),
        ("pérdida_entrenamiento = {train}\n\npérdida_validación = {val}\n", "curvas.txt"),
    ],
)
def test_each_list_is_a_curve(template: str, name: str, tmp_path: Path) -> None:
    text = template.format(train=TRAIN, val=VAL)
    (tmp_path / name).write_text(text, encoding="utf-8")
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").value.tolist() == TRAIN
    assert run.curve("loss", "val").value.tolist() == VAL


def test_a_list_may_take_several_lines_and_hold_numbers_of_numpy() -> None:
    text = "loss = [np.float32(0.5),\n        np.float32(0.25)]\nval_loss = [nan, 1e-3]\n"
    found = assigned_lists(text)
    assert found["loss"] == [0.5, 0.25]
    assert found["val_loss"][1] == 0.001


@pytest.mark.parametrize(
    "text",
    [
        "Epoch 1 losses: [0.5, 0.4]\n",
        "loss: [0.5]\n",
        "box = [1, 2, 3, 4]\n",
        "Shape: [32, 10]\n",
        "[1, 2]",
    ],
)
def test_other_texts_do_not_begin_with_a_curve(text: str) -> None:
    assert not begins_with_list(text)


def test_a_text_without_a_whole_list_is_refused() -> None:
    with pytest.raises(ParseError):
        assigned_lists("loss = [0.5, 0.25")

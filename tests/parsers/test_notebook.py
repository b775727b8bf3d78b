"""The output that a notebook keeps is read as console output is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import NothingReadable
from analyzer.parsers.notebook import printed_by_cells
from analyzer.reading.load import load

LOSSES = [2.31, 1.87, 1.52, 1.33, 1.21, 1.18]


def cell(*outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": ["fit()"], "metadata": {}, "outputs": list(outputs)}


def stream(*lines: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": list(lines)}


def epochs(offset: float = 0.0) -> list[str]:
    return [
        f"Epoch {number} train loss {loss + offset:.2f} val loss {loss + offset + 0.1:.2f}\n"
        for number, loss in enumerate(LOSSES, 1)
    ]


def save(folder: Path, *cells: dict[str, Any]) -> Path:
    path = folder / "train.ipynb"
    path.write_text(json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_printed_epochs_are_curves(tmp_path: Path) -> None:
    lines = epochs()
    path = save(tmp_path, cell(), cell(stream(*lines[:2]), stream("".join(lines[2:]))))
    (run,) = load(path)
    curve = run.curve("loss", "train")
    assert curve.value.tolist() == LOSSES
    assert curve.epoch.tolist() == [1, 2, 3, 4, 5, 6]
    assert len(run.curve("loss", "val").value) == 6


def test_two_trainings_are_two_runs(tmp_path: Path) -> None:
    runs = load(save(tmp_path, cell(stream(*epochs())), cell(stream(*epochs(1.0)))))
    assert [run.curve("loss", "train").value[0] for run in runs] == [2.31, 3.31]


def test_a_notebook_without_outputs_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match="notebook"):
        load(save(tmp_path, cell()))


def test_what_is_no_text_is_left_out() -> None:
    shown = {"output_type": "display_data", "data": {"text/plain": ["a", "b"], "image/png": "x"}}
    odd = {"output_type": "stream", "text": 5}
    document = {"cells": [cell(shown, odd), "x", {"outputs": "y"}]}
    assert list(printed_by_cells(document)) == ["ab\n"]
    assert list(printed_by_cells([])) == []


def test_a_cut_notebook_keeps_the_cells_before_its_end(tmp_path: Path) -> None:
    path = save(tmp_path, cell(stream(*epochs())), cell(stream(*epochs(1.0))))
    path.write_text(path.read_text()[: path.read_text().index("3.31")])
    (run,) = load(path)
    assert len(run.curve("loss", "train").value) == 6
    assert "json_cut" in [issue.key for issue in run.issues]


def test_characters_that_no_text_has_cost_no_log(tmp_path: Path) -> None:
    (run,) = load(save(tmp_path, cell(stream("\ud800\n", *epochs()))))
    assert len(run.curve("loss", "train").value) == 6

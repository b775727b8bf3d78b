"""The lines between trainings name them, if they have one form and differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.parsers._text_headings import labels_of
from analyzer.parsers._text_scan import scan_text
from analyzer.reading.load import load


def fit(epochs: int, first: float = 2.0) -> str:
    rows = []
    for epoch in range(epochs):
        loss = first / (epoch + 1)
        rows.append(
            f"Epoch {epoch + 1}/{epochs}\n"
            f"50/50 - 2s - loss: {loss:.4f} - accuracy: {1 - loss / 3:.4f}"
            f" - val_loss: {loss + 0.1:.4f} - val_accuracy: {0.9 - loss / 3:.4f}\n"
        )
    return "".join(rows)


def names(folder: Path, *parts: str, name: str = "out.txt") -> list[str]:
    (folder / name).write_text("".join(parts))
    return [run.name for run in load(folder)]


@pytest.mark.parametrize(
    ("above", "labels"),
    [
        (["Training model: CNN\n", "Training model: MLP\n"], ["CNN", "MLP"]),
        (["=== wide ===\n\n", "=== deep ===\n\n"], ["deep", "wide"]),
        (["lr=0.1\n", "lr=0.01\n"], ["lr=0.01", "lr=0.1"]),
        (["With dropout 0.2 now\n", "With dropout 0.5 now\n"], ["dropout 0.2", "dropout 0.5"]),
        (['Model: "net"\n____\n', 'Model: "net_1"\n____\n'], ["net", "net_1"]),
        (["Fitting a...\nGPU 0\n", "Restoring\nFitting b...\nGPU 0\n"], ["a", "b"]),
    ],
)
def test_a_line_above_each_training_names_it(
    tmp_path: Path, above: list[str], labels: list[str]
) -> None:
    found = names(tmp_path, above[0], fit(6), "50/50 - 1s - loss: 0.4\n", above[1], fit(6, 2.3))
    assert found == [f"out {label}" for label in labels]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", ""),
        ("Training the model\n", "Training the model\n"),  # no difference
        ("Training CNN\n", ""),
        ("Total params: 100\n", "Total params: 200\n"),
        ("Using config /home/ana/a.yaml\n", "Using config /home/ana/b.yaml\n"),
        ("Epoch 00006: early stopping\n", "Epoch 00009: early stopping\n"),
        ("Saved model to a.h5\n", "Saved model to b.h5\n"),
    ],
)
def test_other_lines_name_nothing(tmp_path: Path, first: str, second: str) -> None:
    assert names(tmp_path, first, fit(6), second, fit(7, 2.3)) == ["out #1", "out #2"]


def test_three_fits_of_few_epochs_are_runs(tmp_path: Path) -> None:
    assert names(tmp_path, fit(3), fit(3, 2.3), fit(4, 2.6)) == ["out #1", "out #2", "out #3"]


def test_few_epochs_that_were_killed_before_many_are_no_run(tmp_path: Path) -> None:
    assert len(names(tmp_path, fit(3), fit(20, 2.3))) == 1


def test_the_fits_of_one_cell_of_a_notebook_are_runs(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": text}]}
        for text in (
            fit(6) + fit(6, 2.3),
            "lr 0.1\n" + fit(6, 1.9) + "lr 0.2\n" + fit(6, 2.1),
            fit(5, 2.2),
        )
    ]
    found = names(tmp_path, json.dumps({"cells": cells}), name="n.ipynb")
    here = tmp_path.name
    assert sorted(found) == sorted([f"{here} #1", f"{here} #2", "lr 0.1", "lr 0.2", f"{here} #5"])


def test_the_lines_are_found_across_the_parts_of_a_text() -> None:
    text = ["lr=0.1\n" + fit(6), "lr=0.2\n" + fit(6, 2.3)]
    chunks = [part.encode() for part in text]
    parts = [
        scan_text([chunks[0]]),
        {
            key: cells._replace(rows=cells.rows + chunks[0].count(b"\n") + 1)
            for key, cells in scan_text([chunks[1]]).items()
        },
    ]
    assert labels_of(chunks, parts) == ["lr=0.1", "lr=0.2"]

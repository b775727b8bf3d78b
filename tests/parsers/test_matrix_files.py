"""Confusion matrices in files, in the shapes that people write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.parsers._base import LogFile
from analyzer.parsers._matrix_files import is_matrix_file, is_matrix_name, read_matrix

ROWS = [[5, 1, 0], [2, 7, 1], [0, 0, 9]]


def file_of(folder: Path, name: str, text: str) -> LogFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return LogFile(path, Path(name), name, path.stat().st_size)


@pytest.mark.parametrize(
    ("name", "text", "classes"),
    [
        ("confusion_matrix.json", json.dumps(ROWS), ("0", "1", "2")),
        ("confusion.json", json.dumps({"classes": list("abc"), "cm": ROWS}), ("a", "b", "c")),
        (
            "conf_mat.json",
            json.dumps(
                {a: dict(zip("abc", row, strict=True)) for a, row in zip("abc", ROWS, strict=True)}
            ),
            ("a", "b", "c"),
        ),
        ("confusion_matrix.csv", "5,1,0\n2,7,1\n0,0,9\n", ("0", "1", "2")),
        ("matriz_confusion.csv", ";a;b;c\na;5;1;0\nb;2;7;1\nc;0;0;9\n", ("a", "b", "c")),
        ("confusion_matrix.csv", "a,b,c\n5,1,0\n2,7,1\n0,0,9\n", ("a", "b", "c")),
    ],
)
def test_shapes_of_a_matrix(tmp_path: Path, name: str, text: str, classes: tuple[str, ...]) -> None:
    file = file_of(tmp_path, name, text)
    assert is_matrix_file(file)
    found = read_matrix(file)
    assert found is not None
    assert found.classes == classes
    assert found.counts.tolist() == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "[[1, 2]]",
        "[[1, 2], [3]]",
        "[[1.5, 2], [3, 4]]",
        "[[-1, 2], [3, 4]]",
        "[[0, 0], [0, 0]]",
        '{"loss": [1, 2]}',
        "[" * 5000,
        "7",
    ],
)
def test_what_is_no_matrix(tmp_path: Path, text: str) -> None:
    assert read_matrix(file_of(tmp_path, "confusion.json", text)) is None


def test_only_a_file_with_that_name_is_opened() -> None:
    assert is_matrix_name("val-confusion-matrix.csv")
    assert not is_matrix_name("metrics.json")
    assert not is_matrix_name("confusion.png")

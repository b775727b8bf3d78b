"""Pieces of a rotated log that are too short to be a log alone."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from analyzer.parsers._rotated_names import rotated_place
from analyzer.reading.load import load

LOSS = [round(2 / (epoch + 2), 4) for epoch in range(40)]


def text(first: int, end: int) -> str:
    return "".join(f"epoch {epoch} loss {LOSS[epoch]}\n" for epoch in range(first, end))


def write(folder: Path, **contents: str) -> None:
    for name, content in contents.items():
        name = name.replace("__", ".")
        data = content.encode()
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


@pytest.mark.parametrize(
    ("oldest", "middle"), [(20, 22), (36, 38), (2, 38), (1, 3), (20, 39), (2, 3)]
)
def test_short_pieces_are_of_the_run(tmp_path: Path, oldest: int, middle: int) -> None:
    write(
        tmp_path,
        train__log__2__gz=text(0, oldest),
        train__log__1=text(oldest, middle),
        train__log=text(middle, 40),
    )
    (run,) = load(tmp_path)
    (series,) = run.series
    assert series.step.tolist() == list(range(40))
    assert series.value.tolist() == LOSS
    assert sorted(run.meta.files) == ["train.log", "train.log.1", "train.log.2.gz"]


def test_pieces_that_count_up_are_too(tmp_path: Path) -> None:
    write(tmp_path, train__log=text(0, 30), train__log__1=text(30, 32))
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == LOSS[:32]


@pytest.mark.parametrize("piece", [text(0, 2), "epoch 900 loss 0.1\n"])
def test_a_piece_that_does_not_go_on_is_told(tmp_path: Path, piece: str) -> None:
    write(tmp_path, train__log__1=text(0, 30), train__log=piece)
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == LOSS[:30]
    assert [(issue.key, issue.source) for issue in run.issues] == [("piece_apart", "train.log")]


def test_longer_files_of_other_runs_stay_apart(tmp_path: Path) -> None:
    write(tmp_path, fold__1=text(0, 30), fold__2=text(0, 30))
    assert len(load(tmp_path)) == 2


def test_the_name_of_a_rotated_file_tells_its_age() -> None:
    older, newer = rotated_place("train.log.2"), rotated_place("train.log.1")
    assert older is not None
    assert newer is not None
    assert older.base == newer.base == "train.log"
    assert older.age < newer.age
    assert rotated_place("train.log") is None

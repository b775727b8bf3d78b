"""Event files: their names, their times, their order of bytes."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest

import analyzer
from analyzer.trainer.records import Histogram, Point

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.writers._events import EventFile

START = 1767225600.0  # 2026-01-01


def written(folder: Path, *, number: int = 0, start: float | None = START) -> Path:
    file = EventFile(folder, number=number, start=start)
    file.hparams({"lr": 0.1, "optimizer": "adam"})
    for step in (1, 2, 3):
        file.scalars({"train/loss": 1 / step, "val/loss": 2 / step}, step)
    file.rich(Histogram(3, 3, "activations", np.arange(5.0)), 3)
    file.close()
    return next(folder.glob(f"*.{number}"))


def test_the_same_start_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert first.name == "events.out.tfevents.1767225600.trainer.1.0"


def test_the_name_does_not_identify_the_machine(tmp_path: Path) -> None:
    path = written(tmp_path, start=None)
    assert path.name.endswith(".trainer.1.0")
    assert socket.gethostname() not in path.name


def test_every_event_is_half_a_second_after_the_last(tmp_path: Path) -> None:
    written(tmp_path)
    (run,) = analyzer.load(tmp_path)
    times = run.curve("loss", "train").wall_time
    assert np.diff(times).tolist() == [0.5, 0.5]
    assert times[0] >= START


def test_a_second_file_of_the_run_starts_an_hour_later(tmp_path: Path) -> None:
    written(tmp_path)
    assert written(tmp_path, number=1).name == "events.out.tfevents.1767229200.trainer.1.1"


def test_a_record_that_is_not_rich_is_ignored(tmp_path: Path) -> None:
    file = EventFile(tmp_path, start=START)
    file.scalars({"loss": 1.0}, 1)
    file.rich(Point(2, 2, "epoch", {"loss": 0.5}), 2)
    file.close()
    (run,) = analyzer.load(tmp_path)
    assert [series.value.tolist() for series in run.series] == [[1.0]]

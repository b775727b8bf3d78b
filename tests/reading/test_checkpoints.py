"""A checkpoint beside a log is not worth a line; one that may be all that is left of a run is."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.model.issues import Skipped
from analyzer.reading.checkpoints import BESIDE_LOG, with_checkpoints
from analyzer.reading.load import scan

TORCH = b"PK\x03\x04" + bytes(26) + b"archive/data.pkl" + bytes(60)


def keys(places: dict[str, str], *logs: str) -> list[str]:
    skipped = [Skipped(place, key) for place, key in places.items()]
    return [file.key for file in with_checkpoints(skipped, logs)]


@pytest.mark.parametrize(
    ("place", "log"),
    [
        ("a/epoch_3.pt", "a/log.csv"),
        ("a/checkpoints/epoch_3.pt", "a/log.csv"),
        ("a/checkpoints/epoch_3/model.pt", "a/log.csv"),
        ("a/last.ckpt", "a/logs/version_0/metrics.csv"),
        ("x.pt", "log.csv"),
    ],
)
def test_a_log_near_it_makes_it_a_checkpoint_of_that_run(place: str, log: str) -> None:
    assert keys({place: "torch_checkpoint"}, log) == [BESIDE_LOG]


@pytest.mark.parametrize(
    ("place", "log"),
    [("b/epoch_3.pt", "a/log.csv"), ("b/ckpt/x.pt", "a/ckpt/log.csv"), ("x.pt", "a/b/c/log.csv")],
)
def test_a_log_elsewhere_does_not(place: str, log: str) -> None:
    assert keys({place: "torch_checkpoint"}, log) == ["torch_checkpoint"]


def test_without_a_log_every_checkpoint_stays_unreadable() -> None:
    assert keys({"a.pt": "torch_checkpoint", "b.pkl": "pickle"}) == ["torch_checkpoint", "pickle"]


def test_a_pickle_may_be_a_history_unless_its_name_says_otherwise() -> None:
    places = {"a/history.pkl": "pickle", "a/optimizer.pkl": "pickle", "a/best_model.pkl": "pickle"}
    assert keys(places, "a/log.csv") == ["pickle", BESIDE_LOG, BESIDE_LOG]


def test_check_prints_no_line_for_the_checkpoints_of_a_run(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "ckpt").mkdir(parents=True)
    curve = [1.0, 0.8, 0.7, 0.65, 0.6]
    (run / "history.json").write_text(json.dumps({"loss": curve, "val_loss": curve}))
    for epoch in range(6):
        (run / "ckpt" / f"epoch_{epoch}.pt").write_bytes(TORCH)
    found = scan(tmp_path)
    assert found.unreadable == ()
    assert len(found.skipped) == 6
    command = [sys.executable, "-m", "analyzer", "check", str(tmp_path), "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "history.pkl").write_bytes(pickle.dumps(curve))
    (tmp_path / "other" / "epoch_9.pt").write_bytes(TORCH)
    assert [file.source for file in scan(tmp_path).unreadable] == [
        "other/epoch_9.pt",
        "other/history.pkl",
    ]

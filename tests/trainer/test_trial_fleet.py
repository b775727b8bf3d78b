"""The fleet of remedies: made in pieces, and the same whichever way."""

from __future__ import annotations

import dataclasses

import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.errors import AnalyzerError  # noqa: E402 - needs torch
from analyzer.trainer import corpus, trial_fleet  # noqa: E402 - needs torch
from analyzer.trainer.replay import run_of  # noqa: E402 - needs torch

CPU = torch.device("cpu")


def short(seed, index):
    """Draw a configuration of few epochs and small validation sets."""
    drawn = trial_fleet.draw(seed, index)
    every = drawn.log.val_every
    return dataclasses.replace(drawn, epochs=10 // every * every or every, val_examples=(50, 20))


def made(folder, **changes):
    options = {"runs": 6, "seed": 3, "device": CPU, "output": folder, "workers": 1}
    return trial_fleet.make(**{**options, "choose": short, **changes})


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the file of a fleet that was trained in one go."""
    return made(tmp_path_factory.mktemp("whole"))


def test_a_record_has_a_log_and_its_arms(whole):
    records = list(corpus.read(whole))
    assert len(records) == 6
    for record in records:
        assert run_of(record).curve("loss", "val").value.size > 0
        assert {"", "halve_rate", "averaging"} <= set(record["arms"])
        assert all(len(numbers) == 6 for numbers in record["arms"].values())


def test_a_fleet_in_pieces_is_the_same(whole, tmp_path):
    assert made(tmp_path, minutes=0) is None
    calls = []
    path = made(tmp_path, progress=lambda done, total: calls.append((done, total)))
    assert path.read_bytes() == whole.read_bytes()
    assert calls[-1] == (6, 6)
    part = sorted((tmp_path / "parts").iterdir())[1]
    part.unlink()
    path.unlink()
    assert made(tmp_path).read_bytes() == whole.read_bytes()


def test_another_fleet_is_not_mixed_in(whole):
    with pytest.raises(AnalyzerError, match="of another fleet"):
        made(whole.parent, seed=4)


def test_a_fleet_of_nothing_is_refused(tmp_path):
    with pytest.raises(AnalyzerError, match="at least 1"):
        made(tmp_path, runs=0)


def test_faults_are_drawn_and_no_run_is_too_long():
    drawn = [trial_fleet.draw(1, index) for index in range(300)]
    faults = {run.treated.fault for run in drawn}
    assert faults == {"", "kept_gradients", "unscaled_inputs", "dead_units"}
    assert max(run.epochs * run.train_examples for run in drawn) <= 150_000
    assert any(run.shown for run in drawn)

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.errors import AnalyzerError  # noqa: E402 - needs torch
from analyzer.trainer import corpus, fleet, pack  # noqa: E402 - needs torch
from analyzer.trainer.sampling import Config, draw  # noqa: E402 - needs torch
from analyzer.trainer.schedules import KINDS  # noqa: E402 - needs torch

CPU = torch.device("cpu")
CONFIG = Config(
    family="friedman",
    width=16,
    optimizer="adam",
    lr=0.01,
    schedule="constant",
    weight_decay=0.0,
    dropout=0.0,
    noise=0.1,
    train_examples=60,
    batch_size=15,
    epochs=16,
    val_examples=(300, 20),
    per_step=False,
)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A population that a test can afford."""
    monkeypatch.setattr(pack, "POPULATION", 512)


def short(seed, index):
    return dataclasses.replace(draw(seed, index), epochs=15)


def made(folder, **changes):
    given = {
        "runs": 9,
        "seed": 3,
        "device": CPU,
        "output": folder,
        "workers": 1,
        "choose": short,
        **changes,
    }
    path = fleet.make(**given)
    return list(corpus.read(path))


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first, second = made(tmp_path / "a"), made(tmp_path / "b")
    assert first == second
    assert (tmp_path / "a" / corpus.FILE).read_bytes() == (
        tmp_path / "b" / corpus.FILE
    ).read_bytes()
    assert made(tmp_path / "c", seed=4) != first


def test_two_processes_write_what_one_writes(tmp_path, monkeypatch):
    monkeypatch.undo()  # a process of its own does not see what a test changed
    assert made(tmp_path / "a", workers=2, runs=2) == made(tmp_path / "b", runs=2)


def test_a_record_holds_what_the_log_shows_and_what_is_true(tmp_path):
    records = made(tmp_path)
    assert sorted(record["id"] for record in records) == [f"3-{at:05d}" for at in range(9)]
    for record in records:
        config = record["config"]
        epochs, steps = config["epochs"], config["steps_per_epoch"]
        assert len(record["curves"]["train_loss"]) == epochs * (steps if config["per_step"] else 1)
        assert [val["examples"] for val in record["curves"]["val"]] == list(config["val_examples"])
        assert all(len(val["loss"]) == epochs for val in record["curves"]["val"])
        assert (
            len(record["population"]["loss"]) == len(record["population"]["train_loss"]) == epochs
        )
        assert ("train_accuracy" in record["curves"]) == bool(config["classes"])
        assert record["half"] in ("calibration", "test")
        assert [set(record["counterfactual"]), set(record["labels"]["gap"])] == [
            {"tenth", "tenfold"},
            {"end", "at_best"},
        ]
    manifest = json.loads((tmp_path / fleet.MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["device"], manifest["seed"], manifest["runs"]) == ("cpu", 3, 9)
    assert manifest["command"] == "analyzer train fleet --runs 9 --seed 3 --device cpu -o DIR"


def test_a_fleet_that_is_broken_off_leaves_the_runs_that_ended(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(tmp_path, progress=stop)
    assert 1 <= len(list(corpus.read(tmp_path / corpus.FILE))) < 9
    assert json.loads((tmp_path / fleet.MANIFEST).read_text(encoding="utf-8"))["seconds"] is None


def test_the_process_is_left_as_it_was(tmp_path):
    threads = torch.get_num_threads()
    made(tmp_path, runs=1)
    assert torch.get_num_threads() == threads
    assert np.float64(5e-324) * 1 > 0  # the smallest numbers are not taken for zero
    assert torch.tensor(1e-310, dtype=torch.float64).mul(0.5) > 0


def test_a_fleet_of_nothing_is_refused(tmp_path):
    with pytest.raises(AnalyzerError, match="--runs 0: a fleet has at least one run"):
        made(tmp_path, runs=0)


def test_a_run_does_not_depend_on_its_neighbours_fate():
    """A pack with a run that turns NaN: the others come out finite."""
    lost = dataclasses.replace(CONFIG, optimizer="sgd", lr=1e6)
    first, second = pack.train([lost, CONFIG], (1, 0), CPU)
    assert not np.isfinite(first.full_train[-1])
    assert np.isfinite(second.population).all()
    assert np.isfinite(second.val_loss).all()


def test_what_is_recorded_fits_together():
    """Means of many validation sets lie around the population loss.

    Ten times the rate is no copy of the base.
    """
    (run,) = pack.train(
        [dataclasses.replace(CONFIG, epochs=40, val_examples=(5000, 1000))], (2, 0), CPU
    )
    assert run.population.shape == run.full_train.shape == (80,)
    error = np.log(run.val_loss[:, 0] / run.population[:40])
    assert abs(error.mean()) < 0.1
    assert run.full_train[39] < run.population[39]
    assert run.trivial == pytest.approx(1.01, abs=0.3)
    (tenth, _), (tenfold, _) = run.others
    assert len({round(float(one[-1]), 6) for one in (run.population[:40], tenth, tenfold)}) == 3


def test_the_logged_train_loss_is_that_of_the_moving_weights():
    """Nearly still weights: the mean over the epoch's batches is the full train loss."""
    still = dataclasses.replace(CONFIG, optimizer="sgd", lr=1e-9)
    each = dataclasses.replace(still, per_step=True)
    (run,), (steps,) = pack.train([still], (3, 0), CPU), pack.train([each], (3, 0), CPU)
    np.testing.assert_allclose(run.train_loss, run.full_train[:16], rtol=1e-4)
    np.testing.assert_allclose(steps.train_loss.reshape(16, 4).mean(1), run.train_loss, rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schedule_is_followed_and_then_stays(kind):
    (run,) = pack.train([dataclasses.replace(CONFIG, schedule=kind, epochs=40)], (4, 0), CPU)
    assert run.lr.max() == pytest.approx(
        0.01, rel=0.15
    )  # an exponential has fallen by a tenth after one epoch
    if kind == "constant":
        assert run.lr.min() == run.lr.max()
    elif kind != "reduce_on_plateau":
        assert run.lr[-1] < 0.2 * run.lr.max()
    else:
        assert set(np.round(np.log(run.lr / 0.01) / np.log(0.2), 6)) <= {0.0, 1.0, 2.0, 3.0}


def test_dropout_shows_in_the_log_and_not_in_the_evaluation():
    plain, dropped = (
        dataclasses.replace(CONFIG, optimizer="sgd", lr=1e-9, dropout=value) for value in (0.0, 0.5)
    )
    (one,), (other,) = pack.train([plain], (5, 0), CPU), pack.train([dropped], (5, 0), CPU)
    np.testing.assert_allclose(one.train_loss, one.full_train[:16], rtol=1e-4)
    assert np.abs(other.train_loss / other.full_train[:16] - 1).max() > 1e-3


def test_packs_share_a_shape_and_lose_no_run():
    members = [fleet.Member(at, draw(1, at)) for at in range(500)]
    found = fleet.packs(members, CPU)
    assert sorted(one.index for part in found for one in part) == list(range(500))
    for part in found:
        assert len({(one.config.family, one.config.width, one.config.steps) for one in part}) == 1
        assert len(part) <= 32

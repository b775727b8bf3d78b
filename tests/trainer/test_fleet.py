"""The fleet: the same bytes for the same seed, complete records, a clean interruption."""

from __future__ import annotations

import dataclasses
import json
from itertools import chain

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.errors import AnalyzerError  # noqa: E402 - needs torch
from analyzer.trainer import corpus, fleet, pack  # noqa: E402 - needs torch
from analyzer.trainer.sampling import draw  # noqa: E402 - needs torch

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A population that a test can afford."""
    monkeypatch.setattr(pack, "POPULATION", 512)


def short(seed, index):
    """Draw a configuration of 15 epochs."""
    return dataclasses.replace(draw(seed, index), epochs=15)


def trained(folder, **changes):
    """Train a small fleet and return its records."""
    options = {
        "runs": 9,
        "seed": 3,
        "device": CPU,
        "output": folder,
        "workers": 1,
        "choose": short,
        **changes,
    }
    path = fleet.make(**options)
    return list(corpus.read(path))


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first, second = trained(tmp_path / "a"), trained(tmp_path / "b")
    assert first == second
    assert (tmp_path / "a" / corpus.FILE).read_bytes() == (
        tmp_path / "b" / corpus.FILE
    ).read_bytes()
    assert trained(tmp_path / "c", seed=4) != first


def test_two_processes_write_the_same_as_a_single_process(tmp_path, monkeypatch):
    monkeypatch.undo()  # another process does not see the patch
    assert trained(tmp_path / "a", workers=2, runs=2) == trained(tmp_path / "b", runs=2)


def test_a_record_has_the_log_and_the_truth(tmp_path):
    records = trained(tmp_path)
    assert sorted(record["id"] for record in records) == [f"3-{index:05d}" for index in range(9)]
    for record in records:
        config, curves = record["config"], record["curves"]
        epochs, steps = config["epochs"], config["steps_per_epoch"]
        assert len(curves["train_loss"]) == epochs * (steps if config["per_step"] else 1)
        assert [val["examples"] for val in curves["val"]] == list(config["val_examples"])
        assert all(len(val["loss"]) == epochs for val in curves["val"])
        population = record["population"]
        assert len(population["loss"]) == len(population["train_loss"]) == epochs
        assert ("train_accuracy" in curves) == bool(config["classes"])
        assert record["half"] in ("calibration", "test")
        assert set(record["counterfactual"]) == {"tenth", "tenfold"}
        assert set(record["labels"]["gap"]) == {"end", "at_best"}
    manifest = json.loads((tmp_path / fleet.MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["device"], manifest["seed"], manifest["runs"]) == ("cpu", 3, 9)
    assert manifest["command"] == "analyzer train fleet --runs 9 --seed 3 --device cpu -o DIR"


def test_an_interrupted_fleet_leaves_the_finished_runs(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path, progress=stop)
    assert 1 <= len(list(corpus.read(tmp_path / corpus.FILE))) < 9
    assert json.loads((tmp_path / fleet.MANIFEST).read_text(encoding="utf-8"))["seconds"] is None


def test_the_process_is_left_as_it_was(tmp_path):
    threads = torch.get_num_threads()
    trained(tmp_path, runs=1)
    assert torch.get_num_threads() == threads
    assert np.float64(5e-324) * 1 > 0  # the smallest numbers are not taken for zero
    assert torch.tensor(1e-310, dtype=torch.float64).mul(0.5) > 0


def test_a_fleet_without_runs_is_refused(tmp_path):
    with pytest.raises(AnalyzerError, match="--runs 0: must be at least 1"):
        trained(tmp_path, runs=0)


def test_packs_share_a_shape_and_lose_no_run():
    members = [fleet.Member(index, draw(1, index)) for index in range(500)]
    packs = fleet.packs(members, CPU)
    assert sorted(member.index for member in chain.from_iterable(packs)) == list(range(500))
    for group in packs:
        configs = [member.config for member in group]
        assert len({(config.family, config.width, config.steps) for config in configs}) == 1
        assert len(group) <= 32


def test_the_world_has_a_command_of_its_own(tmp_path):
    records = trained(tmp_path, tasks="world", choose=None, runs=2)
    assert {record["half"] for record in records} == {"calibration", "test"}
    assert all(set(record["config"]) > {"variation", "shown"} for record in records)
    manifest = json.loads((tmp_path / fleet.MANIFEST).read_text(encoding="utf-8"))
    assert "--tasks world" in manifest["command"]


def test_the_plain_draws_have_no_field_of_the_world():
    assert not {"variation", "shown"} & set(draw(2026, 0).to_dict())

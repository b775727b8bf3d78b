"""The shipped corpus is as docs/corpus.md describes it. Does not need torch."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from analyzer.trainer.corpus import line, read
from analyzer.trainer.replay import run_of

FOLDER = Path(__file__).parents[1] / "corpus"
FILE, WORLD = FOLDER / "corpus.jsonl.gz", FOLDER / "world.jsonl.gz"


@pytest.fixture(scope="module")
def records():
    return list(read(FILE))


@pytest.fixture(scope="module")
def world():
    return list(read(WORLD))


def test_both_are_small_enough_to_ship():
    assert FILE.stat().st_size + WORLD.stat().st_size <= 16_000_000


def test_the_world_has_its_own_families_and_halves(records, world):
    manifest = json.loads((FOLDER / "world.json").read_text(encoding="utf-8"))
    assert len({record["id"] for record in world}) == len(world) == manifest["runs"]
    halves = defaultdict(set)
    for record in world:
        halves[record["half"]].add(record["family"])
    assert set(halves) == {"calibration", "test"}
    assert not halves["calibration"] & halves["test"]
    assert not set.union(*halves.values()) & {record["family"] for record in records}


def test_every_label_of_the_world_occurs_in_both_halves(world):
    for name in world[0]["labels"]:
        if name != "gap":
            held = Counter(row["half"] for row in world if row["labels"][name]["holds"])
            assert min(held["calibration"], held["test"]) >= 5, name


def test_every_run_of_the_world_can_be_replayed(world):
    negative = 0
    for record in world:
        run = run_of(record)
        evaluated = [value for value in record["curves"]["val"][0]["loss"] if value is not None]
        if (loss := run.find_curve("loss", "val")) is not None:
            assert loss.finite_points == len(evaluated)
            negative += bool(np.nanmin(loss.value) < 0)
    assert negative > 0.03 * len(world)


def test_it_has_about_three_thousand_different_runs(records):
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert len({record["id"] for record in records}) == len(records) == manifest["runs"] >= 2900


def test_no_family_is_in_both_halves(records):
    halves = defaultdict(set)
    for record in records:
        halves[record["family"]].add(record["half"])
    assert len(halves) == 8
    assert all(len(names) == 1 for names in halves.values())


def test_every_label_is_frequent_enough_and_seldom_grey(records):
    for name in records[0]["labels"]:
        if name != "gap":
            labels = [record["labels"][name] for record in records]
            assert np.mean([judged["holds"] for judged in labels]) >= 0.05, name
            assert np.mean([judged["grey"] for judged in labels]) <= 0.15, name


def test_curves_reach_from_15_to_thousands_of_points(records):
    points = [len(record["curves"]["train_loss"]) for record in records]
    assert min(points) == 15
    assert 3000 < max(points) <= 5000
    sizes = np.array([record["config"]["val_examples"] for record in records])
    assert sizes.min() >= 20
    assert 4000 < sizes.max() <= 5000


def test_the_error_of_a_validation_set_falls_with_its_size(records):
    """The spread of ``shift`` over the runs falls with the root of the size."""
    shifts = defaultdict(list)
    for record in records:
        for sampling in record["sampling"][2:]:
            if sampling["shift"] is not None:
                shifts[sampling["examples"]].append(sampling["shift"])
    spread = {
        size: np.subtract(*np.percentile(values, [75, 25])) for size, values in shifts.items()
    }
    assert spread[20] > 1.6 * spread[100] > 1.6**2 * spread[1000]


def test_a_line_is_strict_json_and_survives_a_round_trip(records):
    text = line(records[0])
    assert line(json.loads(text)) == text

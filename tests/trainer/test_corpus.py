"""The shipped corpus is what docs/corpus.md says. Needs no torch."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from analyzer.trainer.corpus import line, read

FOLDER = Path(__file__).parents[1] / "corpus"
FILE = FOLDER / "corpus.jsonl.gz"


@pytest.fixture(scope="module")
def records():
    return list(read(FILE))


def test_it_is_small_enough_to_ship():
    assert FILE.stat().st_size <= 15_000_000


def test_it_holds_about_three_thousand_runs_each_once(records):
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert len({record["id"] for record in records}) == len(records) == manifest["runs"] >= 2900


def test_no_family_is_in_both_halves(records):
    halves = defaultdict(set)
    for record in records:
        halves[record["family"]].add(record["half"])
    assert len(halves) == 8
    assert all(len(found) == 1 for found in halves.values())


def test_every_label_is_met_often_enough_and_is_seldom_doubtful(records):
    for name in records[0]["labels"]:
        if name != "gap":
            found = [record["labels"][name] for record in records]
            assert np.mean([item["holds"] for item in found]) >= 0.05, name
            assert np.mean([item["grey"] for item in found]) <= 0.15, name


def test_curves_reach_from_15_to_thousands_of_points(records):
    points = [len(record["curves"]["train_loss"]) for record in records]
    assert min(points) == 15
    assert 3000 < max(points) <= 5000
    sizes = np.array([[val["examples"] for val in record["curves"]["val"]] for record in records])
    assert sizes.min() >= 20
    assert 4000 < sizes.max() <= 5000


def test_the_error_of_a_validation_set_falls_with_its_size(records):
    """What docs/corpus.md says of ``shift``.

    The spread over runs goes with the root of the size.
    """
    spread = {}
    for size in (20, 100, 1000):
        shifts = [
            part["shift"]
            for record in records
            for part in record["sampling"][2:]
            if part["examples"] == size
        ]
        kept = np.array([shift for shift in shifts if shift is not None])
        spread[size] = np.subtract(*np.percentile(kept, [75, 25]))
    assert spread[20] > 1.6 * spread[100] > 1.6**2 * spread[1000]


def test_a_line_is_strict_json_and_stays_as_it_is(records):
    text = line(records[0])
    assert line(json.loads(text)) == text

"""The sides of a comparison: what runs are put together, and what each side changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.model.run import Run
from analyzer.report.compared import build_compared


def run(name: str, best: float, **config: Any) -> Run:
    """Return a run whose best validation loss is ``best``."""
    fall = np.geomspace(3, 1, 40) * best
    curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


def test_what_was_changed_is_named_and_more_than_one_thing_is_warned_of() -> None:
    one = compare(
        [
            run("a", 1.0, lr=0.1, seed=1, output_dir="x"),
            run("b", 1.1, lr=0.2, seed=2, output_dir="y"),
        ]
    )
    assert one.sides[1].changed == (("lr", 0.1, 0.2),)
    assert not build_compared(one).warnings
    two = compare([run("a", 1.0, lr=0.1, wd=0), run("b", 1.1, lr=0.2, wd=1)])
    assert "(lr, wd)" in build_compared(two).warnings[0]


def test_sides_can_be_made_by_a_setting() -> None:
    runs = [
        run(f"r{index}", 1 + index % 2 + index / 99, lr=index, dropout=0.5 * (index % 2))
        for index in range(6)
    ]
    found = compare(runs, group=("dropout",))
    assert [(side.name, len(side.members)) for side in found.sides] == [
        ("dropout=0.0", 3),
        ("dropout=0.5", 3),
    ]


def test_three_optimizers_are_three_sides() -> None:
    runs = [
        run(f"r{seed}", 1.0, seed=seed, optimizer=name)
        for seed, name in enumerate(("adam", "sgd", "rmsprop"))
    ]
    assert len(compare(runs).sides) == 3
    nested = [
        run(f"r{at}", 1 + at, seed=at, optimizer={"name": name})
        for at, name in enumerate(("adam", "sgd", "adam", "sgd"))
    ]
    assert [side.members for side in compare(nested).sides] == [(0, 2), (1, 3)]


@pytest.mark.parametrize(
    "key", ["model_name_or_path", "resume_from_checkpoint", "trainDir", "datasets", "root"]
)
def test_runs_that_read_other_files_are_no_repeats(key: str) -> None:
    runs = [
        run(f"r{at}", 1 + at / 10, seed=at, **{key: f"/models/{'ab'[at // 2]}/final"})
        for at in range(4)
    ]
    assert [len(side.members) for side in compare(runs).sides] == [2, 2]


def test_what_varies_inside_the_sides_is_said() -> None:
    runs = [
        run(f"{lr}{wd}", 1 + wd / 10, lr=lr, wd=wd)
        for lr, values in ((1, (0, 1, 2)), (2, (3, 4, 5)))
        for wd in values
    ]
    found = compare(runs, group="lr")
    assert {key: (old, new) for key, old, new in found.sides[1].changed}["wd"] == (
        ("0", "1", "2"),
        ("3", "4", "5"),
    )
    said = build_compared(found)
    assert ("wd", "several values", "several values") in said.changed[0][1]
    assert "More than one setting differs" in said.warnings[0]
    same = [run(f"{lr}{wd}", 1 + wd / 10, lr=lr, wd=wd) for lr in (1, 2) for wd in (0, 1, 2)]
    assert [key for key, _, _ in compare(same, group="lr").sides[1].changed] == ["lr"]

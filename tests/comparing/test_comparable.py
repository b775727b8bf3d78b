"""Losses that cannot be compared, and the metric that takes their place."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparable import kinds, units_of
from analyzer.comparing.comparison import compare
from analyzer.comparing.sides import BASELINE
from analyzer.measures.reach import Reach
from analyzer.model.run import Run
from analyzer.report.compared import build_compared

FALL = np.geomspace(3, 1, 40)


def of(name: str, level: float, accuracy: float | None = None, **config: object) -> Run:
    curves = {("train", "loss"): 0.9 * FALL * level, ("val", "loss"): FALL * level}
    if accuracy is not None:
        curves["val", "accuracy"] = accuracy - 0.1 * FALL
    return synthetic.of_curves(name, curves, config=config)


@pytest.mark.parametrize(
    ("reaches", "verdicts", "units"),
    [
        ([(1, 3), (500, 900), (1.2, 4)], "healthy healthy healthy", [0, 1, 0]),
        ([(1, 3), (290, 900), (1.2, 4)], "healthy healthy healthy", [0, 0, 0]),
        ([(1, 3), (4, 400), (1e3, 1e5)], "healthy healthy healthy", [0, 0, 0]),
        ([(1, 3), (1e6, 1e9), (1, 4)], "healthy diverged healthy", [0, 0, 0]),
        ([(1, 3), (1e6, 1.1e6), (1, 4)], "healthy undertrained healthy", [0, 0, 0]),
        ([(1, 3), (1e6, 2e6), (1e6, 3e6)], "healthy healthy plateau", [1, 0, 0]),
    ],
    ids=["far", "not far", "a bridge", "diverged", "never learned", "most have unit 0"],
)
def test_units_lie_a_hundredfold_apart_with_nothing_between(
    reaches: list[tuple[float, float]], verdicts: str, units: list[int]
) -> None:
    assert units_of([Reach(*reach) for reach in reaches], verdicts.split()) == units


def test_units_are_told_apart_among_runs_of_one_loss() -> None:
    reaches = [Reach(1, 3), Reach(1e6, 3e6), None]
    found = kinds(["mse", "ce", "mse"], reaches, ["healthy"] * 3)
    assert [(kind.loss, kind.unit) for kind in found] == [("mse", 0), ("ce", 0), ("mse", 0)]


def test_a_metric_of_all_runs_takes_the_place_of_losses_of_several_kinds() -> None:
    runs = [of("a", 1.0, 0.9, loss="mse"), of("b", 0.1, 0.8, loss="huber")]
    found = compare(runs)
    assert (found.split, found.metric) == ("val", "accuracy")
    assert found.instead_of == ("val", "loss")
    assert all(side.known for side in found.sides)
    said = build_compared(found).warnings[0]
    assert said == (
        "The losses are different functions (mse, huber), so their values cannot be compared; "
        "validation accuracy takes their place."
    )
    spanish = build_compared(found, "es").warnings[0]
    assert "en su lugar se compara la accuracy de validación" in spanish
    assert found.to_dict()["instead_of"] == {"split": "val", "metric": "loss"}


def test_losses_in_other_units_are_not_compared() -> None:
    found = compare([of("a", 1.0), of("b", 5000.0), of("c", 1.1)])
    assert [side.answer for side in found.sides] == [
        *(BASELINE, "not_compared", "no_clear_difference"),
    ]
    said = build_compared(found).warnings[0]
    assert said.startswith("Not compared with a: b. There, validation loss is a hundred times")
    by_score = compare([of("a", 1.0, 0.9), of("b", 5000.0, 0.8)])
    assert by_score.metric == "accuracy"
    assert (
        "so far apart (a hundredfold) that they may be in different units"
        in build_compared(by_score).warnings[0]
    )


def test_a_metric_that_one_run_lacks_takes_no_place() -> None:
    found = compare([of("a", 1.0, 0.9, loss="mse"), of("b", 0.1, loss="huber")])
    assert found.metric == "loss"
    assert found.instead_of is None

"""Prints of curves: equal for equal values, with the digits that are evidence."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.curve_prints import parts_of, prints_of, same_points


def prints(values: np.ndarray, metric: str = "loss", step: np.ndarray | None = None) -> str:
    made = synthetic.of_curves("r", {("val", metric): values})
    if step is not None:
        made = synthetic.of_curves("r", {("val", metric): values, ("", "lr"): step})
    return prints_of(made)


@pytest.mark.parametrize(
    ("values", "evidence"),
    [
        ([0.81, 0.92, 0.9], 2),
        ([0.8123, 0.6417, 0.5389], 9),
        ([0.5, 0.5, 0.25, 0.5], 0),
        ([0.6931471805599453] * 90, 0),
        ([1.0, 2.0, 3.0], 0),
        ([np.nan, 0.8123, 0.6417, 0.5389], 9),
        (list(np.geomspace(3, 1, 40)), 99),
    ],
)
def test_the_digits_after_the_first_of_each_different_value_are_evidence(
    values: list[float], evidence: int
) -> None:
    (part,) = parts_of(prints(np.array(values)))
    assert int(part[-2:]) == evidence


def test_only_losses_and_scores_are_printed() -> None:
    assert parts_of(prints(np.geomspace(3, 1, 9), "gpu_memory")) == []
    with_rate = prints(np.geomspace(3, 1, 9), step=np.ones(9))
    assert with_rate == prints(np.geomspace(3, 1, 9))


def test_runs_without_a_shared_curve_are_not_the_same() -> None:
    values = np.geomspace(3, 1, 9)
    assert same_points(prints(values), prints(values, "accuracy")) is None
    assert same_points("", "") is None


def test_what_is_no_print_of_ours_proves_nothing() -> None:
    assert same_points("a" * 18, "a" * 18) == 0

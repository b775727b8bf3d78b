"""What both stores of MLflow share: infinity, parameters as numbers, lost points."""

from __future__ import annotations

import math

import pytest

from analyzer.parsers._mlflow import StoredRun, config_of, finite_or_infinite, run_of


@pytest.mark.parametrize(
    ("stored", "value"),
    [(1.7976931348623157e308, math.inf), (-1.797e308, -math.inf), (1.7e308, 1.7e308), (0.0, 0.0)],
)
def test_the_largest_number_stands_for_infinity(stored: float, value: float) -> None:
    assert finite_or_infinite(stored) == value


def test_parameters_are_numbers_where_they_are() -> None:
    params = {"a": "1", "b": "1e-3", "c": "None", "d": "x", "e": "1_000", "f": " 2.5 ", "g": "nan"}
    found = {"a": 1, "b": 0.001, "c": None, "d": "x", "e": "1_000", "f": 2.5, "g": "nan"}
    assert config_of(params) == found


def test_points_that_do_not_fit_are_counted() -> None:
    stored = StoredRun("aa", "name")
    stored.gathered.add("loss", 2**70, 1.0)
    stored.gathered.add("loss", 1, 1.0)
    (issue,) = run_of(stored, ["m.db"], "title").issues
    assert (issue.key, issue.kept, issue.lost) == ("points_unfit", 1, 1)

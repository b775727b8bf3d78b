"""The tables of a comparison: different settings look different, a sweep has one table."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.comparing.comparison import Comparison, compare
from analyzer.comparing.sides import Side
from analyzer.report.compared_tables import changed_rows, side_row, sweep_table
from analyzer.text import words

TEXT = words("en")


def comparison(*configs: dict[str, Any]) -> Comparison:
    fall = np.geomspace(3, 1, 40)
    runs = []
    for index, config in enumerate(configs):
        curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall * (1 + index / 10)}
        runs.append(synthetic.of_curves(f"r{index}", curves, config=config))
    return compare(runs)


def others(found: Comparison) -> list[Side]:
    return [side for side in found.sides if side is not found.sides[found.baseline]]


def test_settings_that_differ_late_get_the_digits_they_need() -> None:
    found = comparison({"lr": 0.1000001}, {"lr": 0.1000002})
    ((setting, old, new),) = changed_rows(others(found)[0].changed, TEXT)
    assert setting == "lr"
    assert old != new


def test_a_setting_that_is_missing_or_varies_inside_a_side_is_told() -> None:
    found = comparison({"lr": 1}, {"lr": 1, "dropout": 0.5})
    assert changed_rows(others(found)[0].changed, TEXT) == (("dropout", "–", "0.5"),)


def test_a_single_run_has_neither_deviation_nor_interval() -> None:
    found = comparison({"lr": 1}, {"lr": 2})
    row = side_row(others(found)[0], "healthy", TEXT)
    assert row[2:8] == ("1", "1.1", "", "1.1", "+0.1", "")


def test_few_sides_have_no_common_table() -> None:
    found = comparison(*({"lr": value} for value in range(5)))
    assert sweep_table(found, others(found), TEXT).head == ()


def test_a_sweep_shows_settings_with_the_fewest_values_first() -> None:
    found = comparison(*({"lr": value, "wd": value % 2} for value in range(7)))
    table = sweep_table(found, others(found), TEXT)
    assert table.head[1:] == ("wd", "lr")
    assert len(table.rows) == 7
    assert table.note == ""


def test_settings_that_do_not_fit_are_counted() -> None:
    names = [f"s{at}" for at in range(11)]
    found = comparison(*(dict.fromkeys(names, value) for value in range(7)))
    table = sweep_table(found, others(found), TEXT)
    assert len(table.head) == 9
    assert "8" in table.note
    assert "11" in table.note

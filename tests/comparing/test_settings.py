"""Flat settings: what was logged differs if and only if the settings do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.comparing.settings import settings_of
from analyzer.model.run import Run


def run(name: str, best: float, **config: Any) -> Run:
    """Return a run whose best validation loss is ``best``."""
    fall = np.geomspace(3, 1, 40) * best
    curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


def test_a_setting_beside_a_table_of_its_name_is_no_error() -> None:
    compare([run("a", 1.0, **{"a": {"b": 1}, "a.b": "x"}), run("b", 1.1)])


def test_a_configuration_of_nothing_is_no_setting() -> None:
    assert settings_of({}) == {}
    assert settings_of({"a": {"b": 1, "c": {}}, "api_key": "x"}) == {"a.b": 1, "api_key": "***"}


@pytest.mark.parametrize(
    "values",
    [("x" * 200, "x" * 199 + "y"), (10**600, 10**600 + 1), ("/a/final", "/b/final")],
    ids=["texts", "numbers", "paths"],
)
def test_values_that_look_alike_when_shortened_stay_different(values: tuple[Any, Any]) -> None:
    first, second = (settings_of({"init": value})["init"] for value in values)
    assert first != second
    assert len(first) <= 120


def test_where_a_run_writes_is_shown_without_a_mark() -> None:
    assert settings_of({"output_dir": "/a/final"}) == {"output_dir": "final"}


def test_a_wrapper_around_all_settings_is_dropped() -> None:
    assert settings_of({"args": {"lr": 1, "wd": 2}}) == {"lr": 1, "wd": 2}
    assert settings_of({"args": {"lr": 1}, "wd": 2}) == {"args.lr": 1, "wd": 2}


def test_settings_beyond_the_first_500_make_one_together() -> None:
    many = {f"k{at:03d}": at for at in range(600)}
    first, second = settings_of({**many, "seed": 1}), settings_of({**many, "k599": 0, "seed": 1})
    assert len(first) == 501
    assert first["seed"] == 1
    assert first["…"].startswith("101 #")
    assert first["…"] != second["…"]


@pytest.mark.parametrize(
    ("value", "shown"), [(float("nan"), "nan"), (10**15, "1000000000000000"), ((1, 2), "[1, 2]")]
)
def test_what_json_cannot_compare_becomes_text(value: object, shown: str) -> None:
    assert settings_of({"a": value}) == {"a": shown}

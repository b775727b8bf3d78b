"""The table of effects: the most specific context with enough runs, and no damaged file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.advice import effects
from analyzer.advice.effects import Effects, find, load, problems

Table = Callable[..., Path]
SMALL, ALL = ("overfitting", "small_set", "dropout"), ("overfitting", "", "dropout")


def test_the_first_context_with_a_row_counts(table: Table) -> None:
    table({SMALL: (0.8, 0.2), ALL: (0.6, 0.1), ("overfitting", "sgd", "dropout"): (0.5, 0.1)})
    found = find("overfitting", ("best_early", "small_set", "sgd"), "dropout")
    assert found is not None
    assert (found.context, found.share) == ("small_set", 0.8)


def test_without_a_context_the_general_row_counts(table: Table) -> None:
    table({SMALL: (0.8, 0.2), ALL: (0.6, 0.1)})
    found = find("overfitting", ("large_set",), "dropout")
    assert found is not None
    assert (found.context, found.share) == ("", 0.6)


def test_what_was_not_measured_has_no_row(table: Table) -> None:
    table({ALL: (0.6, 0.1)})
    assert find("overfitting", (), "wider") is None
    assert find("plateau", (), "dropout") is None


@pytest.mark.parametrize("few", [{"runs": 59}, {"families": 3}, {"low": 0.2, "high": 0.71}])
def test_too_few_runs_or_families_are_no_measurement(table: Table, few: dict[str, Any]) -> None:
    table({ALL: (0.6, 0.1)}, **few)
    assert find("overfitting", (), "dropout") is None


@pytest.mark.parametrize("enough", [{"runs": 60}, {"families": 4}, {"low": 0.25, "high": 0.75}])
def test_the_bounds_themselves_are_enough(table: Table, enough: dict[str, Any]) -> None:
    table({ALL: (0.6, 0.1)}, **enough)
    assert find("overfitting", (), "dropout") is not None


def test_causes_come_the_most_frequent_first_without_those_that_may_be_none(table: Table) -> None:
    causes = {"too_short": 0.3, "rate_too_high": 0.6, "set_too_small": 0.05, "rate_too_low": 0.01}
    table({}, {("plateau", cause): share for cause, share in causes.items()})
    shown = [cause.cause for cause in effects.causes("plateau")]
    assert shown == ["rate_too_high", "too_short"]
    assert effects.causes("oscillation") == ()


def test_a_cause_that_is_no_more_frequent_than_chance_is_none(table: Table) -> None:
    table({}, {("plateau", "too_short"): 0.5, ("plateau", "rate_too_high"): 0.8}, chance=0.4)
    assert [cause.cause for cause in effects.causes("plateau")] == ["rate_too_high"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": 2}', "\ufeff{}"])
def test_a_damaged_table_measures_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "effects.json"
    path.write_text(content, encoding="utf-8")
    assert load(path) == Effects()


def test_a_missing_table_measures_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == Effects()


def test_a_sound_table_has_no_problems(table: Table) -> None:
    path = table(
        {ALL: (0.6, 0.1), ("plateau", "", "again"): (0.3, 0)}, {("plateau", "too_short"): 1}
    )
    assert problems(json.loads(path.read_text(encoding="utf-8"))) == []
    assert load(path).manifest["runs"] == 500


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"remedy": "prayer"}, "rows[0]: unknown remedy 'prayer'"),
        ({"runs": 3}, "rows[0]: runs and families must be counts"),
        ({"worse": 1.1}, "rows[0]: worse: not a share"),
        ({"selected": None}, "rows[0]: missing or of another type"),
        ({"gain": float("nan")}, "rows[0]: gain: not finite"),
    ],
)
def test_each_problem_names_its_row(table: Table, change: dict[str, Any], line: str) -> None:
    data = json.loads(table({ALL: (0.6, 0.1)}).read_text(encoding="utf-8"))
    data["rows"][0] |= change
    (found,) = problems(data)
    assert found.startswith(line)


def test_an_interval_without_its_share_and_a_row_that_is_there_twice_are_problems(
    table: Table,
) -> None:
    data = json.loads(table({ALL: (0.6, 0.1)}).read_text(encoding="utf-8"))
    data["rows"] *= 2
    assert problems(data) == ["twice in the table: overfitting, '', dropout"]
    data["rows"][0]["lowest"]["low"] = 0.9
    assert "rows[0]: lowest: not a share within its interval" in problems(data)

"""diagnosis.json: the keys that others build on, in JSON that every reader takes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.advice import Advice, Cause, Effect, Step
from analyzer.model.diagnosis import Best, CheckResult, Diagnosis, Finding, Onset
from analyzer.model.issues import LogIssue
from analyzer.model.meta import RunMeta
from analyzer.model.run import Run
from analyzer.model.serial import diagnosis_dict, document_of, dumps


def strictly(text: str) -> Any:
    """Read JSON as a strict reader does: no NaN, no Infinity."""

    def refuse(token: str) -> None:
        raise AssertionError(f"{token} is no JSON")

    return json.loads(text, parse_constant=refuse)


def of(**parts: Any) -> dict[str, Any]:
    """Return the dictionary of a small diagnosis with some parts replaced."""
    run = synthetic.of_curves("exp1", {("val", "loss"): np.array([2.0, 1.0])})
    made = Diagnosis(run, "healthy", (), None, {})
    return diagnosis_dict(replace(made, **parts))


def with_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a finding as the JSON has them."""
    finding = Finding("plateau", "warning", "loss", "val", None, values)
    check = of(checks=(CheckResult("plateau", "found", findings=(finding,)),))["checks"][0]
    return dict(check["findings"][0]["values"])


def test_the_keys_are_those_of_the_contract() -> None:
    onset = Onset(2300, 23.0, 2100, 2600, 21.0, 26.0)
    finding = Finding(
        "overfitting", "warning", "loss", "val", onset, {"rise": 0.31}, ("best_early",), (), 0.97
    )
    run = Run(
        "exp1",
        (),
        {"lr": 0.001},
        RunMeta(files=("events.out.tfevents.1",), format="tensorboard"),
        (
            LogIssue(
                "warning",
                "events.out.tfevents.1",
                "truncated_record",
                91234,
                120,
                1,
                37,
                {"secret": 1},
            ),
        ),
    )
    checks = (
        CheckResult("overfitting", "found", findings=(finding,)),
        CheckResult("plateau", "skipped", "too_few_points", {"points": 3}),
        CheckResult("oscillation", "explained", explained_by="overfitting"),
    )
    facts = {"lr_schedule": {"kind": "cosine", "warmup_steps": 500}}
    best = Best("val", "loss", 2300, 23.0, 0.412)
    made = diagnosis_dict(Diagnosis(run, "overfitting", checks, best, facts))
    expected = {
        "schema": 1,
        "run": "exp1",
        "verdict": "overfitting",
        "best": {"split": "val", "metric": "loss", "step": 2300, "epoch": 23.0, "value": 0.412},
        "checks": [
            {
                "detector": "overfitting",
                "status": "found",
                "reason": None,
                "explained_by": None,
                "findings": [
                    {
                        "severity": "warning",
                        "confidence": 0.97,
                        "split": "val",
                        "metric": "loss",
                        "onset": {"step": 2300, "epoch": 23.0, "low": 2100, "high": 2600},
                        "values": {"rise": 0.31},
                        "tags": ["best_early"],
                        "advice": [],
                        "causes": [],
                    }
                ],
            },
            {
                "detector": "plateau",
                "status": "skipped",
                "reason": "too_few_points",
                "explained_by": None,
                "findings": [],
            },
            {
                "detector": "oscillation",
                "status": "explained",
                "reason": None,
                "explained_by": "overfitting",
                "findings": [],
            },
        ],
        "issues": [
            {
                "severity": "warning",
                "source": "events.out.tfevents.1",
                "position": 91234,
                "kept": 120,
                "lost": 1,
                "bytes": 37,
                "key": "truncated_record",
            }
        ],
        "facts": facts,
        "config": {"lr": 0.001},
        "sources": ["events.out.tfevents.1"],
        "points": 0,
    }
    assert made == expected
    assert (
        dumps(made) == json.dumps(expected, indent=2) + "\n"
    )  # the order of the keys belongs to the contract


def test_what_is_not_known_is_null() -> None:
    assert of()["best"] is None
    finding = Finding("plateau", "info", "loss", "val", None, {})
    (check,) = of(checks=(CheckResult("plateau", "found", findings=(finding,)),))["checks"]
    assert (check["findings"][0]["onset"], check["findings"][0]["confidence"]) == (None, None)
    assert of(best=Best("val", "loss", 3, None, 1.0))["best"]["epoch"] is None


def test_superseded_points_count() -> None:
    run = synthetic.of_curves("exp1", {("val", "loss"): np.ones(5), ("train", "loss"): np.ones(7)})
    twice = replace(
        run, series=tuple(replace(series, superseded=~series.superseded) for series in run.series)
    )
    assert of(run=twice)["points"] == 12


@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
@pytest.mark.parametrize(
    ("value", "name"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")]
)
def test_a_value_that_is_not_finite_is_null_and_says_what_it_is(
    kind: type, value: float, name: str
) -> None:
    assert with_values({"first": kind(value), "count": 3}) == {
        "first": None,
        "first_is": name,
        "count": 3,
    }


def test_the_best_value_says_what_it_is_too() -> None:
    best = of(best=Best("val", "loss", 3, None, math.inf))["best"]
    assert (best["value"], best["value_is"]) == (None, "inf")


def test_a_finite_value_says_nothing_about_itself() -> None:
    assert with_values({"rise": 0.5}) == {"rise": 0.5}


def test_a_list_holds_null_where_a_value_is_not_finite() -> None:
    assert with_values({"all": (1.0, math.nan, [math.inf])}) == {"all": [1.0, None, [None]]}


def test_numbers_of_numpy_become_plain_numbers() -> None:
    values = with_values(
        {"a": np.int64(3), "b": np.float32(0.5), "c": np.bool_(True), "d": np.float64(0.1)}
    )
    assert values == {"a": 3, "b": 0.5, "c": True, "d": 0.1}
    assert strictly(dumps(values)) == values
    assert values["c"] is True


def test_an_array_of_numpy_becomes_a_list() -> None:
    assert with_values({"all": np.array([1.0, np.nan]), "one": np.array(2)}) == {
        "all": [1.0, None],
        "one": 2,
    }


def test_other_objects_become_their_text() -> None:
    config = {
        "start": date(2026, 1, 2),
        3: "three",
        "none": None,
        "nested": {"flag": False, "path": ["a", 1]},
    }
    run = Run("exp1", (), config)
    assert of(run=run)["config"] == {
        "start": "2026-01-02",
        "3": "three",
        "none": None,
        "nested": {"flag": False, "path": ["a", 1]},
    }


def test_no_secret_and_no_absolute_path_leaves() -> None:
    run = Run("exp1", (), {"hub_token": "abc", "data": "/home/someone/set.csv"})
    assert of(run=run)["config"] == {"hub_token": "***", "data": "set.csv"}


@pytest.mark.parametrize(
    "make", [synthetic.healthy, synthetic.overfitting, synthetic.plateau, synthetic.non_finite]
)
def test_a_real_diagnosis_survives_a_strict_reader_and_repeats_itself(make) -> None:
    first, second = (dumps(diagnose(make(1).run).to_dict()) for _ in range(2))
    assert first == second
    assert strictly(first) == diagnose(make(1).run).to_dict()


def test_names_in_any_script_stay_readable() -> None:
    assert "pérdida 損失" in dumps({"run": "pérdida 損失"})


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
trees = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(trees)
def test_any_tree_of_values_is_strict_json(tree: Any) -> None:
    assert strictly(dumps(tree)) == strictly(dumps(strictly(dumps(tree))))


def test_measured_advice_is_plain_numbers() -> None:
    effect = Effect("plateau", "", "cosine", 80, 5, 0.1, 0.7, 0.6, 0.8, -0.1, 0.2)
    cause = Cause("plateau", "rate_too_high", 80, 5, 0.6, 0.5, 0.7)
    steps = (Step(0), Step(2, "cosine", effect), Step(1, "wider"))
    finding = Finding("plateau", "info", "loss", "val", None, {}, advice=Advice(steps, (cause,)))
    (check,) = of(checks=(CheckResult("plateau", "found", findings=(finding,)),))["checks"]
    measured, other = check["findings"][0]["advice"]  # a step without a remedy is not among them
    assert measured["remedy"] == "cosine"
    assert measured["helped"] == {
        "context": "",
        "runs": 80,
        "families": 5,
        "share": 0.7,
        "low": 0.6,
        "high": 0.8,
        "median": -0.1,
        "worse": 0.2,
        "gain": 0.1,
    }
    assert (other["remedy"], other["helped"]) == ("wider", None)
    assert check["findings"][0]["causes"] == [
        {
            "cause": "rate_too_high",
            "runs": 80,
            "families": 5,
            "share": 0.6,
            "low": 0.5,
            "high": 0.7,
            "chance": 0.0,
        }
    ]


def test_strict_data_becomes_the_same_document() -> None:
    made = diagnose(synthetic.overfitting(1).run)
    assert document_of(made.data) == dumps(made.to_dict())

"""Optuna's journal: trials with intermediate values are runs, as Optuna 5.0 writes them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzer.reading.load import load, scan

LOSS = [2.0, 1.5, 1.2, 1.0, 0.9, 0.85]
CHOICES = json.dumps(
    {"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}}
)
Operation = dict[str, Any]


def reports(trial: int, values: Sequence[float]) -> list[Operation]:
    """Return the operations of a trial: created, with parameters and what it reported."""
    ids = {"trial_id": trial}
    found: list[Operation] = [
        {"op_code": 4, "study_id": 0, "datetime_start": "2026-01-01T00:00:00"},
        {"op_code": 5, **ids, "param_name": "lr", "param_value_internal": 0.1 * (trial + 1)},
        {"op_code": 5, **ids, "param_name": "opt", "param_value_internal": 1},
        {"op_code": 8, **ids, "user_attr": {"seed": 7}},
    ]
    found[2]["distribution"] = CHOICES
    for step, value in enumerate(values):
        found.append({"op_code": 7, **ids, "step": step, "intermediate_value": value})
    return [*found, {"op_code": 6, **ids, "state": 1, "values": [values[-1]]}]


def study(name: str = "net", *, direction: int = 1) -> Operation:
    return {"op_code": 0, "study_name": name, "directions": [direction]}


def journal(folder: Path, *operations: Operation) -> Path:
    path = folder / "journal.log"
    lines = []
    for operation in operations:
        code = operation["op_code"]
        lines.append(json.dumps({"op_code": code, "worker_id": "w", **operation}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_each_trial_is_a_run_with_its_parameters(tmp_path: Path) -> None:
    double = [2 * value for value in LOSS]
    journal(tmp_path, study(), *reports(0, LOSS), *reports(1, double))
    first, second = load(tmp_path)
    assert [run.name.rpartition(" ")[2] for run in (first, second)] == ["#0", "#1"]
    assert first.curve("loss", "val").value.tolist() == LOSS
    assert first.curve("loss", "val").step.tolist() == list(range(len(LOSS)))
    assert first.config == {"lr": 0.1, "opt": "sgd", "seed": 7}
    assert second.curve("loss", "val").value.tolist() == double
    assert [issue.key for issue in first.issues] == ["reported_values"]


def test_trials_of_workers_at_once_are_told_apart(tmp_path: Path) -> None:
    first, second = reports(0, LOSS), reports(1, LOSS[::-1])
    mixed = [operation for pair in zip(first, second, strict=True) for operation in pair]
    journal(tmp_path, study(), *mixed)
    assert [run.series[0].value.tolist() for run in load(tmp_path)] == [LOSS, LOSS[::-1]]


def test_values_that_are_not_finite_are_values(tmp_path: Path) -> None:
    journal(tmp_path, study(), *reports(0, [*LOSS, math.inf, math.nan]))
    (run,) = load(tmp_path)
    assert math.isinf(run.series[0].value[-2])
    assert math.isnan(run.series[0].value[-1])


@pytest.mark.parametrize(("metric", "expected"), [("accuracy", "accuracy"), ("", "score")])
def test_a_study_that_maximizes_has_a_score(tmp_path: Path, metric: str, expected: str) -> None:
    attribute = {"study:metric_names": [metric]} if metric else {}
    named = {"op_code": 3, "study_id": 0, "system_attr": attribute}
    journal(tmp_path, study(direction=2), named, *reports(0, LOSS))
    (run,) = load(tmp_path)
    assert [(series.split, series.metric) for series in run.series] == [("val", expected)]


def test_a_deleted_study_is_gone_and_its_name_may_be_taken_again(tmp_path: Path) -> None:
    deleted = {"op_code": 1, "study_id": 0}
    again = reports(1, LOSS[::-1])
    again[0]["study_id"] = 1
    journal(tmp_path, study(), study(), *reports(0, LOSS), deleted, study(), *again)
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == LOSS[::-1]


def test_a_trial_that_was_copied_from_another_study_is_read(tmp_path: Path) -> None:
    copied = {
        "op_code": 4,
        "study_id": 0,
        "params": {"opt": 0},
        "distributions": {"opt": CHOICES},
        "user_attrs": {"seed": 3},
        "intermediate_values": {str(step): value for step, value in enumerate(LOSS)},
    }
    journal(tmp_path, study(), copied)
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == LOSS
    assert run.config == {"opt": "adam", "seed": 3}


def test_a_damaged_line_costs_only_itself(tmp_path: Path) -> None:
    path = journal(tmp_path, study(), *reports(0, LOSS))
    lines = path.read_text().splitlines()
    lines[6] = lines[6][:20]
    path.write_text("\n".join(lines) + '\n{"op_code": 7, "tr')
    (run,) = load(tmp_path)
    assert run.points == len(LOSS) - 1
    keys = {issue.key: issue.position for issue in run.issues}
    assert (keys["bad_lines"], keys["cut_line"]) == (7, 13)


def test_operations_on_what_is_unknown_do_nothing(tmp_path: Path) -> None:
    strange: list[Operation] = [
        {"op_code": 7, "trial_id": 9, "step": 0, "intermediate_value": 1.0},
        {"op_code": 4, "study_id": 5},
        {"op_code": [1], "study_id": None},
        {"op_code": 5, "trial_id": "x"},
    ]
    journal(tmp_path, study(), *strange, *reports(0, LOSS))
    (run,) = load(tmp_path)
    assert run.points == len(LOSS)


def test_a_short_trial_is_counted(tmp_path: Path) -> None:
    journal(tmp_path, study(), *reports(0, LOSS), *reports(1, LOSS[:3]))
    (run,) = load(tmp_path)
    assert ("short_trials", 1) in [(issue.key, issue.values.get("count")) for issue in run.issues]


def test_a_journal_without_curves_is_named(tmp_path: Path) -> None:
    journal(tmp_path, study(), *reports(0, LOSS[:4]))
    (skipped,) = scan(tmp_path).skipped
    assert skipped.key == "optuna_storage"


def test_one_odd_number_does_not_cost_the_journal(tmp_path: Path) -> None:
    operations = reports(0, LOSS)
    operations.insert(
        1, {"op_code": 5, "trial_id": 0, "param_name": "huge", "param_value_internal": 10**400}
    )
    operations.append({"op_code": 7, "trial_id": 0, "step": 9, "intermediate_value": 10**400})
    journal(tmp_path, study(), *operations)
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == LOSS
    assert run.config == {"lr": 0.1, "opt": "sgd", "seed": 7}
    (issue,) = [issue for issue in run.issues if issue.key == "points_unfit"]
    assert (issue.kept, issue.lost) == (6, 1)


@pytest.mark.parametrize("step", ["\u00b2", "x", "9" * 5000])
def test_a_copied_trial_loses_only_a_step_that_is_not_a_number(tmp_path: Path, step: str) -> None:
    values = {**{str(place): value for place, value in enumerate(LOSS)}, step: 0.5}
    copied = {"op_code": 4, "study_id": 0, "intermediate_values": values}
    journal(tmp_path, study(), copied)
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == LOSS
    assert [issue.lost for issue in run.issues if issue.key == "points_unfit"] == [1]


def test_a_step_reported_again_is_one_point(tmp_path: Path) -> None:
    again = {"op_code": 7, "trial_id": 0, "step": 2, "intermediate_value": 1.25}
    journal(tmp_path, study(), *reports(0, LOSS), again)
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == [*LOSS[:2], 1.25, *LOSS[3:]]


def test_the_name_of_a_deleted_study_is_free_again(tmp_path: Path) -> None:
    later = [{**operation, "study_id": 1} for operation in reports(0, LOSS)]
    journal(tmp_path, study(), study(), {"op_code": 1, "study_id": 0}, study(), *later)
    (run,) = load(tmp_path)
    assert run.series[0].value.tolist() == LOSS


def test_values_of_a_trial_that_is_not_in_the_file_are_told(tmp_path: Path) -> None:
    path = journal(tmp_path, study(), *reports(0, LOSS), *reports(7, LOSS)[1:])
    (run,) = load(path)
    (issue,) = [issue for issue in run.issues if issue.key == "orphan_values"]
    assert (run.points, issue.kept, issue.lost) == (6, 6, 6)
    assert "6 values belong to a trial that the file does not have" in str(issue)
    assert str(issue).endswith("Copy the file again from its source.")  # a cut loses only the end


def test_operations_of_an_unknown_kind_are_told(tmp_path: Path) -> None:
    odd = [{"op_code": code, "trial_id": 0} for code in (12, "x\n", 12, None)]
    known = [{"op_code": code, "trial_id": 0} for code in (2, 6, 9)]
    journal(tmp_path, study(), *reports(0, LOSS), *known, *odd)
    (run,) = load(tmp_path)
    assert run.curve("loss", "val").value.tolist() == LOSS
    (issue,) = (issue for issue in run.issues if issue.severity == "warning")
    assert (issue.key, issue.position, issue.kept) == ("unknown_operations", 16, len(LOSS))
    assert dict(issue.values) == {"count": 4, "kinds": "12, x\ufffd, None"}

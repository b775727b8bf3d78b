"""A run from lists, data frames and Keras histories that never were a file."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import analyzer

HISTORY = {
    "loss": (1.5 * np.exp(-np.arange(40) / 8)).tolist(),
    "val_loss": (0.5 + 0.02 * np.abs(np.arange(40) - 10)).tolist(),
}

TIDY = pd.DataFrame(
    {
        "epoch": [*range(40), *range(40)],
        "split": ["train"] * 40 + ["val"] * 40,
        "metric": "loss",
        "value": HISTORY["loss"] + HISTORY["val_loss"],
    }
)


def judgement(diagnosis: analyzer.Diagnosis) -> dict[str, object]:
    """Return diagnosis.json without the names of the run, of its files and of what was logged."""
    where = {"run", "sources", "format", "log_issues"}
    told = {name: value for name, value in diagnosis.to_dict().items() if name not in where}
    told["facts"].get("early_stopping", {}).pop("monitor", None)
    return told


@pytest.mark.parametrize(
    "history",
    [
        HISTORY,
        {name: np.array(values) for name, values in HISTORY.items()},
        pd.DataFrame(HISTORY),
        pd.DataFrame(HISTORY).rename_axis("epoch").reset_index(),
        pd.DataFrame(HISTORY).rename_axis("epoch"),
        SimpleNamespace(history=HISTORY, epoch=list(range(40))),
        (HISTORY["loss"], HISTORY["val_loss"]),
        [np.array(values) for values in HISTORY.values()],
        TIDY,
        TIDY.drop(columns="epoch"),
        [dict(zip(HISTORY, values, strict=True)) for values in zip(*HISTORY.values(), strict=True)],
    ],
    ids=[
        *("lists", "arrays", "frame", "frame with epochs", "frame by epoch", "keras"),
        *("two lists", "two arrays", "tidy", "tidy without epochs", "records"),
    ],
)
def test_says_what_the_same_history_in_a_file_says(history: object, tmp_path: Path) -> None:
    (tmp_path / "history.json").write_text(json.dumps(HISTORY))
    (run,) = analyzer.load(tmp_path / "history.json")
    expected, found = analyzer.diagnose(run), analyzer.diagnose(history)
    assert found.verdict == expected.verdict == "overfitting"
    assert found.findings[0].onset == expected.findings[0].onset
    assert found.run.points == 80
    assert judgement(found) == judgement(expected)


def test_settings_and_a_name_of_ones_own() -> None:
    run = analyzer.from_history(HISTORY, name="try 7", config={"lr": 0.1})
    assert (run.name, run.config["lr"]) == ("try 7", 0.1)
    assert analyzer.diagnose(run).to_dict()["sources"] == []


def test_a_name_can_be_given_its_meaning() -> None:
    run = analyzer.from_history({"nll": [2.0, 1.0]}, names={"nll": "val/loss"})
    assert run.curve("loss", "val").value.tolist() == [2.0, 1.0]


def test_a_value_that_is_missing_in_a_record_is_no_point() -> None:
    records = [{"loss": 1.0}, {"loss": 0.9, "val_loss": 1.1}, {"loss": 0.8}]
    assert analyzer.from_history(records).points == 4


@pytest.mark.parametrize("wrong", [7, "loss", [1.0, 0.5], {}, {"colour": ["red"]}, None])
def test_what_is_no_history_gets_one_line(wrong: object) -> None:
    with pytest.raises(analyzer.AnalyzerError, match="dict of lists") as caught:
        analyzer.from_history(wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "folds",
    [
        {name: [values, values[::-1]] for name, values in HISTORY.items()},
        {f"fold{fold}_val_loss": HISTORY["val_loss"] for fold in (1, 2)},
        [{f"fold{fold}_val_loss": 1.0 - 0.1 * fold for fold in (1, 2)} for _ in range(5)],
    ],
    ids=["lists of lists", "names", "records"],
)
def test_folds_are_refused_and_none_is_dropped(folds: object) -> None:
    with pytest.raises(analyzer.AnalyzerError, match=r"^history: holds 2 runs or folds"):
        analyzer.from_history(folds)


@pytest.mark.parametrize(
    "history",
    [
        {**HISTORY, "phase": ["warm"] * 40},
        pd.DataFrame({**HISTORY, "phase": "warm"}),
        [{"loss": value, "phase": "warm"} for value in HISTORY["loss"]],
        {"loss": HISTORY["loss"], "phase": ["warm"] * 40},
    ],
    ids=["lists", "frame", "records", "one set"],
)
def test_a_column_of_text_does_no_harm(history: object) -> None:
    run = analyzer.from_history(history)
    assert run.curve("loss", "train").value.tolist() == HISTORY["loss"]


def test_sets_and_single_values_are_read_as_from_a_file(tmp_path: Path) -> None:
    sets = {
        "train": {"loss": np.array(HISTORY["loss"])},
        "val": {"loss": HISTORY["val_loss"]},
        "lr": 0.1,
        "batch": np.array(8),
    }
    run = analyzer.from_history(sets, config={"batch": 16})
    assert run.curve("loss", "val").value.tolist() == HISTORY["val_loss"]
    assert run.points == 80
    assert (run.config["lr"], run.config["batch"]) == (0.1, 16)


def test_sets_may_be_frames() -> None:
    sets = {"train": pd.DataFrame({"loss": [2.0, 1.0]}), "val": pd.DataFrame({"loss": [2.5, 1.5]})}
    assert analyzer.from_history(sets).curve("loss", "val").value.tolist() == [2.5, 1.5]


def test_unknown_names_are_listed_with_the_parameter_that_helps() -> None:
    history = {"colour": [1.0, 2.0], "mood": [2.0, 3.0]}
    with pytest.raises(analyzer.AnalyzerError, match=r"among colour, mood.*names=") as caught:
        analyzer.from_history(history)
    assert "names={'colour': 'val/loss'}" in str(caught.value)
    assert "--map" not in str(caught.value)
    assert analyzer.from_history(history, names={"colour": "val/loss"}).points == 4


def test_lists_are_drawn_and_reported(tmp_path: Path) -> None:
    diagnosis = analyzer.diagnose(HISTORY)
    analyzer.write_report(diagnosis, tmp_path / "report.html")
    assert analyzer.plot(diagnosis).axes
    assert "overfitting" in (tmp_path / "report.html").read_text(encoding="utf-8").lower()

"""The shapes of histories in memory: those of Keras, pandas and Lightning, and what is none."""

from __future__ import annotations

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


def judgement(diagnosis: analyzer.Diagnosis) -> dict[str, object]:
    """Return diagnosis.json without the names of the run, of its files and of what was logged."""
    where = {"run", "sources", "format", "log_issues"}
    told = {name: value for name, value in diagnosis.to_dict().items() if name not in where}
    told["facts"].get("early_stopping", {}).pop("monitor", None)
    return told


def taking_turns() -> pd.DataFrame:
    """Return the history as Lightning's CSVLogger has it: val and train in rows of their own."""
    rows = []
    for epoch, (train, val) in enumerate(zip(*HISTORY.values(), strict=True)):
        place = {"epoch": epoch, "step": 10 * epoch + 9}
        rows += [{**place, "val_loss": val}, {**place, "train_loss": train}]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("metrics", [taking_turns(), taking_turns().set_index("epoch")])
def test_a_frame_of_lightning_is_judged_as_its_file(metrics: pd.DataFrame, tmp_path: Path) -> None:
    metrics.to_csv(tmp_path / "metrics.csv", index=bool(metrics.index.name))
    (run,) = analyzer.load(tmp_path / "metrics.csv")
    found = analyzer.diagnose(metrics)
    assert found.run.points == run.points == 80
    assert judgement(found) == judgement(analyzer.diagnose(run))


def test_a_loss_that_became_nan_is_kept_where_rows_take_turns() -> None:
    metrics = taking_turns()
    metrics.loc[60:, ["train_loss", "val_loss"]] = np.nan
    assert analyzer.diagnose(metrics).verdict == "diverged"


def test_the_frame_of_a_run_is_that_run() -> None:
    run = analyzer.from_history(HISTORY)
    again = analyzer.diagnose(run.frame)
    assert judgement(again) == judgement(analyzer.diagnose(run))
    assert analyzer.diagnose(run).run is run


def test_keras_counts_the_epochs_of_a_resumed_run() -> None:
    resumed = SimpleNamespace(history=HISTORY, epoch=list(range(5, 45)))
    assert analyzer.from_history(resumed).curve("loss", "val").epoch[0] == 5


def test_a_frame_of_several_runs_is_refused() -> None:
    runs = [analyzer.from_history(HISTORY, name=name) for name in "ab"]
    with pytest.raises(analyzer.AnalyzerError, match="holds 2 runs"):
        analyzer.diagnose(analyzer.to_frame(runs))


def test_two_columns_of_one_name_are_refused() -> None:
    twice = pd.DataFrame([[1.0, 2.0]] * 5, columns=["loss", "loss"])
    with pytest.raises(analyzer.AnalyzerError, match="two columns of one name"):
        analyzer.diagnose(twice)


@pytest.mark.parametrize("wrong", [7, "loss", None, [1.0, 0.5], [], b"x", np.zeros((40, 2)), print])
def test_another_type_gets_a_type_error_of_one_line(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"dict of lists.*Keras History.*data frame") as caught:
        analyzer.diagnose(wrong)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, analyzer.AnalyzerError)


def test_two_lists_as_two_arguments_are_told_how() -> None:
    with pytest.raises(TypeError, match=r"diagnose\(\(train, val\)\)"):
        analyzer.diagnose(HISTORY["loss"], HISTORY["val_loss"])  # type: ignore[arg-type]

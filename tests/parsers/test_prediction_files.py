"""Which files hold predictions, and what their columns are."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers import _prediction_files
from analyzer.parsers._base import LogFile
from analyzer.parsers._prediction_files import (
    is_prediction_file,
    is_prediction_name,
    read_predictions,
    roles_of,
)


def file_of(folder: Path, name: str, text: str) -> LogFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return LogFile(path, Path(name), name, path.stat().st_size)


@pytest.mark.parametrize(
    "name",
    [
        "predictions.csv",
        "val_preds.jsonl",
        "Predicciones.csv",
        "y_pred.tsv",
        "test-prediction.json",
    ],
)
def test_names_of_predictions(name: str) -> None:
    assert is_prediction_name(name)


@pytest.mark.parametrize(
    "name", ["predictor.csv", "predictions.py", "unpredictable.csv", "metrics.csv", "spread.csv"]
)
def test_names_of_other_files(name: str) -> None:
    assert not is_prediction_name(name)


@pytest.mark.parametrize(
    ("columns", "truth", "prediction"),
    [
        (["truth", "prediction"], 0, 1),
        (["id", "y_pred", "y_true"], 2, 1),
        (["Label", "Predicted Label"], 0, 1),
        (["clase_real", "clase_predicha"], 0, 1),
        (["Actual", "Predicted", "nPredictions"], 0, 1),
        (["target", "prob_a", "prob_b"], 0, None),
    ],
)
def test_columns_are_known_by_their_names(columns, truth, prediction) -> None:
    roles = roles_of(columns)
    assert roles is not None
    assert (roles.truth, roles.prediction) == (truth, prediction)


@pytest.mark.parametrize("columns", [["epoch", "loss"], ["prediction", "score"], ["label", "p_a"]])
def test_columns_that_are_no_predictions(columns: list[str]) -> None:
    assert roles_of(columns) is None


def test_scores_keep_the_spelling_of_their_class() -> None:
    roles = roles_of(["truth", "score_Great Dane", "prob class:3", "Puntuación_él"])
    assert roles is not None
    assert roles.scores == {"Great Dane": 1, "3": 2, "él": 3}


def test_a_log_named_for_predictions_stays_a_log(tmp_path: Path) -> None:
    log = file_of(tmp_path, "prediction_model.csv", "epoch,loss,val_loss\n0,1,2\n1,.5,1\n")
    assert not is_prediction_file(log)


def test_the_class_of_the_highest_score_is_the_prediction(tmp_path: Path) -> None:
    text = "label\tscore_a\tscore_b\na\t0,9\t0,1\nb\t0,7\t0,3\n"
    found = read_predictions(file_of(tmp_path, "preds.tsv", text))
    assert found is not None
    assert found.predicted == ["a", "a"]
    assert found.scores["b"].tolist() == [0.1, 0.3]


def test_a_list_of_objects(tmp_path: Path) -> None:
    text = '[{"label": 1, "pred": 1.0}, {"label": 0, "pred": 1}, 7, {"label": null, "pred": 1}]'
    file = file_of(tmp_path, "predictions.json", text)
    assert is_prediction_file(file)
    found = read_predictions(file)
    assert found is not None
    assert (found.truth, found.predicted, found.lost) == (["1", "0"], ["1", "1"], 2)


def test_a_file_without_end_is_cut_and_says_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(_prediction_files, "MOST_ROWS", 50)
    found = read_predictions(file_of(tmp_path, "preds.csv", "truth,pred\n" + "a,a\nb,a\n" * 100))
    assert found is not None
    assert (len(found.truth), found.is_cut) == (50, True)


@pytest.mark.parametrize(
    "text",
    [
        "truth,pred\na,a\0\nragged\n",
        '{"label": "a", "pred": ' + "[" * 100_000 + "\n",
        '{"label": "a", "pred": "a"}\n' + '{"label": ' + "9" * 5000 + ', "pred": "a"}\n',
    ],
)
def test_hostile_rows_cost_themselves_alone(tmp_path: Path, text: str) -> None:
    name = "preds.jsonl" if text.startswith("{") else "preds.csv"
    found = read_predictions(file_of(tmp_path, name, text))
    assert found is None or len(found.truth) == 1


def test_a_label_without_end_is_cut(tmp_path: Path) -> None:
    text = "truth,pred,text\n" + f'"{"x" * 100_000}",a,{"y" * 100_000}\na,a,b\n'
    found = read_predictions(file_of(tmp_path, "preds.csv", text))
    assert found is not None
    assert found.texts is not None
    assert max(map(len, (*found.truth, *found.texts))) <= 2000

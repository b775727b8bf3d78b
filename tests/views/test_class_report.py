"""A classification report beside a log, shown like predictions but for the classes confused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import analyzer
from analyzer.engine import diagnose
from analyzer.parsers._report_files import ClassReport, ClassScores
from analyzer.report.html import page
from analyzer.views._class_report import report_rows, report_values
from analyzer.views.predictions import PredictionsView

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{2 / (n + 1)},{2.2 / (n + 1)}\n" for n in range(20))


def test_a_report_says_what_the_predictions_behind_it_say(tmp_path: Path) -> None:
    judge = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 4, 400)
    said = np.where(rng.random(400) < 0.6, truth, rng.integers(0, 4, 400))
    contents = []
    for name, text in (
        (
            "predictions.csv",
            "truth,prediction\n" + "".join(f"{a},{b}\n" for a, b in zip(truth, said, strict=True)),
        ),
        (
            "classification_report.json",
            json.dumps(judge.classification_report(truth, said, output_dict=True)),
        ),
    ):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / "log.csv").write_text(LOG, encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
        (run,) = analyzer.load(folder)
        contents.append(PredictionsView().read(run))
    predictions, report = contents
    assert predictions is not None
    assert report is not None
    for key in ("examples", "right", "accuracy", "low", "high", "balanced", "macro_f1"):
        assert report.numbers[key] == pytest.approx(predictions.numbers[key])
    for own, other in zip(
        report.numbers["per_class"], predictions.numbers["per_class"], strict=True
    ):
        assert own["class"] == other["class"]
        assert own["f1_low"] == pytest.approx(other["f1_low"])
    assert "classification_report.json" in page(diagnose(run), "es")


def test_a_class_that_was_never_predicted_has_no_precision() -> None:
    report = [ClassScores("a", 0.8, 1.0, 0.889, 80), ClassScores("b", 0.0, 0.0, 0.0, 20)]
    rows = report_rows(report)
    assert [row["class"] for row in rows] == ["b", "a"]
    assert rows[0]["precision"] is None
    values = report_values("made", ClassReport((*report,), has_accuracy=True), rows)
    assert (values["right"], values["balanced"]) == (80, 0.5)


SEVERAL_LABELS = """
              precision    recall  f1-score   support

         cat       0.67      1.00      0.80         6
         dog       0.75      0.75      0.75         4
         emu       1.00      0.60      0.75         5

   micro avg       0.75      0.80      0.77        15
 samples avg       0.78      0.81      0.76        15
"""


def test_a_report_without_an_accuracy_gives_none(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "classification_report.txt").write_text(SEVERAL_LABELS, encoding="utf-8")
    (run,) = analyzer.load(tmp_path)
    content = PredictionsView().read(run)
    assert content is not None
    assert not content.numbers.keys() & {"right", "examples", "accuracy", "balanced"}
    assert content.numbers["macro_f1"] == pytest.approx(2.3 / 3)
    diagnosis = diagnose(run)
    assert "The report gives no accuracy." in page(diagnosis, "en")
    assert "El informe no da la accuracy." in page(diagnosis, "es")

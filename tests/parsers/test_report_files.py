"""Classification reports as scikit-learn and pandas write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.parsers._base import LogFile
from analyzer.parsers._report_files import is_report_file, is_report_name, read_report

CLASSES = ["cat", "big dog", "emu"]


def file_of(folder: Path, name: str, text: str) -> LogFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return LogFile(path, Path(name), name, path.stat().st_size)


def labels(count: int = 300) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, count)
    said = np.where(rng.random(count) < 0.7, truth, rng.integers(0, 3, count))
    return [CLASSES[at] for at in truth], [CLASSES[at] for at in said]


def written(how: str) -> tuple[str, str]:
    """Return a file name and what scikit-learn or pandas would write there."""
    report = pytest.importorskip("sklearn.metrics").classification_report
    if how == "text":
        return "classification_report.txt", report(*labels(), digits=4)
    made: dict[str, Any] = report(*labels(), output_dict=True)
    if how == "json":
        return "val_classification_report.json", json.dumps(made)
    frame = pytest.importorskip("pandas").DataFrame(made)
    frame = frame.T if how == "frame by class" else frame
    return "classification-report.csv", frame.to_csv()


@pytest.mark.parametrize("how", ["json", "text", "frame by class", "frame by score"])
def test_every_shape_gives_the_scores_of_scikit_learn(tmp_path: Path, how: str) -> None:
    judge = pytest.importorskip("sklearn.metrics")
    file = file_of(tmp_path, *written(how))
    assert is_report_file(file)
    found = read_report(file)
    assert found is not None
    oracle = judge.precision_recall_fscore_support(*labels(), labels=CLASSES)
    by_name = {scores.name: scores for scores in found.classes}
    for place, name in enumerate(CLASSES):
        assert by_name[name][1:] == pytest.approx([part[place] for part in oracle], abs=1e-4)
    assert len(found.classes) == 3  # neither the accuracy nor a mean is a class
    assert found.has_accuracy


@pytest.mark.parametrize("how", ["json", "text", "csv"])
def test_a_report_of_several_labels_has_no_accuracy(tmp_path: Path, how: str) -> None:
    report = pytest.importorskip("sklearn.metrics").classification_report
    truth, said = np.random.default_rng(4).integers(0, 2, (2, 60, 3))
    made = report(truth, said, output_dict=how != "text", zero_division=0)
    text = made if how == "text" else json.dumps(made)
    if how == "csv":
        text = pytest.importorskip("pandas").DataFrame(made).T.to_csv()
    suffix = {"text": "txt"}.get(how, how)
    found = read_report(file_of(tmp_path, f"classification_report.{suffix}", text))
    assert found is not None
    assert len(found.classes) == 3
    assert not found.has_accuracy


def test_lines_of_blanks_are_passed_over(tmp_path: Path) -> None:
    blanks = "a" + " " * 500_000
    rows = " big  dog  0.5 0.5  0.50   4\n\tcat 1.0 1.0 1.0 6 \naccuracy 0.8 10\n"
    text = f"{blanks}\n{blanks}b\n precision recall f1-score support\n{rows}"
    found = read_report(file_of(tmp_path, "classification_report.txt", text))
    assert found is not None
    assert [(scores.name, scores.support) for scores in found.classes] == [
        ("big  dog", 4),
        ("cat", 6),
    ]
    assert found.has_accuracy


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classification_report.json", '{"accuracy": 0.9}'),
        ("classification_report.json", "[1, 2]"),
        ("classification_report.txt", "the classes look fine\n"),
        ("classification_report.csv", ""),
        ("classification_report.csv", ",precision,recall,f1-score,support\na,2,2,2,5\nb,x,1,1,5\n"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, name: str, text: str) -> None:
    assert not is_report_file(file_of(tmp_path, name, text))


def test_only_files_that_are_named_for_it_are_opened() -> None:
    assert is_report_name("informe_clasificacion.json")
    assert is_report_name("test-classification-report.txt")
    assert not is_report_name("report.txt")
    assert not is_report_name("classification_report.html")

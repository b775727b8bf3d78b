"""Predictions of a model: confusion matrix, scores of each class, and the worst predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np

from analyzer.errors import ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._matrix_files import is_matrix_name, read_matrix
from analyzer.parsers._prediction_files import Predictions, is_prediction_name, read_predictions
from analyzer.parsers._report_files import ClassReport, is_report_name, read_report
from analyzer.stats.arrays import Floats
from analyzer.stats.shares import counted
from analyzer.views._base import Content, Matrix, Saying, View, ViewTable
from analyzer.views._class_report import report_rows, report_values
from analyzer.views._confusion import (
    Judged,
    class_rows,
    confused_pairs,
    in_all,
    majority_of,
    shaded_matrix,
)
from analyzer.views._media import shortened
from analyzer.views._tables import table_predictions

T = TypeVar("T")

MOST_SHOWN = 12  # classes of a matrix; with more, its cells cannot be read
MOST_CLASSES = 60  # with more values, the labels are no classes
_MOST_ROWS = 15  # of the table of classes
_MOST_PAIRS = 6
_MOST_WORST = 6
_LONGEST_INPUT = 140
_HALF = 0.5
_FEWEST = 5  # examples of a class that may be named as the worst


class PredictionsView(View):
    """What a file, a table or a matrix beside the curves says of each class."""

    place: ClassVar[int] = 10

    def read(self, run: Run) -> Content | None:
        """Read predictions beside the log, else in it, else a matrix or a report beside it."""
        for source, found in _predictions(run):
            content = _content(source, found)
            if content is not None:
                return content
        for source, named in _beside(run, is_matrix_name, read_matrix):
            judged = Judged(source, tuple(map(shortened, named.classes)), named.counts)
            return _of_classes(judged, 0, None)
        for source, report in _beside(run, is_report_name, read_report):
            return _of_report(source, report)
        return None


def _predictions(run: Run) -> list[tuple[str, Predictions]]:
    """Return the predictions of a run, those of files first."""
    return _beside(run, is_prediction_name, read_predictions) or table_predictions(run)


def _beside(
    run: Run, is_named: Callable[[str], bool], read: Callable[[LogFile], T | None]
) -> list[tuple[str, T]]:
    """Return what the files of one kind beside the log hold; damaged ones are passed over."""
    found = []
    for path in map(Path, run.results):
        if is_named(path.name):
            try:
                made = read(_file(path))
            except (ParseError, OSError):
                continue
            if made is not None:
                found.append((path.name, made))
    return found


def _file(path: Path) -> LogFile:
    return LogFile(path, Path(path.name), path.name, path.stat().st_size)


def _content(source: str, found: Predictions) -> Content | None:
    """Return the view of predictions: of classes, or of numbers if the labels are no classes."""
    found = _thresholded(found)
    labels = [*found.truth, *found.predicted]
    classes = _in_order(set(labels))
    numbers = _as_numbers(labels)
    is_whole = numbers is None or bool((numbers % 1 == 0).all())
    if len(classes) > MOST_CLASSES or not is_whole or len(classes) < 2:
        if numbers is None or len(classes) < 2:
            return None
        return _of_numbers(source, found, numbers)
    places = {name: at for at, name in enumerate(classes)}
    truth = np.array([places[name] for name in found.truth])
    predicted = np.array([places[name] for name in found.predicted])
    if found.counts is None:
        counts = counted(truth, predicted, len(classes))
    else:
        counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
        np.add.at(counts, (truth, predicted), np.array(found.counts))
        if not counts.sum():
            return None
    judged = Judged(shortened(source), tuple(map(shortened, classes)), counts)
    worst = None if found.counts is not None else _worst(found, truth != predicted)
    return _of_classes(judged, found.lost, worst, is_cut=found.is_cut)


def _thresholded(found: Predictions) -> Predictions:
    """Return predictions in which a probability of the class 1 is a class: 1 from .5 on."""
    values = _as_numbers(found.predicted)
    if set(found.truth) - {"0", "1"} or values is None or not (values % 1).any():
        return found
    if values.min() < 0 or values.max() > 1:
        return found
    labels = ["1" if value >= _HALF else "0" for value in values.tolist()]
    return Predictions(
        truth=found.truth,
        predicted=labels,
        scores={"0": 1 - values, "1": values},
        texts=found.texts,
        lost=found.lost,
        is_cut=found.is_cut,
    )


def _as_numbers(labels: Sequence[str]) -> Floats | None:
    try:
        numbers = np.array(labels, dtype=np.float64)
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def _in_order(labels: set[str]) -> list[str]:
    """Return classes in the order of their numbers, or else of the alphabet."""
    listed = sorted(labels)
    numbers = _as_numbers(listed)
    if numbers is None:
        return listed
    return [listed[at] for at in np.argsort(numbers, kind="stable").tolist()]


def _of_report(source: str, report: ClassReport) -> Content:
    """Return what a classification report says; it does not say which classes are confused."""
    rows = report_rows(report.classes)
    values = report_values(source, report, rows)
    says = [Saying("overview" if report.has_accuracy else "without_accuracy", values)]
    named = [row for row in rows if row["examples"] >= _FEWEST]
    if named:
        says.append(Saying("worst", named[0]))
    shown = tuple(rows[:_MOST_ROWS])
    table = ViewTable("classes", shown, len(rows) - len(shown))
    return Content(tuple(says), {**values, "per_class": rows}, (table,))


def _of_classes(
    judged: Judged, lost: int, worst: ViewTable | None, *, is_cut: bool = False
) -> Content:
    """Return what a confusion matrix says."""
    rows = class_rows(judged)
    pairs = confused_pairs(judged)
    values = in_all(judged, rows)
    says = [Saying("overview", values)]
    named = [row for row in rows if row["examples"] >= _FEWEST]
    skewed = majority_of(judged, values)
    if skewed is not None:
        says.append(Saying("unbalanced", skewed))
    if named:
        says.append(Saying("worst", named[0]))
    if pairs:
        says.append(Saying("pair", pairs[0]))
    says += [Saying("lost", {"lost": lost})] if lost else []
    says += [Saying("cut", values)] if is_cut else []
    shown = tuple(rows[:_MOST_ROWS])
    tables = [ViewTable("classes", shown, len(rows) - len(shown))]
    if len(pairs) > 1:
        tables.append(ViewTable("pairs", tuple(pairs[:_MOST_PAIRS])))
    is_small = len(judged.classes) <= MOST_SHOWN
    maps = () if is_small else (shaded_matrix(judged),)
    return Content(
        says=tuple(says),
        numbers={
            **values,
            "per_class": rows,
            "names": list(judged.classes),
            "confusion": judged.counts.tolist(),
        },
        tables=(*tables, *([worst] if worst is not None else ())),
        maps=maps,
        matrix=Matrix(judged.classes, judged.counts) if is_small else None,
    )


def _worst(found: Predictions, wrong: Any) -> ViewTable | None:
    """Return the wrong predictions of which the model was surest, the first ones without scores."""
    places = np.flatnonzero(wrong)
    if not len(places):
        return None
    sure = _confidence(found)
    if sure is not None:
        filled = np.nan_to_num(sure[places], nan=-1.0)
        places = places[np.argsort(-filled, kind="stable")]
    rows = []
    for place in places[:_MOST_WORST].tolist():
        own = found.scores.get(found.truth[place])
        rows.append(
            {
                "row": place + 1,
                "truth": shortened(found.truth[place]),
                "prediction": shortened(found.predicted[place]),
                "confidence": _known(sure, place),
                "of_truth": _known(own, place),
                "input": _input(found, place),
            }
        )
    key = "surest" if sure is not None else "wrong"
    return ViewTable(key, tuple(rows), 0, {"wrong": int(wrong.sum())})


def _confidence(found: Predictions) -> Floats | None:
    """Return the score of each predicted class, None if the file has none."""
    if not found.scores:
        return found.confidence
    names = list(found.scores)
    table = np.column_stack([found.scores[name] for name in names])
    places = {name: at for at, name in enumerate(names)}
    columns = np.array([places.get(name, -1) for name in found.predicted])
    values = table[np.arange(len(columns)), columns]
    known: Floats = np.where(columns >= 0, values, np.nan)
    return known if np.isfinite(known).any() else found.confidence


def _known(values: Floats | None, place: int) -> float | None:
    return float(values[place]) if values is not None and np.isfinite(values[place]) else None


def _input(found: Predictions, place: int) -> str | None:
    if found.texts is None:
        return None
    shown = shortened(" ".join(found.texts[place][: 4 * _LONGEST_INPUT].split()))
    return shown or None


def _of_numbers(source: str, found: Predictions, numbers: Floats) -> Content:
    """Return what predictions of numbers say: errors, and the largest of them."""
    truth, predicted = np.split(numbers, 2)
    error = predicted - truth
    spread = float(((truth - truth.mean()) ** 2).sum())
    values = {
        "source": shortened(source),
        "examples": len(truth),
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "bias": float(error.mean()),
        "r2": 1 - float((error**2).sum()) / spread if spread > 0 else None,
    }
    places = np.argsort(-np.abs(error), kind="stable")[:_MOST_WORST].tolist()
    rows = [
        {
            "row": place + 1,
            "truth": float(truth[place]),
            "prediction": float(predicted[place]),
            "error": float(error[place]),
            "input": _input(found, place),
        }
        for place in places
    ]
    says = [Saying("numbers" if values["r2"] is not None else "numbers_flat", values)]
    says += [Saying("lost", {"lost": found.lost})] if found.lost else []
    says += [Saying("cut", values)] if found.is_cut else []
    return Content(tuple(says), {**values, "worst": rows}, (ViewTable("errors", tuple(rows)),))

"""Predictions beside a log: a row for each example, with the truth and what the model said."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from analyzer.parsers._base import LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._file_names import is_named_for
from analyzer.parsers._json import Unreadable, number_or_nan, read_value
from analyzer.stats.arrays import Floats

MOST_ROWS = 200_000  # of a file; the rest is said, and not read
MOST_BYTES = 64 << 20
MOST_CLASSES = 500  # columns of scores
_MOST_ERRORS = 1000  # lines that no reader can cut into cells
_LONGEST = 1 << 20  # characters of a line
_LONGEST_LABEL, _LONGEST_TEXT = 200, 2000  # characters that are kept

_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")
_NAMED = re.compile(
    r"(?:^|[^a-z])(?:y_?)?(?:preds?|predictions?|predicted|predicci[oó]n(?:es)?)(?:$|[^a-z])"
)
_TRUTH = frozenset(
    (
        *("truth", "true", "true_label", "y_true", "ytrue", "true_class", "ground_truth", "gt"),
        *("label", "labels", "target", "targets", "actual", "actual_label", "expected", "gold"),
        *("gold_label", "reference", "y", "class", "verdad", "etiqueta", "etiqueta_real", "real"),
        *("clase_real", "valor_real", "verdadero", "objetivo", "clase_verdadera", "truths"),
        *("true_labels", "label_true", "esperado", "clase"),
    )
)
_PREDICTION = frozenset(
    (
        *("prediction", "predictions", "pred", "preds", "predicted", "y_pred", "ypred", "yhat"),
        *("y_hat", "predicted_label", "pred_label", "predicted_class", "pred_class", "output"),
        *("model_output", "label_pred", "prediccion", "predicho", "predicha", "clase_predicha"),
        *("etiqueta_predicha", "valor_predicho", "predicted_labels", "predicciones"),
    )
)
_CONFIDENCE = frozenset(
    ("confidence", "score", "prob", "probability", "confianza", "probabilidad", "puntuacion")
)
_INPUT = frozenset(
    (
        *("text", "input", "inputs", "sentence", "question", "prompt", "review", "title"),
        *("texto", "entrada", "frase", "pregunta", "image", "imagen", "file", "filename"),
        *("file_name", "path", "image_path", "archivo", "fichero", "id", "name", "nombre"),
    )
)
_COUNT = frozenset(("npredictions", "count", "n", "cuenta", "conteo"))
_SCORE = re.compile(
    r"(?:class[_ ])?(?:scores?|probs?|proba|probability|p|puntuaci[oó]n|probabilidad)"
    r"(?:[_ ]class)?[_ .:/-](.+)",
    re.IGNORECASE | re.DOTALL,
)
_SCORE_LISTS = ("scores", "probs", "probabilities", "proba", "probabilidades", "puntuaciones")


class Roles(NamedTuple):
    """Which column is what: places in a row, None for what no column has.

    ``scores`` are the columns of scores by the class that they are of.
    """

    truth: int
    prediction: int | None
    scores: Mapping[str, int]
    confidence: int | None
    text: int | None
    times: int | None


@dataclass
class Predictions:
    """The examples of a file, in its order; lists and arrays have the same length.

    ``scores`` are by class; ``lost`` counts rows that lack a truth or a prediction, and
    ``is_cut`` says that the file has more rows than were read.
    """

    truth: list[str] = field(default_factory=list)
    predicted: list[str] = field(default_factory=list)
    scores: dict[str, Floats] = field(default_factory=dict)
    confidence: Floats | None = None
    texts: list[str] | None = None
    counts: list[int] | None = None
    lost: int = 0
    is_cut: bool = False


def is_prediction_name(name: str) -> bool:
    """Say whether a file is named for predictions: predictions.csv, val_preds.jsonl."""
    return is_named_for(name.lower(), _NAMED, _SUFFIXES)


def is_prediction_file(file: LogFile) -> bool:
    """Say, by the name and the first 4 KiB, whether a file has predictions."""
    if not is_prediction_name(file.name):
        return False
    text = decode(file.head).lstrip()
    if file.suffix.lower() in (".csv", ".tsv"):
        line = text.split("\n", 1)[0].rstrip("\r")
        return roles_of(next(csv.reader([line], delimiter=separator_of(line)), [])) is not None
    keys = re.findall(r'"((?:[^"\\]|\\.)*)"\s*:', text)
    return text[:1] in ("{", "[") and roles_of(list(dict.fromkeys(keys))) is not None


def normal(name: str) -> str:
    """Return the name of a column without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", name.strip().lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^\w]+", "_", plain).strip("_")


def roles_of(columns: Sequence[str]) -> Roles | None:
    """Return what columns are, None if they lack a truth, or a prediction and scores."""
    names = [normal(str(column)) for column in columns[: MOST_CLASSES + 20]]
    prediction = _first(names, _PREDICTION)
    scores: dict[str, int] = {}
    for place in range(len(names)):
        found = _SCORE.fullmatch(str(columns[place]).strip())
        if found and place != prediction:
            scores[found[1]] = place
    truth = _first(names, _TRUTH)
    has_list = any(name in _SCORE_LISTS for name in names)
    if truth is None or (prediction is None and len(scores) < 2 and not has_list):
        return None
    return Roles(
        truth=truth,
        prediction=prediction,
        scores=scores,
        confidence=_first(names, _CONFIDENCE),
        text=_first(names, _INPUT),
        times=_first(names, _COUNT),
    )


def _first(names: Sequence[str], known: frozenset[str]) -> int | None:
    return next((place for place, name in enumerate(names) if name in known), None)


def separator_of(line: str) -> str:
    """Return what separates the cells of a header."""
    return max(",;\t|", key=line.count)


def read_predictions(file: LogFile) -> Predictions | None:
    """Return the predictions of a file, None if it has none. Raises ParseError, OSError."""
    with file.open() as handle:
        data = handle.read(MOST_BYTES + 1)
    text = decode(data[:MOST_BYTES])
    if file.suffix.lower() in (".csv", ".tsv"):
        rows = _csv_rows(text)
        header = next(rows, [])
    else:
        header, rows = _json_rows(text)
    found = predictions_in(header, rows)
    if found is not None and len(data) > MOST_BYTES:
        found.is_cut = True
    return found


def _csv_rows(text: str) -> Iterator[list[Any]]:
    """Yield the rows of a table; a line that cannot be cut into cells is left out."""
    lines = text.replace("\0", "").splitlines()
    separator = separator_of(next(iter(lines), ""))
    reader = csv.reader(lines, delimiter=separator)
    errors = 0
    while errors < _MOST_ERRORS:
        try:
            yield next(reader)
        except csv.Error:
            errors += 1
            yield [None]
        except StopIteration:
            return


def _json_rows(text: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the names and the rows of JSON objects, one on each line or all in a list."""
    if text.lstrip()[:1] == "[":
        whole = read_value(text)
        objects = iter(whole if isinstance(whole, list) else [])
    else:
        lines = (line for line in text.split("\n") if line.strip())
        objects = (read_value(line) if len(line) <= _LONGEST else Unreadable for line in lines)
    first = next((item for item in objects if isinstance(item, dict)), None)
    if first is None:
        return [], iter(())
    names, listed = _spread(first)
    header = [*names, *listed]

    def row(item: Any) -> list[Any]:
        if not isinstance(item, dict):
            return [None]
        own, scores = _spread(item)
        return [own.get(name, scores.get(name)) for name in header]

    return header, (row(item) for item in chain([first], objects))


def _spread(item: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an object without lists of scores, and these as a column for each class."""
    plain: dict[str, Any] = {}
    listed: dict[str, Any] = {}
    for name, value in item.items():
        if normal(name) in _SCORE_LISTS and isinstance(value, list | dict):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            listed |= {f"score_{key}": score for key, score in list(pairs)[:MOST_CLASSES]}
        else:
            plain[name] = value
    return plain, listed


def predictions_in(header: Sequence[Any], rows: Iterator[list[Any]]) -> Predictions | None:
    """Return the predictions in the rows of a table, None if its columns lack them."""
    roles = roles_of([str(name) for name in header])
    if roles is None:
        return None
    found = Predictions()
    kept: list[list[Any]] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            found.is_cut = True
            break
        if not row:
            continue
        truth, predicted = _label(_cell(row, roles.truth)), _predicted(row, roles)
        if len(row) < len(header) or not truth or not predicted:
            found.lost += 1
            continue
        found.truth.append(truth)
        found.predicted.append(predicted)
        kept.append(row)
    if not kept:
        return None
    _add_columns(found, kept, roles)
    return found


def _add_columns(found: Predictions, kept: Sequence[list[Any]], roles: Roles) -> None:
    """Add what the rows have beside the truth and the prediction."""
    for name, place in roles.scores.items():
        found.scores[name] = np.array([_number(row[place]) for row in kept])
    if roles.confidence is not None:
        found.confidence = np.array([_number(row[roles.confidence]) for row in kept])
    if roles.text is not None:
        found.texts = [_text(row[roles.text]) for row in kept]
    if roles.times is not None:
        found.counts = [_whole(row[roles.times]) for row in kept]


def _predicted(row: Sequence[Any], roles: Roles) -> str:
    """Return the predicted class of a row, by its scores if no column has it."""
    label = _label(_cell(row, roles.prediction))
    if label or len(roles.scores) < 2:
        return label
    own = [_number(_cell(row, place)) for place in roles.scores.values()]
    return list(roles.scores)[int(np.argmax(own))] if np.isfinite(own).all() else ""


def _cell(row: Sequence[Any], place: int | None) -> Any:
    return None if place is None or place >= len(row) else row[place]


def _number(cell: Any) -> float:
    if isinstance(cell, str):
        cell = cell.strip().replace(",", ".") if cell.count(",") == 1 else cell.strip()
        try:
            return float(cell)
        except ValueError:
            return float("nan")
    return number_or_nan(cell)


def _whole(cell: Any) -> int:
    number = _number(cell)
    return int(number) if 0 <= number < 2**53 else 0


def _label(cell: Any) -> str:
    """Return a class as a text: 3, "3" and 3.0 are the same one."""
    if cell is None or isinstance(cell, dict | list):
        return ""
    text = str(cell).strip()[:_LONGEST_LABEL]
    if re.fullmatch(r"-?\d{1,15}\.0+", text):
        return text.partition(".")[0]
    return text


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell[:_LONGEST_TEXT]
    shown = "" if cell is None else json.dumps(cell, ensure_ascii=False, default=str)
    return shown[:_LONGEST_TEXT]

"""The words that name a fold of a cross-validation: in names, in labels, in cells, on lines."""

from __future__ import annotations

import re
from typing import NamedTuple

from analyzer import metrics

_WORD = r"(?:k[-_ ]?|cv[-_ ]?)?(?:folds?|pliegue|dobra|pli|falte)|cv"
_NUMBER = r"[-_ =:#]*(\d{1,3})"
_FOLD = re.compile(
    rf"(?<![A-Za-z])(?:{_WORD}|split){_NUMBER}(?:[-_ ]?of[-_ ]?\d{{1,3}})?(?![A-Za-z\d])", re.I
)
_LABEL = re.compile(rf"(?:.*[/ ])?(?:{_WORD}){_NUMBER}", re.I)
_EMPTY = re.compile(r"\(\W*\)|\[\W*\]")
_DOUBLED = re.compile(r"([-_/. ])[-_/. ]+")
_AROUND = "-_/. |:"
COLUMNS = ("fold", "fold_idx", "fold_id", "fold_index", "kfold", "k_fold", "cv_fold", "pliegue")


class Place(NamedTuple):
    """A name in a fold: the number of the fold, and the name without it."""

    fold: int
    name: str


def fold_of_name(tag: str) -> Place | None:
    """Return the fold that a name gives and the name without it, None if it gives none."""
    match = _FOLD.search(tag)
    if match is None:
        return None
    rest = _EMPTY.sub("", f"{tag[: match.start()]}{tag[match.end() :]}")
    rest = _DOUBLED.sub(r"\1", rest).strip(_AROUND)
    return Place(int(match[1]), rest) if rest else None


def fold_of_label(label: str) -> int | None:
    """Return the fold that a whole label names ("fold_3", "cv/fold 3"), None for any other."""
    match = _LABEL.fullmatch(label)
    return int(match[1]) if match else None


def is_fold_column(name: str) -> bool:
    """Say whether the cells of a column say the fold of their row."""
    return metrics.normal(name) in COLUMNS


def fold_label(cell: str) -> str:
    """Return the label of a fold from the cell or key that names it: "3" is "fold_3"."""
    word = cell.strip()
    return f"fold_{word}" if word.isdigit() else word

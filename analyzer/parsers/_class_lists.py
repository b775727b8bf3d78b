"""Read a list with a score for each class (``per_class_iou: [0.9, 0.7, 0.5]``) as a curve for each.

The classes have no names there: they are numbered as in the list, from 0. So are the thresholds of
a score (``map_per_iou``) and other items that a name says (``dice_per_case``, ``f1_per_task``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from analyzer import metrics

FEWEST, MOST = 2, 200  # classes
_OF_CLASSES = re.compile(
    r"(?<![A-Za-z])(?:(?:per|by|each)[_ -]?)?(?:class|categor)(?:y|es|ies|[_ -]?wise)?(?![A-Za-z])",
    re.I,
)
# what is rarely listed for anything but classes, even if the name does not say so
_OF_CLASSES_ALONE = {"iou", "ious", "dice", "jaccard"}
# the same, beside other numbers of an epoch: what scikit-learn gives with average=None
_OF_CLASSES_OFTEN = {"precision", "recall", "f1", "sensitivity", "specificity", "dsc"}
# there the numbers are of thresholds: "map_per_iou", "AP@IoU", "precision_iou"
_OF_THRESHOLDS = re.compile(
    r"(?:@|(?<![a-z])(?:at|per|by|each|over|m?ap|m?ar|precision|recall)[ _./@-]*)"
    r"(?:ious?|dice|jaccard)(?![a-z])",
    re.I,
)
# what is no class: "iou_per_image", "acc by task"; without "per", what a set of data is made of
_EXAMPLES, _ITEMS = "|".join(metrics.EXAMPLES), "|".join(metrics.ITEMS)
_OF_ITEMS = re.compile(
    rf"(?<![A-Za-z])(?:(?:per|by|each)[_ -]?(?P<item>{_ITEMS})s?|(?P<example>{_EXAMPLES})s?)"
    r"(?![A-Za-z])",
    re.I,
)
# what a list is of that is neither: batches of an epoch, other runs
_OF_BATCHES = re.compile(
    r"(?<![A-Za-z])(?:per|by|each)[_ -]?(?:(?:mini_?)?batch|step|iter|epoch|fold|seed|run)", re.I
)
_BETWEEN = " _/-."


def class_parts(name: str, cells: Sequence[Any]) -> Iterator[tuple[str, list[float | None]]]:
    """Yield the curve of each class under its own name; nothing for any other lists.

    ``cells`` are the lists that were logged under a name, all of one length, or None.
    """
    score = score_of_classes(name)
    if not score:
        return
    lengths = {len(cell) for cell in cells if isinstance(cell, list)}
    if len(lengths) != 1 or not all(map(_is_scores, cells)):
        return
    (count,) = lengths
    if not FEWEST <= count <= MOST:
        return
    entry = entry_of(name)
    for place in range(count):
        yield f"{score}/{entry}_{place}", [None if cell is None else cell[place] for cell in cells]


def with_classes(series: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return series in which one whose entries are lists is a series for each class.

    The name must say that they are classes or thresholds: lists of other numbers are the batches of
    each epoch.
    """
    found: dict[str, Any] = {}
    for name, cells in series.items():
        is_said = _OF_CLASSES.search(name) is not None or entry_of(name) != "class"
        parts = dict(class_parts(name, cells)) if is_said and isinstance(cells, list) else {}
        found |= parts or {name: cells}
    return found


@lru_cache(maxsize=4096)  # a text has the same few names on every line
def score_of_classes(name: str) -> str:
    """Return the score that a name has for each class: "val_iou" of "val_iou_per_class", or "".

    The same of other items; what is logged of each batch is a longer curve, and has none.
    """
    if _OF_BATCHES.search(name):
        return ""
    match = _OF_CLASSES.search(name) or _OF_ITEMS.search(name)
    words = re.findall(r"[a-z0-9]+", name.lower())
    is_alone = bool((_OF_CLASSES_ALONE | _OF_CLASSES_OFTEN).intersection(words))
    if match is None or (match.lastgroup == "example" and not is_alone):
        score = name if is_alone else ""
    else:
        before, behind = name[: match.start()].rstrip(_BETWEEN), name[match.end() :]
        score = "_".join(filter(None, (before, behind.strip(_BETWEEN))))
    if score.endswith("s") and metrics.kind(score) is None:  # "per_class_ious"
        score = score[:-1]
    return score if metrics.kind(metrics.read(score).metric) == "score" else ""


def is_of_classes(name: str) -> bool:
    """Say whether a list under a name is one of scores per class wherever it stands.

    An ``f1`` is not: it may be that of each epoch.
    """
    words = re.findall(r"[a-z0-9]+", name.lower())
    is_said = _OF_CLASSES.search(name) or not _OF_CLASSES_ALONE.isdisjoint(words)
    return bool(is_said) and score_of_classes(name) != ""


def entry_of(name: str) -> str:
    """Return what each number of such a list is for: "class", "image", "cutoff" of "map_per_iou".

    The word "threshold" would make it a setting.
    """
    if _OF_CLASSES.search(name):
        return "class"
    match = _OF_ITEMS.search(name)
    if match is not None:
        return (match["item"] or match["example"]).lower()
    return "cutoff" if _OF_THRESHOLDS.search(name) else "class"


def _is_scores(cell: Any) -> bool:
    """Say whether a cell is a list of numbers, or nothing."""
    if cell is None:
        return True
    return isinstance(cell, list) and all(
        number is None or type(number) in (int, float) for number in cell
    )

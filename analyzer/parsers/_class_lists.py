"""Read a list with a score for each class (``per_class_iou: [0.9, 0.7, 0.5]``) as a curve for each.

The classes have no names there: they are numbered as in the list, from 0. So are the thresholds of
a score (``map_per_iou``).
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
# there the numbers are of thresholds: "map_per_iou", "AP@IoU", "precision_iou"
_OF_THRESHOLDS = re.compile(
    r"(?:@|(?<![a-z])(?:at|per|by|each|over|m?ap|m?ar|precision|recall)[ _./@-]*)"
    r"(?:ious?|dice|jaccard)(?![a-z])",
    re.I,
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
    """Return the score that a name has for each class: "val_iou" of "val_iou_per_class", or ""."""
    match = _OF_CLASSES.search(name)
    if match is None:
        words = re.findall(r"[a-z0-9]+", name.lower())
        score = name if _OF_CLASSES_ALONE.intersection(words) else ""
    else:
        before, behind = name[: match.start()].rstrip(_BETWEEN), name[match.end() :]
        score = "_".join(filter(None, (before, behind.strip(_BETWEEN))))
    if score.endswith("s") and metrics.kind(score) is None:  # "per_class_ious"
        score = score[:-1]
    return score if metrics.kind(metrics.read(score).metric) == "score" else ""


def entry_of(name: str) -> str:
    """Return what each number of such a list is for: "class", or "cutoff" of "map_per_iou".

    The word "threshold" would make it a setting.
    """
    has_thresholds = _OF_THRESHOLDS.search(name) and not _OF_CLASSES.search(name)
    return "cutoff" if has_thresholds else "class"


def _is_scores(cell: Any) -> bool:
    """Say whether a cell is a list of numbers, or nothing."""
    if cell is None:
        return True
    return isinstance(cell, list) and all(
        number is None or type(number) in (int, float) for number in cell
    )

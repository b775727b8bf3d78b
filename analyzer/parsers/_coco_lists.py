"""The list of numbers in which COCO's evaluation gives its result, as DETR and its kin log it.

The names are those under which Detectron2 logs the same numbers.

References
----------
pycocotools, ``COCOeval.summarize``: average precision and recall at fixed places of ``stats``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

_NAME = re.compile(r"^(.*?)coco_eval_(bbox|masks|segm)$")
_STATS = (
    *("AP", "AP50", "AP75", "APs", "APm", "APl"),
    *("AR1", "AR10", "AR100", "ARs", "ARm", "ARl"),
)
_ABSENT = -1  # no object of the kind was among the examples


def coco_parts(name: str, cells: Sequence[Any]) -> Iterator[tuple[str, list[float | None]]]:
    """Yield each number of COCO's lists under a name of its own; nothing for any other lists.

    A kind of object that never occurred has no numbers.
    """
    found = _NAME.match(name)
    if found is None or not all(map(_is_stats, cells)):
        return
    lead, kind = found.groups()
    for place, stat in enumerate(_STATS):
        numbers = [None if cell is None else cell[place] for cell in cells]
        kept = [None if number == _ABSENT else number for number in numbers]
        if any(number is not None for number in kept):
            yield f"{lead}{kind}/{stat}", kept


def _is_stats(cell: Any) -> bool:
    if cell is None:
        return True
    return (
        isinstance(cell, list)
        and len(cell) == len(_STATS)
        and all(type(number) in (int, float) for number in cell)
    )

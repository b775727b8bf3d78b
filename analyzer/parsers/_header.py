"""Read headers: which row names columns, and two rows of names (pandas' MultiIndex) as one."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer import metrics
from analyzer.parsers._dialect import is_number
from analyzer.parsers._fold_names import fold_of_label

_LONGEST_NAME = 200  # a longer cell is prose


def is_metric(name: str) -> bool:
    """Say whether any log would use a name for a loss, a score or an axis."""
    if len(name) > _LONGEST_NAME:
        return False
    axes = {*metrics.STEP_AXES, *metrics.EPOCH_AXES, *metrics.WALL_TIME_AXES}
    return metrics.normal(name) in axes or metrics.is_judged(name)


def names_columns(cells: Sequence[str], current: Sequence[str]) -> bool:
    """Say whether a row names columns.

    It has no number, and at least half of its cells are names of this table or of any log. A
    single cell is no header where there were several.
    """
    if is_number(cells[0]) or len(cells) == 1 < len(current):
        return False
    names = {cell.strip() for cell in cells}
    if any(map(is_number, names)):
        return False
    known = [name for name in names if name and (name in current or is_metric(name))]
    return 2 * len(known) >= len(cells)


def completed(
    upper: Sequence[str], current: Sequence[str], cells: Sequence[str]
) -> list[str] | None:
    """Return the names that a row below the first one completes, None if it does not.

    ``upper`` is the first row as it was written, ``current`` the names that apply.
    """
    if len(cells) != len(current) or any(map(is_number, cells)):
        return None
    names = _two_rows(upper, cells) if upper else None
    if names is not None:
        return names
    first = cells[0].strip()
    is_name = bool(first) and not metrics.is_axis(current[0])  # else a damaged row, the axis named
    if is_name and not any(cell.strip() for cell in cells[1:]):  # pandas names only its index
        return [first, *current[1:]]
    return None


def _two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Return the names of columns that two rows give together, None if the second is not a header.

    One of them names splits and the other metrics. A blank in the upper row repeats the name
    before it, as spreadsheets leave it.
    """
    names = []
    joined = 0
    above = ""
    for high, low in zip(upper, lower, strict=True):
        above = high.strip() or above
        name = _joined(above, low.strip())
        joined += bool(name)
        names.append(name or low.strip() or high.strip())
    filled = sum(bool(low.strip()) for low in lower)
    return names if joined > 1 and 2 * joined >= filled else None


def _joined(upper: str, lower: str) -> str:
    """Return "split/metric" if one of two words is a split and the other a metric, else "".

    A fold (pandas' MultiIndex of folds) joins a metric in the same way.
    """
    for place, metric in ((upper, lower), (lower, upper)):
        is_place = metrics.cell_split(place) or fold_of_label(place) is not None
        if is_place and metrics.is_judged(metric):
            return f"{place}/{metric}"
    return ""

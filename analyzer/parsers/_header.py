"""Read headers: which row names columns, and two or three rows of names (a MultiIndex) as one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer import metrics
from analyzer.parsers._dialect import is_number
from analyzer.parsers._fold_names import fold_of_label

_NUMBERED = re.compile(r"\.\d+$")  # pandas' number of a repeated name: "loss.1"
_LONGEST_NAME = 200  # a longer cell is prose
_UNITS = frozenset(("-", "#", "%", "s", "sec", "ms", "us", "min", "h", "1/s", "it/s", "mb", "gb"))
_UNITS |= {"nat", "nats", "bit", "bits", "db", "a.u.", "none"}


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


def are_units(cells: Sequence[str]) -> bool:
    """Say whether a row below the names gives their units: "[-]", "(s)", "nats", "-"."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(map(_is_unit, filled)) and any(cell != "-" for cell in filled)


def _is_unit(cell: str) -> bool:
    is_bracketed = (
        len(cell) > 1 and cell[0] + cell[-1] in ("[]", "()") and not is_number(cell[1:-1])
    )
    return is_bracketed or cell.lower() in _UNITS


def are_places(names: Sequence[str]) -> bool:
    """Say whether names are splits in folds, which a row of metrics below completes."""
    return any("/" in name for name in names) and all(map(_is_place, names[1:]))


def _two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Return the names of columns that two rows give together, None if the second is not a header.

    One of them names splits and the other metrics, or one folds and the other splits, below which
    a third names metrics. A blank in the upper row repeats the name before it, as spreadsheets
    leave it.
    """
    names = []
    joined = 0
    above = ""
    upper = [
        _NUMBERED.sub("", name) if _NUMBERED.sub("", name) in upper else name for name in upper
    ]
    lower = _filled(upper, lower)
    for high, low in zip(upper, lower, strict=True):
        above = high.strip() or above
        name = _joined(above, low.strip())
        joined += bool(name)
        names.append(name or low.strip() or high.strip())
    filled = sum(bool(low.strip()) for low in lower)
    return names if joined > 1 and 2 * joined >= filled else _by_run(upper, lower)


def _by_run(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Return the names of columns where the upper row names runs ("adam/loss"), else None.

    Each run must have the same losses and scores, as in ``pandas.concat(..., axis=1, keys=runs)``.
    """
    names = []
    of_run: dict[str, list[str]] = {}
    run = ""
    for high, low in zip(upper, lower, strict=True):
        run = high.strip() or run
        is_judged = bool(run) and metrics.is_judged(low.strip())
        if is_judged:
            of_run.setdefault(run, []).append(low.strip())
        names.append(f"{run}/{low.strip()}" if is_judged else low.strip() or high.strip())
    groups = list(of_run.values())
    is_whole = all(len(group) > 1 and group == groups[0] for group in groups)
    return names if len(groups) > 1 and is_whole and len({*groups[0]}) == len(groups[0]) else None


def _filled(upper: Sequence[str], lower: Sequence[str]) -> Sequence[str]:
    """Return a row of splits or folds with its blanks filled, each under one name of the upper row.

    Other rows are returned as they are: a blank in a row of metrics names nothing.
    """
    if not all(_is_place(cell.strip()) for cell in lower[1:] if cell.strip()):
        return lower
    filled = [lower[0]]
    for high, low in zip(upper[1:], lower[1:], strict=True):
        is_blank = not low.strip() and not high.strip() and len(filled) > 1
        filled.append(filled[-1] if is_blank else low)
    return filled


def _is_place(name: str) -> bool:
    """Say whether a name is a split or a fold, or one in the other: "fold_1/train"."""
    return all(
        metrics.cell_split(part) or fold_of_label(part) is not None for part in name.split("/")
    )


def _joined(upper: str, lower: str) -> str:
    """Return "split/metric" if one of two words is a split and the other a metric, else "".

    A fold (pandas' MultiIndex of folds) joins a metric in the same way, and a split.
    """
    for place, metric in ((upper, lower), (lower, upper)):
        if _is_place(place) and metrics.is_judged(metric):
            return f"{place}/{metric}"
        if fold_of_label(place) is not None and metrics.cell_split(metric):
            return f"{place}/{metric}"
    return ""

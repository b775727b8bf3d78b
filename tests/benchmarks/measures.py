"""Measure how often the detectors are right.

Each measure has its standard error and the number of runs that count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from calibration import calibration_error
from judged import LABEL_OF, Judged

DRAWS = 300
Value = tuple[float, float, int]  # value, standard error, how many runs
Rows = Sequence[Judged]


def f1(
    rows: Rows,
    name: str,
    *,
    label: str | None = None,
    grey: bool = False,
    said: Callable[[Judged], bool] | None = None,
) -> Value:
    """Return F1 of a detector against a label.

    Also its bootstrap standard error, and how many runs have the label.
    """
    key = label or LABEL_OF[name]
    part = [row for row in rows if grey or not row.labels[key]["grey"]]
    true = np.array([row.labels[key]["holds"] for row in part], dtype=bool)
    found = np.array([said(row) if said else name in row.found for row in part], dtype=bool)
    return bootstrap(
        lambda at: 2 * (true & found)[at].sum() / max(true[at].sum() + found[at].sum(), 1), true
    )


def f1_above(rows: Rows, rule: str) -> Value:
    """Return by how much F1 of overfitting exceeds that of a simple rule, on the same draws."""
    part = [row for row in rows if not row.labels["overfitting"]["grey"]]
    true = np.array([row.labels["overfitting"]["holds"] for row in part], dtype=bool)
    ours = np.array(["overfitting" in row.found for row in part], dtype=bool)
    theirs = np.array([row.others[rule] for row in part], dtype=bool)

    def score(found: np.ndarray[Any, Any], at: Any) -> float:
        return float(2 * (true & found)[at].sum() / max(true[at].sum() + found[at].sum(), 1))

    return bootstrap(lambda at: score(ours, at) - score(theirs, at), true)


def recall_at(rows: Rows, name: str, *, precision: float) -> Value:
    """Return the largest recall of a detector at a precision, by a limit on its confidence."""
    part = [row for row in rows if not row.labels[LABEL_OF[name]]["grey"]]
    true = np.array([row.labels[LABEL_OF[name]]["holds"] for row in part], dtype=bool)
    confidence = np.array(
        [row.found[name][1] or 0.0 if name in row.found else -1.0 for row in part]
    )

    def measure(at: Any) -> float:
        order = np.argsort(-confidence[at], kind="stable")
        hits, limits = np.cumsum(true[at][order]), confidence[at][order]
        found = np.arange(1, len(order) + 1)
        last = np.append(limits[1:] < limits[:-1], True) & (limits >= 0)  # no limit parts equals
        reached = hits[last & (hits >= precision * found)]
        return float(reached.max(initial=0) / max(true[at].sum(), 1))

    return bootstrap(measure, true)


def wrongly(rows: Rows) -> Value:
    """Return the share of runs, grey ones aside, of which overfitting is said wrongly."""
    part = [row for row in rows if not row.labels["overfitting"]["grey"]]
    return mean(
        [("overfitting" in row.found) != row.labels["overfitting"]["holds"] for row in part]
    )


def scores(rows: Rows, said: Callable[[Judged], bool]) -> list[str]:
    part = [row for row in rows if not row.labels["overfitting"]["grey"]]
    true = np.array([row.labels["overfitting"]["holds"] for row in part], dtype=bool)
    found = np.array([said(row) for row in part], dtype=bool)
    hits = (true & found).sum()
    return [
        f"{hits / max(found.sum(), 1):.3f}",
        f"{hits / max(true.sum(), 1):.3f}",
        f"{2 * hits / max(true.sum() + found.sum(), 1):.3f}",
    ]


def percent(rows: Rows, name: str | None) -> str:
    if name is None:
        return "-"
    return f"{100 * np.mean([min(one.regrets[name], 1.0) for one in rows if one.regrets]):.2f} %"


def regret_saved(rows: Rows, *, most: float = np.inf) -> Value:
    """Return by which share the mean regret is below that of the raw minimum.

    Each regret counts up to ``most``.
    """
    both = np.array(
        [(row.regrets["analyzer"], row.regrets["raw minimum"]) for row in rows if row.regrets]
    )
    both = np.minimum(both, most)
    return bootstrap(lambda at: 1 - both[at, 0].mean() / both[at, 1].mean(), both[:, 0])


def healthy(rows: Rows) -> list[Judged]:
    return [
        row for row in rows if row.labels["healthy"]["holds"] and not row.labels["healthy"]["grey"]
    ]


def warned(rows: Rows, *, false_only: bool = False, least: float = 0.0) -> list[bool]:
    """Say of each run whether anything warns.

    With ``false_only`` what the exact curves bear out is no alarm. A confidence below ``least``
    does not count.
    """
    return [
        any(
            severity != "info"
            and not explained
            and (confidence is None or confidence >= least)
            and not (false_only and name in row.borne_out)
            for name, (severity, confidence, explained) in row.found.items()
        )
        for row in rows
    ]


def labelled(rows: Rows) -> list[Judged]:
    """Return the runs of which a label that judges a detector holds, but for grey ones."""
    return [
        row
        for row in rows
        if any(
            row.labels[key]["holds"] and not row.labels[key]["grey"] for key in LABEL_OF.values()
        )
    ]


def ece(rows: Rows, detectors: Iterable[str]) -> Value:
    confidence, right = pairs(rows, detectors)
    return bootstrap(lambda at: calibration_error(confidence[at], right[at]), confidence)


def pairs(
    rows: Rows, detectors: Iterable[str]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the confidences of the findings, and whether each is right."""
    found = [
        (row.found[name][1], right)
        for name in detectors
        for row in rows
        if name in row.found
        and row.found[name][1] is not None
        and (right := is_right(row, name)) is not None
    ]
    return np.array([probability for probability, _ in found], dtype=float), np.array(
        [right for _, right in found], dtype=bool
    )


def is_right(judged: Judged, name: str) -> bool | None:
    """Say whether what a detector finds is true of a run.

    A gap is judged by its true size, the rest by labels.
    """
    return (
        judged.gap_true
        if name == "generalization_gap"
        else bool(judged.labels[LABEL_OF[name]]["holds"])
    )


def mean(values: Sequence[bool | None]) -> Value:
    known = np.array([value for value in values if value is not None], dtype=float)
    if not len(known):
        return np.nan, np.nan, 0
    return float(known.mean()), float(known.std() / len(known) ** 0.5), len(known)


def median(values: Sequence[float | None]) -> Value:
    known = np.array([value for value in values if value is not None], dtype=float)
    return bootstrap(lambda at: float(np.median(known[at])), known)


def bootstrap(measure: Callable[[Any], float], over: np.ndarray[Any, Any]) -> Value:
    """Return a measure, its standard error over resampled runs, and the number of runs."""
    if not len(over):
        return np.nan, np.nan, 0
    random = np.random.default_rng(0)
    draws = [measure(random.integers(0, len(over), len(over))) for _ in range(DRAWS)]
    count = int(over.sum()) if over.dtype == bool else len(over)
    return float(measure(np.arange(len(over)))), float(np.std(draws)), count


def shown(value: Value) -> str:
    number, error, count = value
    return f"{number:.3f} ± {error:.3f} ({count})" if count else "-"

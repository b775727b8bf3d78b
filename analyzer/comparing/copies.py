"""Runs that were read twice: logs that hold the same points."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np

from analyzer.comparing.settings import Record, causes_of, seed_of
from analyzer.model.run import Run

_CERTAIN = (
    50  # points: two runs of other seeds do not share so many by chance, however they are rounded
)


def digest_of(run: Run) -> str:
    """Return what two logs of the same curves share.

    Metrics, splits, steps and values, whatever the format.
    """
    made = hashlib.sha256()
    for series in sorted(run.series, key=lambda series: (series.metric, series.split, series.tag)):
        made.update(f"{series.metric}\0{series.split}\0".encode("utf-8", "replace"))
        made.update(series.step.astype("<i8").tobytes())
        with np.errstate(over="ignore"):
            value = series.value.astype("<f4")
        value[np.isnan(value)] = np.nan  # there are many, and each writer has its own
        made.update((value if np.isfinite(value).any() else series.value.astype("<f8")).tobytes())
    return made.hexdigest()[:16]


def twins(records: Sequence[Record]) -> dict[int, int]:
    """Return for each run that repeats the points of an earlier one the index of that one."""
    return _earlier([record["curves"] if record["points"] else None for record in records])


def copies(records: Sequence[Record]) -> dict[int, int]:
    """Return runs that were read twice: they say nothing of how much a repeat would differ.

    They hold the points of an earlier run and its settings, and either the same seed or so many
    points that chance is out of the question.
    """
    count = Counter(record["curves"] for record in records)
    keys = []
    for record in records:
        seed = seed_of(record["config"])
        sure = record["points"] >= _CERTAIN or seed is not None
        twice = count[record["curves"]] > 1 and record["points"] and sure
        key = (
            record["curves"],
            causes_of(record["config"]),
            "" if record["points"] >= _CERTAIN else seed,
        )
        keys.append(key if twice else None)
    return _earlier(keys)


def _earlier(keys: Sequence[Hashable]) -> dict[int, int]:
    """Return for each place whose key stood before the first place where it did.

    None stands for none.
    """
    first: dict[Hashable, int] = {}
    found = {}
    for index, key in enumerate(keys):
        if key is not None and first.setdefault(key, index) != index:
            found[index] = first[key]
    return found

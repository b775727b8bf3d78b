"""What is read from a folder, for comparison with what was written into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analyzer.model.run import RunSet
from analyzer.reading.load import scan


class Outcome(NamedTuple):
    """The values under each tag, and the keys of what was said, by how serious it is."""

    curves: Mapping[str, list[float]]
    losses: tuple[str, ...]  # warnings, errors, files that were skipped
    notes: tuple[str, ...]

    @property
    def points(self) -> int:
        return sum(map(len, self.curves.values()))


def outcome(folder: Path) -> Outcome:
    """Read a folder as a command does."""
    return outcome_of(scan(folder))


def outcome_of(found: RunSet) -> Outcome:
    curves: dict[str, list[float]] = {}
    issues = list(found.issues)
    for run in found:
        issues += run.issues
        for series in run.series:
            curves.setdefault(series.tag, []).extend(series.value.tolist())
    losses = [issue.key for issue in issues if issue.severity != "info"]
    losses += [file.key for file in found.skipped]
    notes = [issue.key for issue in issues if issue.severity == "info"]
    return Outcome(curves, tuple(losses), tuple(notes))


def is_within(values: Sequence[float], truth: Sequence[float]) -> bool:
    """Say whether values are some of the true ones, unchanged and in their order."""
    left = iter(truth)
    return all(any(value == other for other in left) for value in values)


def wrong(found: Outcome, truth: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the tags under which a value was changed or made up."""
    return [
        tag for tag, values in truth.items() if not is_within(found.curves.get(tag, []), values)
    ]


def missing(found: Outcome, truth: Mapping[str, Sequence[float]]) -> int:
    """Return how many values of the truth were not read, under whatever tag."""
    pool = [value for values in found.curves.values() for value in values]
    lost = 0
    for values in truth.values():
        for value in values:
            if value in pool:
                pool.remove(value)
            else:
                lost += 1
    return lost

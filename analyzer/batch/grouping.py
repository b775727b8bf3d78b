"""A setting to group by that no run has: found out before all the work is done."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.batch.engine import WorkAll
from analyzer.batch.job import Task
from analyzer.batch.result import Options, UnitResult
from analyzer.batch.units import Unit, Units
from analyzer.comparing.repeats import check_keys

# Logs that are read first. A setting that 2 % of the runs have is among them with 98 % probability.
TRIED = 200


def work_tried(
    work_all: WorkAll, task: Task, todo: Units, options: Options
) -> Iterator[tuple[Unit, UnitResult]]:
    """Yield the result of each unit, of some from all over the folder first.

    Raises ConfigError after these if the runs are to be grouped by a setting that none of them has.
    """
    first, rest = _split(todo)
    names: set[str] = set()
    for unit, result in work_all(task, first, options.limits):
        for record in result.records:
            names.update(record.summary.settings)
        yield unit, result
    if rest:
        check_keys([dict.fromkeys(names)], options.group)
        yield from work_all(task, rest, options.limits)


def _split(units: Units) -> tuple[Units, Units]:
    """Return units at equal distances, and the others."""
    if len(units) <= TRIED:
        return units, units.only(())
    chosen = [place * len(units) // TRIED for place in range(TRIED)]
    others = sorted(set(range(len(units))) - set(chosen))
    return units.only(chosen), units.only(others)

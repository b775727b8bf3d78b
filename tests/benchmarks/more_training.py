"""What twice the epochs would bring: how far off the extrapolation is, and what its ranges hold.

python tests/benchmarks/more_training.py --fit                  constants of stats/doubling.py
python tests/benchmarks/more_training.py --ways                 other ways, calibration half
python tests/benchmarks/more_training.py --report [--fresh FILE]

``--fit`` also prints what the ranges hold of each family that they were not fitted on. ``--report``
judges the test halves of both corpora and a fresh fleet (``analyzer train fleet --runs 600 --seed
91101``), on which nothing is fitted. The truth is the log of the loss on fresh data at twice the
length over its level at the end of the log; each run is seen through both validation sets.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from extrapolate import damped_trend, log_slope, shapes

from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.measures.more_training import Fall, fall_in, still_falls
from analyzer.model.run import Run
from analyzer.stats import doubling
from analyzer.stats.doubling import Doubling, Range
from analyzer.stats.levels import end_level
from analyzer.trainer.corpus import read
from analyzer.trainer.labels import TINY
from analyzer.trainer.replay import numbers, run_of

CORPORA = [
    Path(__file__).parents[1] / "corpus" / f"{name}.jsonl.gz" for name in ("corpus", "world")
]
LEVELS = (50, 80, 90)
FEWEST = 15  # runs of a family whose own quantile counts
BEFORE = (0.1, 3.2)  # the 80 % interval that this replaced, in units of the slope
LARGEST = (0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 2.0, 100.0)
SLOPES = (0.05, 0.1, 0.15, 0.25, 0.4, np.inf)  # bins of the promised gain
Array = np.ndarray[Any, Any]
WAYS: dict[str, Callable[[Array, Array, Array], float]] = {
    "least-squares slope in ln t, less its error": log_slope,
    "power laws and exponentials with offset": shapes,
    "Gaussian process, damped trend in ln t": damped_trend,
}


@dataclass(frozen=True)
class Seen:
    """One run through one of its validation sets; falls are of the log loss."""

    family: str
    fold: str  # the family, or "world" for the small ones of the second corpus
    falls: bool
    told: str  # "undertrained", "still improving" or nothing
    slope: float  # times the rate that is left
    movement: float
    true: float
    best: float  # the fall from the lowest level of the log to the lowest loss of the second half
    doubled: Doubling
    ways: Mapping[str, float]


Group = tuple[str, Callable[[Seen], bool]]
GROUPS: list[Group] = [
    ("all", lambda seen: True),
    ("slope", lambda seen: seen.falls),
    ("still improving", lambda seen: seen.told == "still improving"),
    ("undertrained", lambda seen: seen.told == "undertrained"),
]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", action="store_true", help="fit to the calibration halves")
    parser.add_argument("--ways", action="store_true", help="compare with other ways")
    parser.add_argument("--report", action="store_true", help="judge the test halves")
    parser.add_argument("--fresh", type=Path, help="and a corpus.jsonl.gz with another seed")
    given = parser.parse_args()
    if given.fit or given.ways:
        rows = [row for path in CORPORA for row in seen(path, "calibration", ways=given.ways)]
        if given.fit:
            fit(rows)
        if given.ways:
            compare(rows)
    if given.report:
        for path in CORPORA:
            report(f"{path.name}, test half", seen(path, "test"))
        if given.fresh:
            report("fresh fleet", seen(given.fresh, None))


def seen(path: Path, half: str | None, *, ways: bool = False) -> list[Seen]:
    """Return the runs of a half (None: of both) that end with a finite loss above zero."""
    records = (record for record in read(path) if half in (None, record["half"]))
    with ProcessPoolExecutor(max_workers=1) as pool:
        rows = pool.map(
            partial(see, small=path.name == "world.jsonl.gz", ways=ways), records, chunksize=16
        )
        return list(chain.from_iterable(rows))


def see(record: dict[str, Any], *, small: bool, ways: bool) -> list[Seen]:
    """Return a run through both validation sets; ``small``: its family counts with others."""
    population, later = numbers(record["population"]["loss"]), record["population"]["second_half"]
    if record["config"].get("variation", {}).get("likelihood") or later["end"] is None:
        return []  # a likelihood may be negative, and has no ratio
    if not np.isfinite(population[-5:]).all() or min(later["best"], later["end"]) < TINY:
        return []
    inner = np.median(np.lib.stride_tricks.sliding_window_view(population, 3), axis=1)
    end, lowest = max(end_level(population), TINY), max(float(np.nanmin(inner)), TINY)
    true, best = float(np.log(end / later["end"])), float(np.log(lowest / later["best"]))
    fold = "world" if small else record["family"]
    found = []
    for which in (0, 1):
        with suppress(NotApplicable):
            run = run_of(record, which)
            measured = measure(run, fall_in(run, "loss"), ways=ways)
            place = {"family": record["family"], "fold": fold}
            found.append(Seen(**place, true=true, best=best, **measured))
    return found


def measure(run: Run, found: Fall, *, ways: bool) -> dict[str, Any]:
    """Return what the log alone says of a run."""
    tags = next((each.tags for each in diagnose(run).findings if "still_falls" in each.tags), ())
    falls, bins = still_falls(run, found), found.val.bins
    others = WAYS if ways else {}
    return {
        "falls": falls,
        "told": "undertrained" if "little_learnt" in tags else "still improving" if tags else "",
        "slope": found.slope * found.ahead,
        "movement": found.movement * found.ahead,
        "doubled": found.doubled(falls=falls),
        "ways": {name: way(bins.t, bins.y, bins.count) for name, way in others.items()},
    }


def fit(rows: Sequence[Seen]) -> None:
    """Print the constants, and what they hold of each family when fitted to the others."""
    falling = [row for row in rows if row.falls]
    for largest in LARGEST:
        errors = [error(row, doubling.shrunk(row.slope, largest)) for row in falling]
        print(
            f"LARGEST {largest:5}: median error {np.median(errors):.3f}, mean {np.mean(errors):.3f}"
        )
    for name in ("FALLING", "STANDING"):
        print(name, {level: f"({end.low:.3g}, {end.high:.3g})" for level, end in ends(rows, name)})
    print("\nheld out, by family")
    folds = sorted({row.fold for row in rows})
    held = []
    for fold in folds:
        others = [row for row in rows if row.fold != fold]
        tables = {name: dict(ends(others, name)) for name in ("FALLING", "STANDING")}
        held += [refitted(row, tables) for row in rows if row.fold == fold]
    for name, _ in GROUPS:
        for fold in ("", *folds):
            part = [row for row in chosen(held, name) if fold in ("", row.fold)]
            print(f"{name:16}{fold or 'every family':16}{ranges(part)}")


def refitted(row: Seen, tables: Mapping[str, Mapping[int, Range]]) -> Seen:
    fall, one = around(row)
    table = tables["FALLING" if row.falls else "STANDING"]
    moved = {
        level: Range(fall + end.low * one, fall + end.high * one) for level, end in table.items()
    }
    return replace(row, doubled=Doubling(fall, moved))


def around(row: Seen) -> tuple[float, float]:
    """Return the expected fall and the unit of the ranges."""
    if row.falls:
        return row.doubled.fall, row.doubled.fall + doubling.FALLING_LEAST
    moved = doubling.shrunk(abs(row.movement), doubling.STANDING_LARGEST)
    return 0.0, moved + doubling.STANDING_LEAST


def ends(rows: Sequence[Seen], name: str) -> Iterable[tuple[int, Range]]:
    """Return the ends of the ranges, in units around the expected fall, by level."""
    part = [row for row in rows if row.falls == (name == "FALLING")]
    units = np.array([(row.true - fall) / one for row in part for fall, one in [around(row)]])
    fold = np.array([row.fold for row in part])
    for level in LEVELS:
        tail = (1 - level / 100) / 2
        yield level, Range(end(units, fold, tail), end(units, fold, 1 - tail))


def end(units: Array, fold: Array, level: float) -> float:
    """Return the middle of the quantile over all families and of the outermost of their own."""
    names, index, count = np.unique(fold, return_inverse=True, return_counts=True)
    order = np.argsort(units, kind="stable")
    weight = 1 / count[index][order]
    reached = (np.cumsum(weight) - weight / 2) / weight.sum()
    own = [np.quantile(units[fold == name], level) for name in names[count >= FEWEST]]
    outermost = max(own) if level > 0.5 else min(own)
    return float((np.interp(level, reached, units[order]) + outermost) / 2)


def compare(rows: Sequence[Seen]) -> None:
    """Print median and mean absolute error of each way, on the runs whose loss falls."""
    falling = [row for row in rows if row.falls]
    print(f"\n{len(falling)} runs whose loss falls: median and mean error of ln loss, shrunken too")
    names = list(WAYS)
    ways: dict[str, Callable[[Seen], float]] = {
        "no change": lambda row: 0.0,
        "the smallest of four slopes": lambda row: row.slope,
        **{name: lambda row, name=name: row.ways[name] for name in names},
        "mean of slope, shapes and process": lambda row: float(
            np.mean([row.slope, *(row.ways[name] for name in names[1:])])
        ),
    }
    for name, way in ways.items():
        plain = [error(row, max(way(row), 0.0)) for row in falling]
        less = [error(row, doubling.shrunk(way(row), doubling.LARGEST)) for row in falling]
        print(
            f"{name:46}{np.median(plain):.3f} {np.mean(plain):.3f}"
            f"   {np.median(less):.3f} {np.mean(less):.3f}"
        )


def report(title: str, rows: Sequence[Seen]) -> None:
    print(f"\n## {title}")
    print(
        "\nmedian error of ln loss at twice the length: no change, the slope, the promise; ranges"
    )
    for name, _ in GROUPS:
        part = chosen(rows, name)
        if part:
            print(f"{name:16}{errors_of(part)} {ranges(part)}")
    print("\nof those called so: promised, true (end; lowest against lowest), 80 % range before")
    told = [row for row in rows if row.told]
    for family in ("", *sorted({row.family for row in told})):
        part = [row for row in told if family in ("", row.family)]
        print(f"{family or 'every family':16}{promised(part)} {errors_of(part)} {ranges(part)}")
    print("\nin bins of the promised gain: runs, promised, true")
    for low, high in pairwise(SLOPES):
        part = [row for row in told if low <= share(row.doubled.fall) < high]
        if part:
            print(f"{low:.2f} to {high:.2f}   {promised(part)}")


def chosen(rows: Iterable[Seen], name: str) -> list[Seen]:
    return [row for row in rows if dict(GROUPS)[name](row)]


def error(row: Seen, fall: float) -> float:
    return abs(row.true - fall)


def errors_of(rows: Sequence[Seen]) -> str:
    """Return the median errors of no change, of the slope as it is, and of the promise."""
    found = (
        [error(row, 0.0) for row in rows],
        [error(row, row.slope if row.falls else 0.0) for row in rows],
        [error(row, row.doubled.fall) for row in rows],
    )
    return "error " + " ".join(f"{np.median(each):.4f}" for each in found)


def ranges(rows: Sequence[Seen]) -> str:
    """Return the share that each range holds, and its median width, in log loss."""
    if not rows:
        return "no run"
    told = []
    for level in LEVELS:
        each = [row.doubled.ranges[level] for row in rows]
        held = np.mean(
            [end.low <= row.true <= end.high for end, row in zip(each, rows, strict=True)]
        )
        width = np.median([end.high - end.low for end in each])
        told.append(f"{level} %: {held:.2f} of {width:.3f}")
    return f"{len(rows):5} runs  " + "  ".join(told)


def promised(rows: Sequence[Seen]) -> str:
    """Return medians of the promised and the true gain as shares, and what 80 % held before."""
    if not rows:
        return "no run"
    low, high = BEFORE
    before = np.mean([low * row.slope <= row.true <= high * row.slope for row in rows])
    gains = (np.median([share(each) for each in found]) for found in columns(rows))
    slope, now, true, best = gains
    return (
        f"{len(rows):4} runs  slope {slope:.3f} promised {now:.3f} true {true:.3f} "
        f"lowest {best:.3f}  before {before:.2f}"
    )


def columns(rows: Sequence[Seen]) -> Iterable[list[float]]:
    yield [row.slope for row in rows]
    yield [row.doubled.fall for row in rows]
    yield [row.true for row in rows]
    yield [row.best for row in rows]


def share(fall: float) -> float:
    return -float(np.expm1(-fall))


if __name__ == "__main__":
    main()

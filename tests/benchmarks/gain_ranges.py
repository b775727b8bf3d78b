"""Other ways to widen the 90 % interval of what twice the epochs would bring.

python tests/benchmarks/gain_ranges.py            ways, on families left out of their fit
python tests/benchmarks/gain_ranges.py --test     the best of them and that of today, test half

The interval lies around the expected fall in some unit; its ends are quantiles of what the runs of
the calibration half did. Each way has another unit, other quantiles, or more runs: those of the
calibration half cut at a half and a quarter, whose rest says what came. Ways are compared by their
mean interval score, the width plus 20 times what a true fall lies outside (Gneiting and Raftery
2007, DOI 10.1198/016214506000001437), on families that were left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from more_training import CORPORA, FEWEST, fall_in, run_of

from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.measures.more_training import Fall, still_falls
from analyzer.model.run import Run
from analyzer.stats import doubling
from analyzer.stats.levels import end_level
from analyzer.stats.rank import theil_sen
from analyzer.stats.segments import two_segments
from analyzer.trainer.corpus import read
from analyzer.trainer.labels import TINY
from analyzer.trainer.replay import numbers

TAIL = 0.05  # on either side of a 90 % interval
CUTS = (0.5, 0.25)  # of a run of the calibration half
FEWEST_EPOCHS = 8  # of a run that is cut
FEWEST_POINTS = 3  # of a stretch with a slope
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Falling:
    """A run that falls at its end (of the log, or where it was cut), and what came after.

    ``val`` and ``train`` have the shrunken falls that its stretches promise in a doubling: the last
    half and quarter, for validation also the quarter before it and the line after the last bend.
    """

    fold: str
    whole: bool
    told: bool
    true: float
    fall: float
    val: tuple[float, ...]
    train: tuple[float, ...]

    @property
    def spread(self) -> float:
        """Return how far the stretches are from each other."""
        return max(self.val + self.train) - min(self.val + self.train)

    @property
    def ahead(self) -> float:
        """Return by how much training falls faster than validation over the last half."""
        return max(self.train[0] - self.val[0], 0.0)


@dataclass(frozen=True)
class Way:
    """The units below and above the expected fall, the quantiles, and whether cut runs count.

    ``outermost`` is the weight of the outermost family against all of them: 1 is a split conformal
    interval over families, one half what the shipped interval has.
    """

    name: str
    below: Callable[[Falling], float]
    above: Callable[[Falling], float]
    outermost: float = 0.5
    cut: bool = False


def unit(spread: float = 0.0, ahead: float = 0.0) -> Callable[[Falling], float]:
    """Return a unit with weights of the spread and of training ahead of validation."""
    return lambda row: row.fall + doubling.FALLING_LEAST + spread * row.spread + ahead * row.ahead


TODAY = Way("today", unit(), unit())
WAYS = (
    TODAY,
    replace(TODAY, name="all families alike", outermost=0.0),
    replace(TODAY, name="outermost family", outermost=1.0),
    *(Way(f"{w} x spread of slopes", unit(spread=w), unit(spread=w)) for w in (0.5, 1, 2, 3, 6)),
    *(Way(f"{w} x training ahead", unit(ahead=w), unit(ahead=w)) for w in (0.25, 0.5, 1, 2)),
    *(Way(f"{w} x training ahead, below", unit(ahead=w), unit()) for w in (0.5, 1, 2)),
    *(Way(f"{w} x training ahead, above", unit(), unit(ahead=w)) for w in (0.5, 1, 2)),
    replace(TODAY, name="cut runs too", cut=True),
    replace(TODAY, name="cut runs too, all families alike", cut=True, outermost=0.0),
    Way("cut runs too, 1 x spread", unit(spread=1), unit(spread=1), outermost=0.0, cut=True),
    Way("cut runs too, 2 x spread", unit(spread=2), unit(spread=2), outermost=0.0, cut=True),
)


def falling(half: str) -> list[Falling]:
    """Return the falling runs of a half of both corpora; those of calibration also cut."""
    found = []
    for path in CORPORA:
        records = (record for record in read(path) if record["half"] == half)
        see = partial(seen, small=path.name == "world.jsonl.gz")
        with ProcessPoolExecutor(max_workers=1) as pool:
            found += chain.from_iterable(pool.map(see, records, chunksize=16))
    return found


def seen(record: dict[str, Any], *, small: bool) -> list[Falling]:
    """Return a run through both validation sets, and where it is cut, if it falls there."""
    if record["config"].get("variation", {}).get("likelihood"):
        return []
    population = numbers(record["population"]["loss"])
    later, fold = record["population"]["second_half"], "world" if small else record["family"]
    ends = [(len(population), min(value or 0 for value in (later["best"], later["end"])))]
    if record["half"] == "calibration":
        ends += [(int(len(population) * share), np.inf) for share in CUTS]
    found: list[Falling] = []
    for epochs, lowest in ends:
        whole = lowest < np.inf
        after = later["end"] if whole else float(np.median(population[: 2 * epochs][-3:]))
        logged = population[:epochs]
        if epochs < FEWEST_EPOCHS and not whole:
            continue
        if not np.isfinite([*logged[-5:], after or np.nan]).all() or min(lowest, after) < TINY:
            continue
        true = float(np.log(max(end_level(logged), TINY) / after))
        for which in (0, 1):
            run = run_of(record, which)
            found += _falling(run if whole else cut(record, run, epochs), fold, whole, true)
    return found


def cut(record: dict[str, Any], run: Run, epochs: int) -> Run:
    """Return a run as its log was after some epochs."""
    config = record["config"]
    last = epochs * (config["steps_per_epoch"] if config["per_step"] else 1)
    arrays = ("step", "epoch", "wall_time", "value", "superseded", "not_evaluated")
    series = []
    for each in run.series:
        shown = each.step <= last
        known = {name: getattr(each, name) for name in arrays}
        kept = {name: value[shown] for name, value in known.items() if value is not None}
        series.append(replace(each, **kept))
    return replace(run, series=tuple(series))


def _falling(run: Run, fold: str, whole: bool, true: float) -> Iterator[Falling]:
    with suppress(NotApplicable):
        found = fall_in(run, "loss")
        if not still_falls(run, found):
            return
        told = whole and any("still_falls" in each.tags for each in diagnose(run).findings)
        fall = doubling.shrunk(found.slope * found.ahead, doubling.LARGEST)
        yield Falling(fold, whole, told, true, fall, *_stretches(found))


def _stretches(found: Fall) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the shrunken falls of the stretches of validation and of training."""
    bins = found.val.bins
    t, u, learnt = bins.t / bins.t[-1], np.log(bins.t), bins.mean(found.trained)
    half, last, most = t >= 0.5, t >= 0.75, t >= 0.25
    bend = two_segments(u[most], bins.y[most], bins.count[most])
    val = [theil_sen(u[half], bins.y[half]), theil_sen(u[last], bins.y[last])]
    train = [theil_sen(u[half], learnt[half]), theil_sen(u[last], learnt[last])]
    before = half & ~last
    if before.sum() >= FEWEST_POINTS:
        val.append(theil_sen(u[before], bins.y[before]))
    if bend is not None:
        val.append(bend.after)
    return tuple(map(partial(_fall, found), val)), tuple(map(partial(_fall, found), train))


def _fall(found: Fall, slope: float) -> float:
    fall = -slope * float(np.log(2)) * found.ahead
    return float(np.sign(fall)) * doubling.shrunk(abs(fall), doubling.LARGEST)


def ends(way: Way, rows: Sequence[Falling]) -> tuple[float, float]:
    """Return the ends of the interval in units, fitted to some runs."""
    rows = [row for row in rows if row.whole or way.cut]
    low = [(row.true - row.fall) / way.below(row) for row in rows]
    high = [(row.true - row.fall) / way.above(row) for row in rows]
    fold = np.array([row.fold for row in rows])
    return _end(np.array(low), fold, TAIL, way), _end(np.array(high), fold, 1 - TAIL, way)


def _end(units: Array, fold: Array, level: float, way: Way) -> float:
    names, index, count = np.unique(fold, return_inverse=True, return_counts=True)
    order = np.argsort(units, kind="stable")
    weight = 1 / count[index][order]
    reached = (np.cumsum(weight) - weight / 2) / weight.sum()
    own = [np.quantile(units[fold == name], level) for name in names[count >= FEWEST]]
    outermost = max(own) if level > 0.5 else min(own)
    alike = float(np.interp(level, reached, units[order]))
    return alike + way.outermost * (float(outermost) - alike)


def intervals(way: Way, rows: Sequence[Falling], fitted: Sequence[Falling]) -> Array:
    """Return the lower and upper ends for some runs, fitted to others: (rows, 2)."""
    low, high = ends(way, fitted)
    return np.array(
        [(row.fall + low * way.below(row), row.fall + high * way.above(row)) for row in rows]
    )


def score(rows: Sequence[Falling], found: Array) -> tuple[float, str]:
    """Return the mean interval score, and a line with what the intervals hold."""
    true, fold = np.array([row.true for row in rows]), np.array([row.fold for row in rows])
    below, above = found[:, 0] - true, true - found[:, 1]
    held, width = (below <= 0) & (above <= 0), found[:, 1] - found[:, 0]
    missed = np.maximum(below, 0) + np.maximum(above, 0)
    mean = float((width + missed / TAIL).mean())
    worst = min(held[fold == name].mean() for name in np.unique(fold))
    return mean, (
        f"{len(rows):4} runs held {held.mean():.2f} (worst family {worst:.2f}) "
        f"fell less {(below > 0).mean():.2f} more {(above > 0).mean():.2f} "
        f"width {np.median(width):.2f} score {mean:.3f}"
    )


def left_out(way: Way, rows: Sequence[Falling]) -> tuple[float, str]:
    """Return the score and the line of a way on families that it was not fitted to."""
    judged: list[Falling] = []
    found = []
    for fold in sorted({row.fold for row in rows}):
        own = [row for row in rows if row.fold == fold and row.whole]
        found.append(intervals(way, own, [row for row in rows if row.fold != fold]))
        judged += own
    return score(judged, np.concatenate(found))


def main() -> None:
    """Compare the ways, and judge the best one if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--test", action="store_true", help="judge the best way on the test half")
    options = parser.parse_args()
    rows = falling("calibration")
    scores = {}
    for way in WAYS:
        scores[way], line = left_out(way, rows)
        print(f"{way.name:34}{line}")
    if options.test:
        told = [row for row in falling("test") if row.told]
        for way in (TODAY, min(WAYS, key=scores.__getitem__)):
            for name, own in (
                ("test half", [r for r in told if r.fold != "world"]),
                ("of the world", [r for r in told if r.fold == "world"]),
            ):
                print(f"{way.name}, {name}: {score(own, intervals(way, own, rows))[1]}")


if __name__ == "__main__":
    main()

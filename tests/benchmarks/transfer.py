"""Does measured advice transfer? Each family of tasks is advised by the other families' table.

    python tests/benchmarks/transfer.py trials

For every run with a finding the checklist of its worst one is ordered by a table made without the
runs of its family. Printed: how far "helped in x %" is from the truth, the rank correlation of the
predicted gain with the true fall of the loss, and the regret of following the first remedy, against
the order in which the words are written (that of today without a table), and any order. Regret is
the fall of the log loss that the best remedy of the checklist would have brought beyond it.
Early stopping is left out of the regrets: it needs no new training. Runs that were added where some
were lacking help to make the tables; what follows from them is judged on the fleet itself.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import effects
import numpy as np
from effects import EARLY_STOPPING, HELPED, Tried, judge, read, table_of

from analyzer.advice import effects as shipped
from analyzer.advice.ranking import rank
from analyzer.engine import diagnose
from analyzer.model.advice import Step
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.registry.words import detector_words
from analyzer.stats.arrays import Floats
from analyzer.trainer.replay import run_of

NO_TABLE = Path(__file__).with_name("no-effects.json")  # missing: nothing counts as measured
BINS = np.linspace(0, 1, 6)


@dataclass(frozen=True)
class Advised:
    """A run with its worst finding, and all that was tried on it."""

    run: Run
    finding: Finding
    tried: Tried


@dataclass(frozen=True)
class Followed:
    """What a run would get from its checklist: falls of the log loss, by remedies.

    ``falls`` are those of the remedies that were tried, in the order of the checklist; ``written``
    those of the checklist without a table: in the order of the words, with the first remedy of each
    item. ``predicted`` has (share, gain, fall) of each measured step.
    """

    finding: str
    family: str
    falls: tuple[float, ...]
    written: tuple[float, ...]
    predicted: tuple[tuple[float, float, float], ...]


def advised(record: dict[str, Any]) -> Advised | None:
    """Return a run with its worst finding; None if nothing was found."""
    run, config = run_of(record), record["config"]
    findings = diagnose(run).findings
    if not findings:
        return None
    settings = {name: config[name] for name in effects.SETTINGS if name in config}
    return Advised(replace(run, config={**run.config, **settings}), findings[0], judge(record))


def followed(case: Advised) -> Followed | None:
    """Return what the checklist of a run brings; None if no remedy of it was tried."""
    items = detector_words(case.finding.detector, "en").checklist
    known = _tried(rank(items, case.finding, case.run), case.tried)
    if not known:
        return None
    with_table, shipped.PATH = shipped.PATH, NO_TABLE
    written = _tried(rank(items, case.finding, case.run), case.tried)
    shipped.PATH = with_table
    predicted = [(step.effect.share, step.effect.gain, fall) for step, fall in known if step.effect]
    return Followed(
        case.finding.detector,
        case.tried.family,
        tuple(fall for step, fall in known if step.remedy != EARLY_STOPPING),
        tuple(fall for step, fall in written if step.remedy != EARLY_STOPPING),
        tuple(predicted),
    )


def _tried(steps: Sequence[Step], tried: Tried) -> list[tuple[Step, float]]:
    """Return the steps whose remedy was tried on a run, each with the fall that it brought."""
    falls = [(step, tried.change(step.remedy)) for step in steps if step.remedy]
    return [(step, -change) for step, change in falls if change is not None]


def held_out(cases: Sequence[Advised], runs: Sequence[Tried]) -> list[Followed]:
    """Advise every family by a table of the others."""
    found: list[Followed] = []
    manifest = [{"commands": [], "seed": 0, "runs": 1, "device": "", "versions": {}}]
    with tempfile.TemporaryDirectory() as folder:
        for family in sorted({case.tried.family for case in cases}):
            table = table_of([run for run in runs if run.family != family], manifest)
            shipped.PATH = Path(folder) / f"{family}.json"
            shipped.PATH.write_text(json.dumps(table), encoding="utf-8")
            own = (followed(case) for case in cases if case.tried.family == family)
            found += [each for each in own if each is not None]
    return found


def regrets(cases: Sequence[Followed]) -> dict[str, Floats]:
    """Return for each way to follow a checklist the regret of every run with two remedies."""
    chosen = _with_a_choice(cases)
    best = np.array([max(case.falls + case.written) for case in chosen])
    ways = {
        "measured order": [case.falls[0] for case in chosen],
        "order of the words": [case.written[0] for case in chosen],
        "any order": [float(np.mean(case.falls)) for case in chosen],
        "nothing": [0.0 for _ in chosen],
    }
    return {name: best - np.array(falls) for name, falls in ways.items()}


def _with_a_choice(cases: Sequence[Followed]) -> list[Followed]:
    return [case for case in cases if len(case.falls) > 1 and case.written]


def calibration(pairs: Floats) -> tuple[float, list[tuple[float, float, int]]]:
    """Return the mean distance of predicted and true shares, and both by bins with their counts."""
    share, helped = pairs[:, 0], pairs[:, 2] > HELPED
    place = np.clip(np.digitize(share, BINS) - 1, 0, len(BINS) - 2)
    bins = [
        (float(share[place == at].mean()), float(helped[place == at].mean()), int(count))
        for at, count in enumerate(np.bincount(place, minlength=len(BINS) - 1))
        if count
    ]
    total = sum(count for *_, count in bins)
    return sum(abs(told - true) * count for told, true, count in bins) / total, bins


def show(cases: Sequence[Followed]) -> None:
    """Print how well the advice held on families that its table had not seen."""
    from scipy.stats import spearmanr

    pairs = np.array([pair for case in cases for pair in case.predicted])
    if not len(pairs):
        print("no remedy was measured in enough runs of other families")
        return
    error, bins = calibration(pairs)
    print(f"{len(cases)} runs, {len(pairs)} measured steps; calibration error {error:.3f}")
    for told, true, count in bins:
        print(f"  told {told:.2f}: helped {true:.2f} of {count}")
    within = [
        float(spearmanr(*np.array(case.predicted)[:, 1:].T).statistic)
        for case in cases
        if len(case.predicted) > 2 and min(np.ptp(np.array(case.predicted)[:, 1:], axis=0)) > 0
    ]
    pooled = float(spearmanr(pairs[:, 1], pairs[:, 2]).statistic)
    print(f"rank correlation of gain and fall: {pooled:.3f}, within a run {np.mean(within):.3f}")
    told = regrets(cases)
    base = told["order of the words"].mean()
    print("regret (mean fall of log loss missed; share of runs the first remedy made worse):")
    chosen = _with_a_choice(cases)
    worse = {
        "measured order": np.mean([case.falls[0] < -HELPED for case in chosen]),
        "order of the words": np.mean([case.written[0] < -HELPED for case in chosen]),
    }
    for name, values in told.items():
        lost = f", worse in {worse[name]:.2f}" if name in worse else ""
        print(f"  {name:20}{values.mean():.3f}  ({values.mean() / base:.2f} of the words){lost}")
    by_finding: dict[str, list[Followed]] = defaultdict(list)
    for case in chosen:
        by_finding[case.finding].append(case)
    for finding, own in sorted(by_finding.items()):
        means = {name: values.mean() for name, values in regrets(own).items()}
        shown = ", ".join(f"{name} {value:.3f}" for name, value in means.items())
        print(f"  {finding} ({len(own)} runs): {shown}")


def main() -> None:
    """Judge the runs of some fleets and advise each family by the others."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path, help="of fleets of remedies")
    options = parser.parse_args()
    found = [case for record in read(options.folders) if (case := advised(record)) is not None]
    cases = [case for case in found if case.tried.counts_for is None]
    print(f"{len(cases)} runs with a finding, {len(found) - len(cases)} added to the tables")
    show(held_out(cases, [case.tried for case in found]))


if __name__ == "__main__":
    main()

"""Print the figures of decision 0016: what is no fault, and which alarms on healthy runs are true.

python tests/benchmarks/no_fault.py

Of runs that still fall: the share that had learnt little by truth, among those of which the
detector says so and among the others. Of runs called stalled: the share whose population loss got
no better either. Of healthy runs with a warning: how many get it on their exact curves too, those
of the population and of training in evaluation mode.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from judged import borne_out, little_learnt, truths, warnings

from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.stats.flat import is_no_better
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import numbers, run_of

CORPUS = Path(__file__).parents[1] / "corpus" / "corpus.jsonl.gz"
HALVES = ("calibration", "test")


@dataclass(frozen=True)
class Judged:
    half: str
    is_healthy: bool
    falls: Finding | None  # the note or warning of a loss that still falls
    little: bool
    stalled: bool | None  # whether the population loss is, if the detector says so
    warned: bool
    borne_out: bool
    verdict: str


def main() -> None:
    with ProcessPoolExecutor() as pool:
        every = list(pool.map(judge, read(CORPUS), chunksize=16))
    for half in HALVES:
        runs = [run for run in every if run.half == half]
        print(f"## {half}")
        for said in (True, False):
            told = [run.little for run in runs if run.falls is not None and says(run.falls) is said]
            name = "little learnt" if said else "still improving"
            print(f"{name}: {len(told)} runs, {np.mean(told):.0%} had learnt little")
        stalled = [run.stalled for run in runs if run.stalled is not None]
        print(f"stalled: {len(stalled)} runs, of {sum(stalled)} the population loss as well")
        healthy = [run for run in runs if run.is_healthy]
        warned = [run for run in healthy if run.warned]
        false = Counter(run.verdict for run in warned if not run.borne_out)
        print(
            f"{len(healthy)} healthy runs: {len(warned)} with a warning, "
            f"{false.total()} of them not on the exact curve: {dict(false)}"
        )


def judge(record: dict[str, Any]) -> Judged:
    diagnosis = diagnose(run_of(record))
    is_healthy = truths(record)["healthy"]["holds"]
    warned = warnings(diagnosis)
    falls = (finding for finding in diagnosis.findings if "still_falls" in finding.tags)
    return Judged(
        half=record["half"],
        is_healthy=is_healthy,
        falls=next(falls, None),
        little=little_learnt(record)["holds"],
        stalled=stalled(diagnosis, record),
        warned=bool(warned),
        borne_out=is_healthy and warned <= borne_out(record, diagnosis),
        verdict=diagnosis.verdict,
    )


def stalled(diagnosis: Diagnosis, record: dict[str, Any]) -> bool | None:
    """Say whether a run that is called stalled is; None if it is not called so."""
    if not any("stalled" in finding.tags for finding in diagnosis.findings):
        return None
    population = numbers(record["population"]["loss"])
    return is_no_better(population, len(population) // 2)


def says(finding: Finding) -> bool:
    return "little_learnt" in finding.tags


if __name__ == "__main__":
    main()

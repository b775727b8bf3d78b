"""Whether the measured advice transfers to real training: predicted against true.

    OMP_NUM_THREADS=1 python tests/benchmarks/advice_real.py -o real.jsonl --all [--minutes 30]
    python tests/benchmarks/advice_real.py -o real.jsonl --report

Trains small networks on real data, one process and one thread, until ``--runs`` of them have a
finding of warning or worse (the tasks take turns). The log of each is written, read and judged as
a user's; then the run is trained again with the first three remedies of its checklist, or with
``--all``. Results are appended to a file of JSON Lines; what it has is not trained again. Effects
are those on a held-out test part that no log contains. Needs the extra [trainer].
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from advice_figures import EARLY, Measured, effects_of, report
from advice_order import UNMEASURED, is_advised, measured, predict, unmeasured, warned
from real_data import TASKS, text
from real_log import judge, logged
from real_results import Record, Results, reached
from real_runs import REMEDIES, Settings, draw, remedied, task_of, train

from analyzer.model.diagnosis import Diagnosis

FIRST = 3  # remedies of a checklist that are tried without --all
MOST_DRAWN = 40  # runs of a task that are tried for the number of those with a finding


class Study:
    """The runs of a file of results; missing ones are trained until ``stop`` (monotonic)."""

    def __init__(self, results: Results, *, seed: int, stop: float) -> None:
        self.results, self.seed, self.stop = results, seed, stop

    def run(self, number: int, remedy: str = "") -> Record | None:
        """Return the record of a run, trained now if it is missing; None if the time is over."""
        known = self.results.runs.get((number, remedy))
        if known is not None or time.monotonic() > self.stop:
            return known
        base = draw(number, seed=self.seed)
        settings = REMEDIES[remedy](base) if remedy else base
        curves = train(settings)
        record: dict[str, Any] = {"run": number, "remedy": remedy}
        if not remedy:
            record["settings"] = dataclasses.asdict(settings)
            record["log"] = logged(curves, classes=bool(TASKS[settings.task].classes))
        found = reached(curves.val, curves.test, curves.test_error)
        return self.results.add(record | found._asdict())

    def bases(self, runs: int) -> Iterator[tuple[int, Settings, Diagnosis]]:
        """Yield the runs with a finding, until there are enough or the time is over."""
        most, found = math.ceil(runs / len(TASKS)), Counter[str]()
        for number in range(MOST_DRAWN * len(TASKS)):
            if found[task_of(number)] >= most:
                continue
            record = self.run(number)
            if record is None or found.total() >= runs:
                return
            settings = Settings(**record["settings"])
            diagnosis = judge(settings, record["log"])
            if is_advised(diagnosis):
                found[settings.task] += 1
                yield number, settings, diagnosis


def remedies_of(
    settings: Settings, diagnosis: Diagnosis, most: int | None = None
) -> tuple[str, ...]:
    """Return the first remedies of both orders of the checklist that change the run."""
    names: dict[str, None] = {}
    for order in (unmeasured, measured):
        advised = [item.remedy for item in order(diagnosis) if changes(settings, item.remedy)]
        names |= dict.fromkeys(advised[:most])
    return tuple(names)


def changes(settings: Settings, remedy: str) -> bool:
    """Say whether training with a remedy is another run."""
    return remedy in REMEDIES and remedied(settings, remedy) is not None


def make(study: Study, runs: int, *, every: bool) -> None:
    """Train what is missing: the first remedies of all runs, then the advised ones, then all.

    So time that runs out leaves something of each run. Prints a line for each run with a finding.
    """
    start = time.process_time()
    for wave in ("first", "advised", "all") if every else ("first",):
        for number, settings, diagnosis in study.bases(runs):
            names = remedies_of(settings, diagnosis, FIRST if wave == "first" else None)
            if wave == "all":
                names = tuple(name for name in REMEDIES if changes(settings, name))
            for name in names:
                study.run(number, name)
            found = ", ".join(finding.detector for finding in warned(diagnosis))
            seconds = time.process_time() - start
            print(f"{wave}: {number} {settings.task}: {found}; {seconds:.0f} s", flush=True)
    if time.monotonic() > study.stop:
        print("the time is over; the same command goes on", flush=True)


def read(study: Study, runs: int) -> Iterator[Measured]:
    """Yield the runs with a finding, with the true and the predicted effects of the remedies.

    Runs whose first remedies are not trained yet are passed over.
    """
    known = study.results.runs
    for number, settings, diagnosis in study.bases(runs):
        first = remedies_of(settings, diagnosis, FIRST)
        if any((number, name) not in known for name in first):
            continue
        tried = {name: known[number, name] for name in REMEDIES if (number, name) in known}
        worst = next(item for item in warned(diagnosis) if item.detector in UNMEASURED)
        told = {name: predict(worst, diagnosis.run, name) for name in (*REMEDIES, EARLY)}
        yield Measured(
            number=number,
            task=settings.task,
            finding=worst.detector,
            unmeasured=unmeasured(diagnosis),
            measured=measured(diagnosis),
            predicted={name: entry for name, entry in told.items() if entry is not None},
            effects=effects_of(known[number, ""], tried),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, help="file of results")
    parser.add_argument("--runs", type=int, default=60, help="with a finding")
    parser.add_argument("--all", action="store_true", help="train every remedy of the list")
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--report", action="store_true", help="print from the results only")
    parser.add_argument("--seed", type=int, default=22)
    options = parser.parse_args()
    results = Results(options.output)
    if options.report:
        study = Study(results, seed=options.seed, stop=-math.inf)
        sys.stdout.write(report(list(read(study, options.runs))))
        return
    torch.set_num_threads(1)
    results.go_on(
        {"schema": 1, "seed": options.seed, "text": zlib.crc32(text()[0].numpy().tobytes())}
    )
    stop = time.monotonic() + 60 * options.minutes
    make(Study(results, seed=options.seed, stop=stop), options.runs, every=options.all)


if __name__ == "__main__":
    main()

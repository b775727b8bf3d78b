"""Where the time of a command goes: a flame graph by numbers, without a profiler's own cost.

python tests/benchmarks/shares.py [--top 40] [--under PART] batch runs -o site
python tests/benchmarks/shares.py report run.csv -o report.html

Takes the stack after every millisecond of processor time and prints, for the functions of this
package, the share of the samples in which they were on the stack ("in all") and in which they were
the innermost of ours ("own": with the libraries that they call). ``--under`` counts only the
samples below functions whose place contains PART. A batch runs in this process, one run after
another.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from types import FrameType

_EVERY = 0.001  # seconds of processor time between two samples
_OURS = f"{os.sep}analyzer{os.sep}"


class Samples:
    """Counts functions on the stack, each once a sample."""

    def __init__(self, under: str) -> None:
        self.under = under
        self.count = 0
        self.in_all: Counter[str] = Counter()
        self.own: Counter[str] = Counter()

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Count the functions of the stack that a signal interrupted."""
        stack = []
        while frame is not None:
            code = frame.f_code
            _, ours, place = code.co_filename.rpartition(_OURS)
            if ours:
                stack.append(f"{place}:{code.co_qualname}")
            frame = frame.f_back
        if self.under:
            below = [at for at, name in enumerate(stack) if self.under in name]
            stack = stack[: below[-1] + 1] if below else []
        if stack:
            self.count += 1
            self.in_all.update(set(stack))
            self.own[stack[0]] += 1


def in_this_process() -> None:
    """Let a batch work without other processes."""
    from analyzer.batch import job, pool
    from analyzer.batch.result import Limits, UnitResult
    from analyzer.batch.tree import Unit

    def work_all(
        task: job.Task, units: Sequence[Unit], limits: Limits
    ) -> Iterator[tuple[Unit, UnitResult]]:
        for unit in units:
            yield unit, job.work(task, unit)

    pool.work_all = work_all


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--top", type=int, default=40)
    parser.add_argument("--under", default="", metavar="PART")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    samples = Samples(chosen.under)
    signal.signal(signal.SIGPROF, samples.take)
    begin = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    from analyzer.cli import main as command

    if "batch" in chosen.command:
        in_this_process()
    try:
        command(chosen.command, standalone_mode=False)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        spent = time.process_time() - begin
        show(samples, spent, chosen.top)


def show(samples: Samples, spent: float, top: int) -> None:
    """Print the functions with the largest shares."""
    total = max(1, samples.count)
    print(f"{spent:.2f} s of processor time, {samples.count} samples", file=sys.stderr)
    print(f"{'in all':>8}{'own':>8}  function", file=sys.stderr)
    for place, count in samples.in_all.most_common(top):
        own = samples.own[place] / total
        print(f"{count / total:8.1%}{own:8.1%}  {place}", file=sys.stderr)


if __name__ == "__main__":
    main()

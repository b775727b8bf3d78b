"""What a batch of 1,000, 10,000 or 100,000 small runs costs: time, the parent's memory, the index.

python tests/benchmarks/many_runs.py [RUNS ...] [--folder FOLDER] [--workers N] [--parent]

A run is a table of 2 tags x 200 steps with its settings beside it, 1,000 runs a folder. Prints the
seconds on the clock and of processor time of a first batch without reports and of a second,
unchanged one, the parent's memory in each, the sizes of the pages, and what the state takes. The
runs are made in FOLDER if they are not there, and stay there.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analyzer.batch.record import folder_name
from analyzer.batch.result import UnitResult
from analyzer.batch.units import Unit
from analyzer.comparing.summary import RunSummary

STEPS = 200
IN_FOLDER = 1000
SHAPES = 200  # different noises
_ADOPTS = 36  # PR_SET_CHILD_SUBREAPER of Linux: whose parent has ended becomes our child
MEMORY = """
import resource, sys
if FAKED:
    import runpy
    runpy.run_path(FAKED)["fake"]()
from analyzer.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


def settings_of(index: int) -> dict[str, float]:
    """Return the settings of a run."""
    rate, decay = 10.0 ** -(1 + index % 5), (0.0, 0.01, 0.1)[index // 5 % 3]
    config = {"lr": rate, "weight_decay": decay, "layers": 2 + index // 15 % 4}
    return {**config, "seed": index // 60 % 50}


def level_of(index: int) -> float:
    """Return the level that a run falls to: its learning rate decides it, and a little chance."""
    return 0.3 + 0.1 * abs(2 - index % 5) + 1e-6 * (index * 7919 % 100_003)


def fake() -> None:
    """Let a batch hand out results that were made before instead of reading runs."""
    from analyzer.batch import engine, job

    def work_all(
        task: job.Task, units: Sequence[Unit], _: object
    ) -> Iterator[tuple[Unit, UnitResult]]:
        made = [job.work(task, unit) for unit in units[:20]]
        for place, unit in enumerate(units):
            index = int(Path(unit.key).parent.name[-6:])
            name, old = Path(unit.key).parent.as_posix(), made[place % len(made)].records[0]
            record = replace(
                old,
                run=name,
                source=unit.key,
                folder=folder_name(name, unit.key),
                best=old.best and replace(old.best, value=level_of(index)),
                level=old.level and old.level._replace(value=level_of(index)),
                summary=RunSummary(settings_of(index), old.summary.points, f"{index:016x}99"),
            )
            folder = Path(task.site) / "runs" / record.folder
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "diagnosis.json").write_text("{}")
            yield unit, UnitResult(records=(record,), content=f"{index}")

    engine.work_all = work_all


class Cost(NamedTuple):
    """Seconds on the clock and of all processes, and the MiB of the parent."""

    wall: float
    cpu: float
    parent: int


def plant(root: Path, runs: int) -> None:
    """Make the runs that are missing: a sweep of four settings, whose learning rate matters."""
    rng = np.random.default_rng(1)
    fall = np.exp(-4 * np.arange(STEPS) / STEPS)
    noises = 0.02 * rng.standard_normal((SHAPES, 2, STEPS))
    for index in range(runs):
        folder = root / f"sweep-{index // IN_FOLDER:03d}" / f"run-{index:06d}"
        if folder.is_dir():
            continue
        folder.mkdir(parents=True)
        floor = level_of(index)
        noise = noises[index % SHAPES]
        train, val = floor + fall + noise[0], floor + 0.05 + fall + noise[1]
        rows = [f"{at},{a:.5f},{b:.5f}" for at, (a, b) in enumerate(zip(train, val, strict=True))]
        (folder / "metrics.csv").write_text("\n".join(["step,train_loss,val_loss", *rows, ""]))
        (folder / "config.json").write_text(json.dumps(settings_of(index)))


def timed(*arguments: object, faked: bool) -> Cost:
    """Run the command and return what it cost, its workers included."""
    script = MEMORY.replace("FAKED", repr(__file__ if faked else ""))
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-W", "ignore", "-c", script, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall = time.perf_counter() - begin
    with suppress(ChildProcessError):  # the workers' server ends after its parent
        while True:
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, int(done.stderr.split()[-1]))


def measure(root: Path, runs: int, workers: int, *, faked: bool) -> None:
    """Print what a batch of some of the runs costs."""
    logs = root / f"logs-{runs}"
    plant(logs, runs)
    with tempfile.TemporaryDirectory(dir=root) as temporary:
        site = Path(temporary) / "site"
        command = ("batch", logs, "-o", site, "--no-reports", "--workers", workers)
        for label in ("first", "again"):
            cost = timed(*command, faked=faked)
            print(
                f"{runs:>7} runs, {label}: {cost.wall:.1f} s, CPU {cost.cpu:.1f} s"
                f" ({1000 * cost.cpu / runs:.2f} ms a run), parent {cost.parent} MiB",
                flush=True,
            )
        sizes = {
            name: (site / name).stat().st_size
            for name in ("index.html", "index.md", "runs.csv", "register.csv")
        }
        state = sum(path.stat().st_size for path in (site / ".state").iterdir())
        said = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in sizes.items())
        print(f"{'':>7} {said}; state {state / runs:.0f} bytes a run", flush=True)
        shutil.rmtree(site)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", nargs="*", type=int, default=[1000, 10_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "many-runs")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--parent", action="store_true")
    chosen = parser.parse_args()
    ctypes.CDLL(None).prctl(_ADOPTS, 1)
    for runs in chosen.runs:
        measure(chosen.folder, runs, chosen.workers, faked=chosen.parent)


if __name__ == "__main__":
    main()

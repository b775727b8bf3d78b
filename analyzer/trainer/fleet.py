"""The fleet: hundreds to thousands of small runs with known truth.

They are trained side by side and written as a corpus.
"""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import os
import platform
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from analyzer.errors import AnalyzerError
from analyzer.trainer import corpus, pack
from analyzer.trainer.devices import describe
from analyzer.trainer.sampling import Config, draw
from analyzer.trainer.tasks import FAMILIES

MANIFEST = "manifest.json"
_MOST = {"cpu": 32, "cuda": 512}  # runs in a pack: what a cache holds; what fills a GPU

Progress = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Member:
    """A run of the fleet: its place and its configuration."""

    index: int
    config: Config


def make(
    *,
    runs: int,
    seed: int,
    device: torch.device,
    output: Path,
    workers: int | None = None,
    choose: Callable[[int, int], Config] = draw,
    progress: Progress = _quiet,
) -> Path:
    """Train ``runs`` runs, write the corpus and return it.

    ``output`` gets ``corpus.jsonl.gz`` and ``manifest.json``.

    On a CPU packs are shared among ``workers`` processes of one thread each (default: one a core),
    so that the numbers depend on no number of cores. What is done when it is interrupted stays
    readable. ``choose`` gives the configuration of a run from the seed and its number. ``progress``
    is told how many runs are done, of how many.
    """
    if runs < 1:
        raise AnalyzerError(f"--runs {runs}: a fleet has at least one run")
    output.mkdir(parents=True, exist_ok=True)
    started, done, path = time.perf_counter(), 0, output / corpus.FILE
    jobs = [
        _Job(members, (seed, number), device)
        for number, members in enumerate(
            packs([Member(at, choose(seed, at)) for at in range(runs)], device)
        )
    ]
    _write_manifest(output, runs, seed, device, None)  # stays so where the fleet is broken off
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8") as file,
        closing(_worked(jobs, workers)) as results,
    ):
        for lines in results:
            file.writelines(lines)
            done += len(lines)
            progress(done, runs)
    _write_manifest(output, runs, seed, device, time.perf_counter() - started)
    return path


@dataclass(frozen=True)
class _Job:
    """A pack to train: what a worker process is sent."""

    members: Sequence[Member]
    seed: tuple[int, int]
    device: torch.device


def _worked(jobs: Sequence[_Job], workers: int | None) -> Generator[list[str], None, None]:
    """Yield the lines of every job, in their order."""
    on_cpu = jobs[0].device.type == "cpu"
    count = min(workers or os.cpu_count() or 1, len(jobs)) if on_cpu else 1
    if count == 1:
        threads = torch.get_num_threads()
        try:
            _prepare()
            yield from map(_lines, jobs)
        finally:  # the caller's own numbers are none of the fleet's business
            torch.set_num_threads(threads)
            torch.set_flush_denormal(False)
        return
    # A forked copy of a process that has used torch's threads hangs.
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin_worker)
    try:
        yield from pool.map(_lines, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin_worker() -> None:
    _prepare()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave when the fleet was killed: the pool's own workers would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare() -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(
        True
    )  # weights that die out make a CPU slow; no loss sees the difference


def _lines(job: _Job) -> list[str]:
    made = pack.train([member.config for member in job.members], job.seed, job.device)
    found = []
    for member, run in zip(job.members, made, strict=True):
        family = FAMILIES[member.config.family]
        name = f"{job.seed[0]}-{member.index:05d}"
        found.append(
            corpus.line(corpus.record(name, family.half, family.classes, run, pack.EXTRA_SETS))
        )
    return found


def packs(members: Sequence[Member], device: torch.device) -> list[list[Member]]:
    """Return groups of runs that can share a stack.

    Their train sizes are similar, so that little of the stack is padding.
    """
    groups: dict[tuple[str, int, int], list[Member]] = defaultdict(list)
    for member in members:
        groups[member.config.family, member.config.width, member.config.steps].append(member)
    found = []
    for _, group in sorted(groups.items()):
        group.sort(key=lambda member: (member.config.batch_size, member.index))
        parts = -(-len(group) // _MOST[device.type])
        found += [list(part) for part in np.array_split(np.array(group, dtype=object), parts)]
    return found


def _write_manifest(
    output: Path, runs: int, seed: int, device: torch.device, seconds: float | None
) -> None:
    manifest = {
        "command": f"analyzer train fleet --runs {runs} --seed {seed} --device {device.type} -o DIR",
        "runs": runs,
        "seed": seed,
        "device": describe(device),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "seconds": None if seconds is None else round(seconds, 1),
        "population_examples": pack.POPULATION,
    }
    (output / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")

"""The fleet: up to thousands of small runs with known truth, trained in parallel as a corpus."""

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
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import torch

from analyzer.errors import AnalyzerError
from analyzer.safe.files import write_atomically
from analyzer.trainer import corpus, pack, world
from analyzer.trainer.devices import describe
from analyzer.trainer.progress import Progress
from analyzer.trainer.sampling import Config, draw
from analyzer.trainer.world_tasks import family_of

MANIFEST = "manifest.json"
DRAWS = {"teachers": draw, "world": world.draw}
_PACK_SIZE = {"cpu": 32, "cuda": 512}  # most runs in a pack: fits the cache; fills a GPU


def quiet(done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Member:
    """A run of the fleet: its number and its configuration."""

    index: int
    config: Config


def make(
    *,
    runs: int,
    seed: int,
    device: torch.device,
    output: Path,
    workers: int | None = None,
    tasks: str = "teachers",
    choose: Callable[[int, int], Config] | None = None,
    progress: Progress = quiet,
) -> Path:
    """Train a fleet, write ``corpus.jsonl.gz`` and ``manifest.json``, and return the corpus path.

    On a CPU, ``workers`` processes of one thread each (default: one per core) share the packs, so
    the numbers do not depend on the number of cores. After an interruption the finished runs are
    readable. ``tasks`` is one of ``DRAWS``; ``choose`` replaces its draw, which returns the
    configuration of a run from the seed and the run's number. ``progress`` is called with the
    number of finished runs and the total.

    Raises AnalyzerError if ``runs`` is below 1.
    """
    if runs < 1:
        raise AnalyzerError(f"--runs {runs}: must be at least 1")
    output.mkdir(parents=True, exist_ok=True)
    started, done = time.perf_counter(), 0
    path = output / corpus.FILE
    choose = choose or DRAWS[tasks]
    members = [Member(index, choose(seed, index)) for index in range(runs)]
    jobs = [
        _Job(group, (seed, number), device) for number, group in enumerate(packs(members, device))
    ]
    manifest = _manifest(runs, seed, device, tasks)
    _write_manifest(output, manifest)  # "seconds" stays null if the fleet is interrupted
    with closing(_results(jobs, workers)) as results, _gzipped(path) as file:
        for lines in results:
            file.writelines(lines)
            done += len(lines)
            progress(done, runs)
    _write_manifest(output, {**manifest, "seconds": round(time.perf_counter() - started, 1)})
    return path


@contextmanager
def _gzipped(path: Path) -> Iterator[TextIO]:
    """Open a gzip file for text, without name and time, so the same text gives the same bytes."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8") as file,
    ):
        yield file


@dataclass(frozen=True)
class _Job:
    """A pack to train, as sent to a worker process."""

    members: Sequence[Member]
    seed: tuple[int, int]
    device: torch.device


def _results(jobs: Sequence[_Job], workers: int | None) -> Generator[list[str], None, None]:
    """Yield the lines of every job, in order."""
    on_cpu = jobs[0].device.type == "cpu"
    count = min(workers or os.cpu_count() or 1, len(jobs)) if on_cpu else 1
    if count == 1:
        with one_thread():
            yield from map(_lines, jobs)
        return
    # Forking a process that has used torch's threads hangs.
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), begin_worker)
    try:
        yield from pool.map(_lines, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread, as a worker does; the caller may compute on in this process."""
    threads = torch.get_num_threads()
    try:
        _prepare()
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_flush_denormal(False)


def begin_worker() -> None:
    """Prepare a worker process, which ends with its parent."""
    _prepare()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Exit when the fleet was killed; the pool's own workers would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare() -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # denormal weights slow a CPU down and change no loss


def _lines(job: _Job) -> list[str]:
    """Train a pack and return its corpus lines."""
    runs = pack.train([member.config for member in job.members], job.seed, job.device)
    lines = []
    for member, run in zip(job.members, runs, strict=True):
        family = family_of(member.config.family)
        name = f"{job.seed[0]}-{member.index:05d}"
        record = corpus.record(
            name, half=family.half, classes=family.classes, run=run, extra_sets=pack.EXTRA_SETS
        )
        lines.append(corpus.line(record))
    return lines


def packs(
    members: Sequence[Member], device: torch.device, most: int | None = None
) -> list[list[Member]]:
    """Group runs that can share a stack, of similar train size so that little is padding.

    A pack has at most ``most`` runs (default: what suits the device).
    """
    groups: dict[tuple[str, int, int, bool], list[Member]] = defaultdict(list)
    for member in members:
        config = member.config
        shape = (config.family, config.width, config.steps, config.varied.likelihood)
        groups[shape].append(member)
    batches = []
    for _, group in sorted(groups.items()):
        group.sort(key=lambda member: (member.config.batch_size, member.index))
        parts = -(-len(group) // (most or _PACK_SIZE[device.type]))
        batches += [list(part) for part in np.array_split(np.array(group, dtype=object), parts)]
    return batches


def _manifest(runs: int, seed: int, device: torch.device, tasks: str) -> dict[str, Any]:
    options = f"--runs {runs} --seed {seed} --device {device.type}"
    options += "" if tasks == "teachers" else f" --tasks {tasks}"
    return {
        **manifest_of(f"fleet {options}", runs, seed, device),
        "seconds": None,
        "population_examples": pack.POPULATION,
    }


def manifest_of(command: str, runs: int, seed: int, device: torch.device) -> dict[str, Any]:
    """Return what the manifest of every fleet says."""
    return {
        "command": f"analyzer train {command} -o DIR",
        "runs": runs,
        "seed": seed,
        "device": describe(device),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
    }


def _write_manifest(output: Path, manifest: Mapping[str, Any]) -> None:
    content = json.dumps(manifest, indent=2) + "\n"
    write_atomically(output / MANIFEST, content.encode())

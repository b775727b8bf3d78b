"""Work through the packs of a fleet: on all cores of a CPU, one after another on a GPU."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import TypeVar

import torch

from analyzer.trainer import fleet

Job = TypeVar("Job")


def results(
    work: Callable[[Job], int],
    jobs: Sequence[Job],
    *,
    device: torch.device,
    workers: int | None = None,
    until: float | None = None,
) -> Iterator[int]:
    """Yield what ``work`` returns for each job, as they finish.

    No job is begun after ``until``, a time of ``time.monotonic``. ``workers`` processes of one
    thread share the jobs on a CPU (default: one for each core).
    """
    at_once = min(workers or os.cpu_count() or 1, len(jobs)) if device.type == "cpu" else 1
    if at_once <= 1:
        with fleet.one_thread():
            yield from map(work, _begun(jobs, until))
        return
    pool = ProcessPoolExecutor(at_once, multiprocessing.get_context("spawn"), fleet.begin_worker)
    waiting = _begun(jobs, until)
    running: set[Future[int]] = set()
    try:
        while True:
            for job in waiting:
                running.add(pool.submit(work, job))
                if len(running) >= at_once:
                    break
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:
        pool.shutdown(cancel_futures=True)


def _begun(jobs: Sequence[Job], until: float | None) -> Iterator[Job]:
    """Yield the jobs while there is time."""
    for job in jobs:
        if until is not None and time.monotonic() > until:
            return
        yield job

"""A pool of processes in which a task that crashes, hangs or eats the memory fails alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import TimeoutError as TooLong
from multiprocessing.context import BaseContext
from queue import SimpleQueue
from typing import Any

from analyzer.batch import job
from analyzer.batch.result import Failure, Limits, UnitResult
from analyzer.batch.tree import Unit
from analyzer.errors import AnalyzerError

# Tasks that wait for each worker: enough that none idles, few enough that memory stays flat.
_AHEAD = 3
_MESSAGE = 200  # characters of an error


def work_all(
    task: job.Task, units: Sequence[Unit], limits: Limits
) -> Iterator[tuple[Unit, UnitResult]]:
    """Yield (unit, result) as they come; a unit that failed has a result with the failure.

    Raises AnalyzerError if the site cannot be written to.
    """
    from pebble import ProcessPool

    done: SimpleQueue[tuple[Unit, Any]] = SimpleQueue()
    waiting = iter(units)
    pool = ProcessPool(
        limits.workers, context=_context(), initializer=job.limit, initargs=[limits.memory]
    )
    running = 0

    def start() -> int:
        unit = next(waiting, None)
        if unit is None:
            return 0
        future = pool.schedule(job.work, args=[task, unit], timeout=limits.seconds)
        future.add_done_callback(lambda future, unit=unit: done.put((unit, future)))
        return 1

    try:
        running = sum(start() for _ in range(limits.workers * _AHEAD))
        while running:
            unit, future = done.get()
            running += start() - 1
            yield unit, _result(future, limits)
    finally:
        pool.stop()
        pool.join()


def _result(future: Any, limits: Limits) -> UnitResult:
    """Return what a task gave, or why it gave nothing.

    Raises AnalyzerError if the site could not be written to.
    """
    from pebble import ProcessExpired

    try:
        result: UnitResult = future.result()
    except TooLong:
        return _failed("took_too_long", seconds=limits.seconds)
    except ProcessExpired as error:
        return _failed("worker_died", code=error.exitcode)
    except MemoryError:
        return _failed("too_much_memory", mebibytes=limits.memory >> 20)
    except AnalyzerError:
        raise
    except Exception as error:
        return _failed("worker_error", type=type(error).__name__, message=str(error)[:_MESSAGE])
    return result


def _failed(key: str, **values: Any) -> UnitResult:
    return UnitResult(failure=Failure(key, values))


def _context() -> BaseContext:
    """Return how processes start: from a server with the package loaded if possible, else alone."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analyzer.batch.preload"])
    # Ctrl-C is for us: the server inherits that it ignores it.
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ[job.QUIET] = "1"
    try:
        forkserver.ensure_running()
    finally:
        del os.environ[job.QUIET]
        signal.signal(signal.SIGINT, former)
    return context


def usual_workers() -> int:
    """Return how many processors this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1

"""A pool of processes in which a task that crashes, hangs or eats the memory fails alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import TimeoutError as TooLong
from dataclasses import replace
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

    The logs of a unit that failed are read once more, each on its own: only the one at fault fails.
    Raises AnalyzerError if the site cannot be written to.
    """
    from pebble import ProcessPool

    done: SimpleQueue[tuple[Unit, _Apart | None, Any]] = SimpleQueue()
    waiting = iter(units)
    again: deque[tuple[Unit, _Apart]] = deque()
    pool = ProcessPool(
        limits.workers, context=_context(), initializer=job.limit, initargs=[limits.memory]
    )
    running = 0

    def start() -> int:
        apart = None
        if again:
            unit, apart = again.popleft()
        elif (following := next(waiting, None)) is not None:
            unit = following
        else:
            return 0
        future = pool.schedule(job.work, args=[task, unit], timeout=limits.seconds)
        future.add_done_callback(lambda future: done.put((unit, apart, future)))
        return 1

    try:
        running = sum(start() for _ in range(limits.workers * _AHEAD))
        while running:
            unit, apart, future = done.get()
            result = _result(future, limits)
            if apart is not None:
                apart.add(unit, result)
            elif result.failures and len(unit.groups) > 1:
                apart = _Apart(unit)
                again += [(part, apart) for part in unit.parts]
            running += start() - 1
            if apart is None:
                yield unit, result
            elif apart.is_done:
                yield apart.unit, apart.result
    finally:
        pool.stop()
        pool.join()


class _Apart:
    """A unit whose logs are read each on its own, and what they gave so far."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.result = UnitResult()
        self.left = len(unit.groups)

    @property
    def is_done(self) -> bool:
        return not self.left

    def add(self, part: Unit, result: UnitResult) -> None:
        """Add what a log gave; a failure names the log."""
        self.left -= 1
        failures = tuple(replace(failure, source=part.key) for failure in result.failures)
        self.result = UnitResult(
            records=(*self.result.records, *result.records),
            issues=(*self.result.issues, *result.issues),
            skipped=(*self.result.skipped, *result.skipped),
            failures=(*self.result.failures, *failures),
            names=(*self.result.names, *result.names),
        )


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
    return UnitResult(failures=(Failure(key, values),))


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

"""A pool of processes in which a task that crashes, hangs or eats the memory fails alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from analyzer.batch import job, memory
from analyzer.batch.quiet import SERVER
from analyzer.batch.result import Failure, Limits, UnitResult
from analyzer.batch.tree import Unit
from analyzer.batch.work import Work
from analyzer.errors import AnalyzerError, WorkersWarning
from analyzer.safe.systems import is_no_thread

# Tasks that wait for each worker: enough that none idles, few enough that memory stays flat.
_AHEAD = 3
_MESSAGE = 200  # characters of an error
# Pools in a row that finish no task: a worker that dies between two tasks may take its pool along.
_POOLS = 2
_LOOK = 1.0  # seconds between two looks at whether a pool still works
NO_WORKERS = (OSError, RuntimeError)  # no process, file or thread to be had; a broken pool


class _Ended(NamedTuple):
    """How many tasks a pool finished, and why it went no further."""

    finished: int
    reason: str


def work_all(
    task: job.Task, units: Sequence[Unit], limits: Limits
) -> Iterator[tuple[Unit, UnitResult]]:
    """Yield (unit, result) as they come, from processes that end with the last of them.

    See Processes.work_all.
    """
    processes = Processes(limits)
    try:
        yield from processes.work_all(task, units)
    finally:
        processes.stop()


class Processes:
    """Worker processes that work through one list of units after another."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pool: Any = None

    def work_all(
        self, task: job.Task, units: Sequence[Unit]
    ) -> Generator[tuple[Unit, UnitResult], None, None]:
        """Yield (unit, result) as they come; a unit that failed has a result with the failure.

        The logs of a unit that failed are read once more, each on its own: only the one at fault
        fails. Once pools fail without finishing a task, as where the system allows no processes,
        threads or files, what is left is read in this process, with a WorkersWarning. Raises
        AnalyzerError if the site cannot be written to.
        """
        work = Work(units)
        idle, reason = 0, ""
        while idle < _POOLS:
            finished, reason = yield from self._in_workers(task, work)
            if work.is_done:
                return
            idle = 0 if finished else idle + 1
        warnings.warn(
            f"the worker processes failed ({reason}), so the runs are read one by one, without"
            " --run-timeout and --run-memory; see ulimit -a",
            WorkersWarning,
            stacklevel=2,
        )
        while (number := work.take()) is not None:
            yield from work.done(number, _result(_Here(task, work.unit(number)), self._limits))

    def _in_workers(
        self, task: job.Task, work: Work
    ) -> Generator[tuple[Unit, UnitResult], None, _Ended]:
        """Yield results until nothing is left, or until the pool cannot go on."""
        limits = self._limits
        ended: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        try:
            pool = self._started()
        except NO_WORKERS as error:
            return _Ended(0, _text(error))
        finished, reason = 0, "the pool stopped"

        def start() -> None:
            number = work.take()
            if number is not None:
                future = pool.submit(job.work, limits.seconds, task, work.unit(number))
                future.add_done_callback(lambda future: ended.put((number, future)))

        try:
            for _ in range(limits.workers * _AHEAD):
                start()
            while work.is_going_on and (number_future := _next(ended, pool)) is not None:
                number, future = number_future
                yield from work.done(number, _result(future, limits))
                finished += 1
                start()
        except NO_WORKERS as error:  # what the pool was refused; a result with an error is none
            reason = _text(error)
        finally:
            work.put_back()
            if not work.is_done:
                self.stop()
        return _Ended(finished, reason)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Have a process call a function within the time of a unit; return the future.

        Raises one of NO_WORKERS if the system allows no processes.
        """
        return self._started().submit(function, self._limits.seconds, *arguments)

    def _started(self) -> Any:
        """Return the pool. Raises one of NO_WORKERS if the system allows none."""
        from pebble import ProcessPool

        if self._pool is None:
            os.environ[SERVER] = "1"  # until the end: a server that died is started anew unasked
            self._pool = ProcessPool(
                self._limits.workers,
                context=_context(),
                initializer=job.limit,
                initargs=[self._limits.memory],
            )
        return self._pool

    def stop(self) -> None:
        """End the processes, whatever they do."""
        pool, self._pool = self._pool, None
        os.environ.pop(SERVER, None)
        if pool is not None:
            pool.stop()
            pool.join()


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_MESSAGE].removesuffix(": ")


def _next(ended: SimpleQueue[tuple[int, Any]], pool: Any) -> tuple[int, Any] | None:
    """Return the next task that ended, None once the pool is broken and none will."""
    while True:
        try:
            return ended.get(timeout=_LOOK)
        except Empty:
            if not pool.active:
                return None


class _Here(NamedTuple):
    """A task that is done in this process as soon as its result is asked for."""

    task: job.Task
    unit: Unit

    def result(self) -> UnitResult:
        """Work on the unit."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return job.work(self.task, self.unit)


def _result(future: Any, limits: Limits) -> UnitResult:
    """Return what a task gave, or why it gave nothing.

    Raises AnalyzerError if the site could not be written to, BrokenProcessPool if the task was not
    worked on.
    """
    from pebble import ProcessExpired

    try:
        result: UnitResult = future.result()
    except TooLong:
        return _failed("took_too_long", seconds=limits.seconds)
    except (ProcessExpired, MemoryError) as error:
        if is_no_thread(error):
            return _failed("no_thread", mebibytes=limits.memory >> 20)
        code = getattr(error, "exitcode", memory.EXCEEDED)
        if code == memory.EXCEEDED:
            return _failed("too_much_memory", mebibytes=limits.memory >> 20)
        return _failed("worker_died", code=code)
    except (AnalyzerError, BrokenProcessPool):
        raise
    except Exception as error:
        if is_no_thread(error):
            return _failed("no_thread", mebibytes=limits.memory >> 20)
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
    context.set_forkserver_preload(["analyzer.batch.quiet", "analyzer.batch.preload"])
    # Ctrl-C is for us: the server inherits that it ignores it.
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, former)
    return context


def usual_workers() -> int:
    """Return how many processors this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1

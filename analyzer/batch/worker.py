"""The process with the pool of a Dask worker: python -m analyzer.batch.worker.

A Dask worker may be a daemon, which may start no processes by multiprocessing, and its tasks run in
threads, which may set no signal handlers. So the pool of this machine runs in a process of its own.
It is fed on standard input and answers on standard output (pipe.py). It ends when its input does,
whatever its workers do at that time: no pool outlives its Dask worker.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import BinaryIO

from analyzer.batch.pipe import Done, End, Ready, Request, receive, send
from analyzer.batch.pool import Processes
from analyzer.batch.result import Limits
from analyzer.errors import AnalyzerError, WorkersWarning

_IDLE = 120.0  # seconds without a request after which the batch is taken to have been killed


def main(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    waiting: SimpleQueue[Request | None] = SimpleQueue()
    Thread(target=_listen, args=[requests, waiting], daemon=True).start()
    pool = PoolOfRequests()
    try:
        send(answers, Ready())
        while (request := _next(waiting)) is not None:
            for answer in pool.answers_to(request):
                send(answers, answer)
    except (KeyboardInterrupt, BrokenPipeError):  # the input has ended
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it may be interrupted when it is done
        pool.stop()


def _listen(requests: BinaryIO, waiting: SimpleQueue[Request | None]) -> None:
    """Let requests wait; interrupt the work when the other end has gone."""
    with suppress(EOFError, OSError):
        while True:
            waiting.put(receive(requests))
    waiting.put(None)
    _thread.interrupt_main()


def _next(waiting: SimpleQueue[Request | None]) -> Request | None:
    try:
        return waiting.get(timeout=_IDLE)
    except Empty:
        return None


class PoolOfRequests:
    """The processes that work through the requests, as long as these have the same limits."""

    def __init__(self) -> None:
        self._limits: Limits | None = None
        self._processes: Processes | None = None

    def answers_to(self, request: Request) -> Iterator[Done | End]:
        """Work through a request and yield the result of each unit, then the end."""
        places = {unit.key: place for place, unit in enumerate(request.units)}
        processes = self._for(request.limits)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", WorkersWarning)
            try:
                for unit, result in processes.work_all(request.task, request.units):
                    yield Done(places[unit.key], result)
            except AnalyzerError as error:
                yield End(error=str(error))
                return
        yield End(tuple(str(warning.message) for warning in caught))

    def _for(self, limits: Limits) -> Processes:
        if self._processes is None or limits != self._limits:
            self.stop()
            self._limits, self._processes = limits, Processes(limits)
        return self._processes

    def stop(self) -> None:
        """End the processes."""
        if self._processes is not None:
            self._processes.stop()


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return both pipes, and keep what anything else prints from getting among the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return sys.stdin.buffer, answers


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main(*_own_streams())

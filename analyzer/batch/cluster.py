"""A batch on a cluster: shards of units are tasks of Dask (extra [dask]).

A shard is worked through by the pool of a machine on a worker (remote_pool.py), since Dask ends no
task that hangs and answers too much memory by killing the worker with all that it has. So Dask only
hands out shards, and gives a shard of a lost worker to another one. Few shards are on their way at
a time: the memory of the client does not grow with the batch.
"""

from __future__ import annotations

import os
import time
import uuid
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from analyzer.batch.connection import connection
from analyzer.batch.job import Task
from analyzer.batch.remote_pool import (
    Shard,
    ShardResult,
    other_versions,
    stop,
    versions,
    work_through,
)
from analyzer.batch.result import Failure, Limits, UnitResult
from analyzer.batch.shard_sizes import ShardSizes
from analyzer.batch.tree import Unit
from analyzer.errors import AnalyzerError, WorkersWarning
from analyzer.model.shown import count
from analyzer.safe.names import printable

_LOOK = 1.0  # seconds between two looks at whether scheduler and workers are still there
_PATIENCE = 10.0  # seconds without a worker until that is said
_AHEAD = 2  # shards for each worker: one that it works on and one that waits
_MESSAGE = 200  # characters of an error
_REPEAT = "finished runs are kept; run the command again"

Results = Iterator[tuple[Unit, UnitResult]]


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to the scheduler at an address, or start one with a worker for "local".

    Raises AnalyzerError if Dask is missing, no scheduler answers, or workers have other versions.
    """
    with connection(address) as client:
        yield Cluster(client, address)


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, client: Any, address: str) -> None:
        """Compare the versions of the workers. Raises AnalyzerError if they differ."""
        self._client = client
        self._address = printable(address)
        here = versions()
        for worker, there in self._versions().items():
            if there != here:
                raise AnalyzerError(f"{printable(worker)}: {_difference(there, here)}")
        threads = client.nthreads()
        size = f"{count(len(threads), 'worker')}, {count(sum(threads.values()), 'thread')}"
        self.description = f"{self._address}: {size}, {here}"

    def _versions(self) -> dict[str, Any]:
        """Return the versions of each worker, or what asking for them raised."""
        try:
            found: dict[str, Any] = self._client.run(versions, on_error="return")
        except Exception as error:  # a worker without the package cannot be asked
            return {self._address: error}
        return found

    def work_all(self, task: Task, units: Sequence[Unit], limits: Limits) -> Results:
        """Yield (unit, result) as shards end; a unit that failed has a result with the failure.

        A shard whose workers die, as often as the scheduler allows, is split: each of its units is
        tried with nothing else on its way, so that only the unit at fault fails. Raises
        AnalyzerError if the scheduler goes, or a worker cannot work (other versions, other paths).
        """
        batch = uuid.uuid4().hex
        template = Shard(batch, versions(), os.getcwd(), task, (), limits)  # noqa: PTH109 - a text
        way = _Way(self._client, self._address, template)
        try:
            yield from way.results(units)
        finally:
            way.clear()


class _Sent(NamedTuple):
    """Units on their way; ``alone`` if nothing else is."""

    units: tuple[Unit, ...]
    alone: bool


class _Way:
    """The shards of one batch that are on their way."""

    def __init__(self, client: Any, address: str, template: Shard) -> None:
        self._client = client
        self._address = address
        self._template = template
        self._sent: dict[Any, _Sent] = {}
        self._ended: SimpleQueue[Any] = SimpleQueue()
        self._suspects: deque[Unit] = deque()
        self._warned: set[str] = set()

    def results(self, units: Sequence[Unit]) -> Results:
        """Send all units and yield their results."""
        sizes = ShardSizes(len(units))
        sent = 0
        while True:
            workers = len(self._workers()) or 1
            while sent < len(units) and len(self._sent) < _AHEAD * workers:
                size = sizes.next(workers)
                self._send(units[sent : sent + size], alone=False)
                sent += size
            if not self._sent and self._suspects:
                self._send([self._suspects.popleft()], alone=True)
            if not self._sent:
                return
            yield from self._came(sizes)

    def _send(self, units: Sequence[Unit], *, alone: bool) -> None:
        shard = replace(self._template, units=tuple(units))
        key = f"analyzer-{self._template.batch}-{uuid.uuid4().hex}"
        future = self._client.submit(work_through, shard, key=key, pure=False)
        self._sent[future] = _Sent(shard.units, alone)
        future.add_done_callback(self._ended.put)

    def _came(self, sizes: ShardSizes) -> Results:
        """Wait for a shard and yield its results; units without one are suspects."""
        future = self._next()
        sent = self._sent.pop(future)
        result = self._result(future)
        future.release()
        if result is not None:
            sizes.learn(len(result.results), result.seconds)
            for line in result.warned:
                self._warn(line)
        results = {} if result is None else result.results
        for place, unit in enumerate(sent.units):
            if place in results:
                yield unit, results[place]
            elif sent.alone:
                yield unit, UnitResult(failures=(Failure("worker_lost", {}),))
            else:
                self._suspects.append(unit)

    def _result(self, future: Any) -> ShardResult | None:
        """Return what a shard gave, None if its workers died."""
        from distributed import KilledWorker

        if future.status not in ("finished", "error"):
            raise self._lost()
        try:
            result: ShardResult = future.result()
        except KilledWorker:
            return None
        except AnalyzerError:
            raise
        except Exception as error:
            if self._client.status != "running":
                raise self._lost() from error
            raise AnalyzerError(
                f"{self._address}: a worker failed: {_text(error)}; {_REPEAT}"
            ) from error
        return result

    def _next(self) -> Any:
        """Return the next future that ended.

        Warns once if no worker is there for a while; they may still come. Raises AnalyzerError if
        the scheduler has gone.
        """
        missing_since = None
        while True:
            with suppress(Empty):
                return self._ended.get(timeout=_LOOK)
            now = time.monotonic()
            if self._workers():
                missing_since = None
            elif missing_since is None:
                missing_since = now
            elif now - missing_since >= _PATIENCE:
                self._warn(f"{self._address}: no workers yet; waiting (Ctrl-C stops)")

    def _workers(self) -> dict[str, int]:
        """Return the threads of each worker. Raises AnalyzerError if the scheduler has gone."""
        if self._client.status != "running":
            raise self._lost()
        try:
            workers: dict[str, int] = self._client.nthreads()
        except OSError as error:
            raise self._lost() from error
        return workers

    def _lost(self) -> AnalyzerError:
        return AnalyzerError(f"{self._address}: lost the connection to the scheduler; {_REPEAT}")

    def _warn(self, line: str) -> None:
        if line not in self._warned:
            self._warned.add(line)
            warnings.warn(line, WorkersWarning, stacklevel=2)

    def clear(self) -> None:
        """Cancel what is on its way, and let the workers end their pools."""
        if self._client.status != "running":
            return
        with suppress(OSError):
            if self._sent:
                self._client.cancel(list(self._sent), force=True)
            self._sent.clear()
            self._client.run(stop, self._template.batch, on_error="ignore")


def _difference(there: Any, here: Any) -> str:
    """Say in what a worker differs, or why it could not be asked."""
    if not isinstance(there, Exception):
        return other_versions(there, here)
    return f"a worker cannot load the package ({_text(there)}); install {here} on the workers"


def _text(error: BaseException) -> str:
    name = type(error).__name__
    return f"{name}: {error}"[:_MESSAGE].removesuffix(": ").removeprefix("Exception: ")

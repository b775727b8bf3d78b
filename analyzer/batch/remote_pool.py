"""What a task of Dask does on its worker: hand a shard to the pool of the worker (worker.py).

One shard at a time: the pool has as many processes as the worker has threads, so a second shard of
the same worker waits. The process of the pool starts with the first shard and stays until the batch
tells it to stop, the Dask worker ends, or nothing comes for a while.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any, NamedTuple

from analyzer.batch.job import Task
from analyzer.batch.pipe import Done, End, Request, receive, send
from analyzer.batch.result import Limits, UnitResult
from analyzer.batch.tree import Unit
from analyzer.errors import AnalyzerError, PluginWarning
from analyzer.reading.site import STATE
from analyzer.registry.third_party import installed
from analyzer.safe.names import printable
from analyzer.version import __version__

_TRIES = 3  # processes that may die over a shard
_DIED = (EOFError, OSError, ValueError)  # of a pipe whose other end, or our own, is closed
_GRACE = 5.0  # seconds that a process gets to stop its workers


class Versions(NamedTuple):
    """What must be the same on both ends, or results differ: package, Python, plug-ins."""

    analyzer: str
    python: str
    plugins: tuple[str, ...]

    def __str__(self) -> str:
        """Return the versions as a message has them."""
        shown = f"analyzer {self.analyzer} on Python {self.python}"
        return f"{shown} with {', '.join(self.plugins)}" if self.plugins else shown


def versions() -> Versions:
    """Return the versions of this process."""
    python = ".".join(platform.python_version_tuple()[:2])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)  # the client says it
        return Versions(__version__, python, tuple(map(str, installed())))


@dataclass(frozen=True)
class Shard:
    """Units for one task of Dask.

    ``batch`` names the batch among others on the same cluster, ``folder`` is the current folder of
    the client, from which relative paths count. No ``limits.workers`` means the worker's threads.
    """

    batch: str
    versions: Versions
    folder: str
    task: Task
    units: tuple[Unit, ...]
    limits: Limits


@dataclass(frozen=True)
class ShardResult:
    """What a shard gave: results by the places of its units, and the seconds it took.

    Units without a result are those over which the pool died, as often as it may.
    """

    results: dict[int, UnitResult]
    seconds: float
    warned: tuple[str, ...] = ()


def work_through(shard: Shard) -> ShardResult:
    """Work through a shard on the Dask worker that runs this.

    Raises AnalyzerError if the worker has other versions or does not see the folders.
    """
    from distributed import get_worker

    worker = get_worker()
    _check(shard, worker.address)
    if not shard.limits.workers:
        limits = replace(shard.limits, workers=worker.state.nthreads)
        shard = replace(shard, limits=limits)
    pool: Pool = vars(worker).setdefault(_name(shard.batch), Pool())  # one for all its threads
    return pool.work(shard)


def stop(batch: str, dask_worker: Any) -> None:
    """End the pool of a batch on a worker, with what it works on. For ``Client.run``.

    The stopped pool stays there: a shard may be about to start, since its cancelling comes later.
    """
    pool: Pool = vars(dask_worker).setdefault(_name(batch), Pool())
    pool.stop()


def _name(batch: str) -> str:
    return f"analyzer_pool_{batch}"


def _check(shard: Shard, address: str) -> None:
    here = versions()
    if here != shard.versions:
        raise AnalyzerError(f"{address}: {other_versions(here, shard.versions)}")
    task = shard.task
    places = (Path(task.root), task.url), (Path(task.site, STATE), task.site_url)
    for path, url in places:  # that of a store is mirrored on each machine
        if not url and not Path(shard.folder, path).is_dir():
            shown = printable(str(path if path.name != STATE else path.parent))
            raise AnalyzerError(
                f"{shown}: not seen by the worker {address}; all workers need the same paths"
            )


def other_versions(there: Versions, here: Versions) -> str:
    """Return what to say of a worker whose versions differ."""
    return f"has {there}; this is {here}; install the same on both"


class Pool:
    """The process with the pool of a Dask worker, used by its threads in turn."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._process: _Process | None = None
        self._is_stopped = False

    def work(self, shard: Shard) -> ShardResult:
        """Work through a shard; a process that dies is replaced, and what it had done is kept."""
        with self._turn:
            begin = time.monotonic()
            results: dict[int, UnitResult] = {}
            warned: tuple[str, ...] = ()
            for _ in range(_TRIES):
                places = [place for place in range(len(shard.units)) if place not in results]
                units = tuple(shard.units[place] for place in places)
                with suppress(*_DIED):
                    for answer in self._answers(Request(shard.task, units, shard.limits), shard):
                        if isinstance(answer, End):
                            warned = answer.warned
                        else:
                            results[places[answer.place]] = answer.result
                if len(results) == len(shard.units) or self._is_stopped:
                    break
            return ShardResult(results, time.monotonic() - begin, warned)

    def _answers(self, request: Request, shard: Shard) -> Iterator[Done | End]:
        """Yield the answers to a request. Raises one of _DIED if the process dies."""
        if self._is_stopped:
            raise EOFError
        if self._process is not None and not self._process.is_alive:
            self._end()  # what it started may be there
            self._process = None
        if self._process is None:
            try:
                self._process = _Process(shard.folder)
            except OSError as error:  # no process, descriptor or space: not one that died
                reason = error.strerror or type(error).__name__
                raise AnalyzerError(f"the pool of a worker cannot start: {reason}") from error
        try:
            yield from self._process.answers(request)
        except _DIED:
            self._end()
            raise

    def stop(self) -> None:
        """End the process and start no other one."""
        self._is_stopped = True
        self._end()

    def _end(self) -> None:
        process = self._process
        if process is not None:
            process.stop()


class _Process:
    """A process of worker.py, in a group of its own with all that it starts."""

    def __init__(self, folder: str) -> None:
        """Start it, with the current folder of the client if there is such a folder here.

        Raises AnalyzerError if it does not get so far as to take requests.
        """
        self._complaints: IO[bytes] = TemporaryFile()  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "analyzer.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            cwd=folder if Path(folder).is_dir() else None,
            start_new_session=True,
        )
        try:
            receive(self._answers)
        except _DIED as error:
            self._process.wait()
            reason = self._reason()
            self.stop()
            raise AnalyzerError(f"the pool of a worker cannot start: {reason}") from error

    @property
    def _answers(self) -> Any:
        return self._process.stdout

    @property
    def is_alive(self) -> bool:
        """Whether it can take a request."""
        return self._process.poll() is None

    def answers(self, request: Request) -> Iterator[Done | End]:
        """Send a request and yield the answers.

        Raises EOFError or OSError if the process dies, AnalyzerError if the site cannot be written
        to.
        """
        stream: Any = self._process.stdin
        send(stream, request)
        while True:
            answer = receive(self._answers)
            if isinstance(answer, End) and answer.error:
                raise AnalyzerError(answer.error)
            yield answer
            if isinstance(answer, End):
                return

    def stop(self) -> None:
        """End it: by its input, which lets it stop its workers, else by force."""
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        self._kill()
        self._process.wait()
        self._answers.close()
        self._complaints.close()

    def _kill(self) -> None:
        """Kill it and all processes of its group; what a killed one started may live on."""
        if not hasattr(os, "killpg"):
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _reason(self) -> str:
        """Return the last line that it printed to stderr, or its exit code."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return said[-1] if said else f"exit code {self._process.returncode}"

"""A connection to a scheduler of Dask, or to one that is started on this machine for the batch."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from analyzer.batch.pool import usual_workers
from analyzer.batch.scheduler import LOCAL
from analyzer.errors import AnalyzerError
from analyzer.safe.names import printable

_ANSWER = 10.0  # seconds that a scheduler has to answer
_CLOSE = 2.0  # seconds to say goodbye
_DEATHS = 2  # of workers over a shard before the third gives it up; for "local"
_LOGGERS = ("distributed", "distributed.client", "distributed.gc", "bokeh", "tornado", "asyncio")


@contextmanager
def connection(address: str) -> Iterator[Any]:
    """Yield a client of the scheduler at an address, or of one that is started for "local".

    Raises AnalyzerError if Dask is missing, or no scheduler answers or can be started.
    """
    if find_spec("distributed") is None:
        fix = "pip install '.[dask]' in the checkout"
        raise AnalyzerError(f"{_shown(address)}: a scheduler needs Dask: {fix}")
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
        stack.enter_context(_configured(folder))
        target = stack.enter_context(_cluster(folder)) if address == LOCAL else address
        client = _answering(target, address)
        stack.callback(client.close, timeout=_CLOSE)
        yield client


def _configured(folder: str) -> Any:
    """Return a context in which Dask writes to a folder of its own, and nothing to the terminal.

    Its loggers are set up where it is first imported.
    """
    import dask

    nowhere: dict[str, Any] = {"handlers": ["nowhere"], "propagate": False}
    logging = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"nowhere": {"class": "logging.NullHandler"}},
        "loggers": dict.fromkeys(_LOGGERS, nowhere),
    }
    return dask.config.set({"temporary-directory": folder, "logging": logging})


@contextmanager
def _cluster(folder: str) -> Iterator[Any]:
    """Yield a scheduler of this machine with one worker, which has a thread for each processor."""
    import dask
    from distributed import LocalCluster

    served: dict[str, Any] = {
        f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")
    }
    served["distributed.scheduler.allowed-failures"] = _DEATHS
    try:
        with dask.config.set(served), _without_ctrl_c():
            started = LocalCluster(
                n_workers=1,
                threads_per_worker=usual_workers(),
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                local_directory=folder,
            )
    except Exception as error:  # no port, no process, or no time
        reason = f"{type(error).__name__}: {error}"
        raise AnalyzerError(
            f"{LOCAL}: Dask cannot start here: {reason}; leave --scheduler out"
        ) from error
    with started as cluster:
        yield cluster


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Let the processes that are started ignore Ctrl-C, which is for us."""
    try:
        former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # of another thread than the main one
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _answering(target: Any, address: str) -> Any:
    """Return a client of a scheduler; what else may listen at its address can hang it.

    Raises AnalyzerError if it does not answer in time, or not as a scheduler does.
    """
    from distributed import Client

    class HalfMade(Client):  # type: ignore[misc, unused-ignore]
        """A client that says nothing on stderr if it goes before it was connected."""

        def __del__(self) -> None:
            with suppress(Exception):
                self.close(timeout=_CLOSE)

    answers: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(HalfMade(target, timeout=_ANSWER, set_as_default=False))
        except Exception as error:
            answers.put(error)

    Thread(target=ask, daemon=True).start()
    answer: Any = None
    with suppress(Empty):
        answer = answers.get(timeout=_ANSWER)
    if answer is None or isinstance(answer, Exception):
        raise AnalyzerError(
            f"{_shown(address)}: no Dask scheduler answers; check the address"
        ) from answer
    return answer


def _shown(address: str) -> str:
    """Return an address as a message may have it: without the name and password before its "@"."""
    return printable(re.sub(r"//.*@", "//...@", address))

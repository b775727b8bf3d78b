"""What works through the units of a batch: processes of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from analyzer.batch.job import Task
from analyzer.batch.pool import usual_workers, work_all
from analyzer.batch.result import Limits, UnitResult
from analyzer.batch.scheduler import address_of
from analyzer.batch.tree import Unit

# Yields each unit with its result, as they come.
WorkAll = Callable[[Task, Sequence[Unit], Limits], Iterable[tuple[Unit, UnitResult]]]


@dataclass(frozen=True)
class Engine:
    """A way through the units of a batch.

    ``workers`` is the usual number of processes (0: as many as each Dask worker has threads),
    ``description`` a line for the user, "" if there is nothing to say.
    """

    work_all: WorkAll
    workers: int
    description: str = ""


@contextmanager
def engine(scheduler: str | None) -> Iterator[Engine]:
    """Yield the pool of this machine, or the cluster of a scheduler once it answers.

    Raises AnalyzerError if it does not.
    """
    if scheduler is None:
        yield Engine(work_all, usual_workers())
        return
    address = address_of(scheduler)
    from analyzer.batch.cluster import connected

    with connected(address) as cluster:
        yield Engine(cluster.work_all, 0, cluster.description)

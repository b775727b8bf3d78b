"""Worker processes look at the files of a tree, where many are new, before they get any work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from analyzer.batch.job import read_options
from analyzer.batch.pool import NO_WORKERS, Processes, usual_workers
from analyzer.batch.result import Limits
from analyzer.batch.tree import KnownFile, Look, Origin, examined, looked_at_here
from analyzer.config import Config
from analyzer.reading.claims import parsers_for
from analyzer.reading.files import Entry

# New files that this process looks at alone: by then the others would just have started (1.5 s).
_ALONE = 4000


@contextmanager
def looking(config: Config, limits: Limits, origin: Origin) -> Iterator[Look]:
    """Yield what looks at files: this process at the first ones, then those of a pool.

    The pool has ``limits.workers`` processes, as many as there are processors if that is 0. What a
    store gave is here already: its starts are fetched as they are listed, and one process reads
    them.
    """
    looker = _Looker(config, limits, alone=bool(origin.url))
    try:
        yield looker.look
    finally:
        looker.processes.stop()


class _Looker:
    """Hands files to the processes of a pool, and looks at them itself if that fails."""

    def __init__(self, config: Config, limits: Limits, *, alone: bool) -> None:
        self.config = config
        self.here = looked_at_here(parsers_for(read_options(config)))
        workers = limits.workers or usual_workers()
        self.processes = Processes(Limits(limits.seconds, limits.memory, workers))
        self.is_alone = alone or workers < 2
        self.files = 0

    def look(self, files: list[Entry]) -> Callable[[], list[KnownFile]]:
        """Begin to look at files."""
        here = self.here(files)
        self.files += len(files)
        if self.is_alone or self.files <= _ALONE or not files:
            return here
        try:
            future = self.processes.submit(look_at, self.config, files)
        except NO_WORKERS:
            self.is_alone = True
            return here
        return lambda: self._answers(future, here)

    def _answers(self, future: Any, here: Callable[[], list[KnownFile]]) -> list[KnownFile]:
        """Return what a process found; if it ended over one of the files, look here."""
        try:
            found: list[KnownFile] = future.result()
        except Exception:
            return here()
        return found


def look_at(config: Config, files: list[Entry]) -> list[KnownFile]:
    """Return what each file is; done by a worker."""
    parsers = parsers_for(read_options(config))
    return [examined(file, parsers) for file in files]

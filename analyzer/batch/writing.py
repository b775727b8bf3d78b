"""Files of the site, written so that a kill at any time leaves each of them whole, old or new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.reading.site import STATE
from analyzer.safe.files import write_atomically
from analyzer.safe.names import printable

_UNFINISHED = "tmp"  # below STATE: what a killed worker left is cleared there, and nowhere else


def put(site: str | Path, target: Path, content: bytes) -> None:
    """Write a file of the site, and its folder. Raises AnalyzerError, as on a full disk."""
    fix = "finished runs are kept; run the command again"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnalyzerError(f"{target}: cannot write here: {error.strerror}; {fix}") from error
    write_atomically(target, content, temporary=Path(site) / STATE / _UNFINISHED, fix=fix)


@contextmanager
def held(site: Path) -> Iterator[None]:
    """Make the folders of a site and hold it for one batch; clear what a killed batch left there.

    Raises AnalyzerError if another batch holds it or it cannot be written to.
    """
    from filelock import FileLock, Timeout

    unfinished = site / STATE / _UNFINISHED
    shown = printable(str(site))
    try:
        unfinished.mkdir(parents=True, exist_ok=True)
        lock = FileLock(site / STATE / "lock")
        with suppress(NotImplementedError):  # a file system without locks: as good as it gets
            lock.acquire(timeout=0)
        for file in unfinished.iterdir():
            file.unlink()
    except Timeout as error:
        raise AnalyzerError(
            f"{shown}: another batch writes here; wait for it, or choose another -o"
        ) from error
    except OSError as error:
        raise AnalyzerError(
            f"{shown}: cannot write here: {error.strerror}; choose another -o"
        ) from error
    try:
        yield
    finally:
        lock.release()

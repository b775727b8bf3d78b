"""Files of the site, written so that a kill at any time leaves each of them whole, old or new."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.parsers._files import STATE, printable

_SPARE = "tmp"  # below STATE: what a killed worker left is cleared there, and nowhere else


def put(site: str | Path, target: Path, content: bytes) -> None:
    """Write a file of the site. Raises AnalyzerError, in one line, where the disk is full or cannot be written to."""
    spare = Path(site) / STATE / _SPARE
    name = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=spare)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # noqa: PTH101 - mkstemp gives a string
        os.replace(name, target)  # noqa: PTH105
    except OSError as error:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise AnalyzerError(
            f"{target}: cannot write here: {error.strerror}; what is done is kept, call again"
        ) from error


@contextmanager
def held(site: Path) -> Iterator[None]:
    """Make the folders of a site, hold it for one batch, and clear what a killed one left half written.

    Raises AnalyzerError where another batch holds it or it cannot be written to.
    """
    from filelock import FileLock, Timeout

    spare = site / STATE / _SPARE
    try:
        spare.mkdir(parents=True, exist_ok=True)
        lock = FileLock(site / STATE / "lock")
        with suppress(NotImplementedError):  # a file system without locks: as good as it gets
            lock.acquire(timeout=0)
        for one in spare.iterdir():
            one.unlink()
    except Timeout as error:
        raise AnalyzerError(
            f"{printable(str(site))}: another batch writes here; wait for it, or choose another -o"
        ) from error
    except OSError as error:
        raise AnalyzerError(
            f"{printable(str(site))}: cannot write here: {error.strerror}; choose another -o"
        ) from error
    try:
        yield
    finally:
        lock.release()

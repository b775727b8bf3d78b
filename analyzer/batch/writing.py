"""Files of the site, written so that a kill at any time leaves each of them whole, old or new."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from analyzer.errors import AnalyzerError

STATE = ".state"
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


def prepare(site: Path) -> None:
    """Make the folders of a site and clear what a killed batch left half written. Raises AnalyzerError."""
    spare = site / STATE / _SPARE
    try:
        spare.mkdir(parents=True, exist_ok=True)
        for one in spare.iterdir():
            one.unlink()
    except OSError as error:
        raise AnalyzerError(f"{site}: cannot write here: {error.strerror}; choose another -o") from error

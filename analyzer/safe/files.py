"""Writing a file so that its place holds the old or the new content, never a part."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from analyzer.errors import AnalyzerError


def write_atomically(
    target: Path, content: bytes, *, temporary: Path | None = None, fix: str = "choose another -o"
) -> None:
    """Write a file whole and rename it into place.

    ``temporary`` is the folder of the unfinished file, on the same file system; by default it lies
    beside the target. Raises AnalyzerError, whose message ends in ``fix``, if the disk is full or
    the folder cannot be written to.
    """
    prefix = f".{target.name}." if temporary is None else None
    name = None
    try:
        handle, name = tempfile.mkstemp(dir=temporary or target.parent, prefix=prefix)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes a private file; a report gets the usual permissions.
        with suppress(OSError, AttributeError):
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise AnalyzerError(f"{target}: cannot write here: {error.strerror}; {fix}") from error

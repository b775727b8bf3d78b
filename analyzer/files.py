"""Writing a file so that its place holds the old or the new content, never a part."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from analyzer.errors import AnalyzerError


def write_atomically(target: Path, content: bytes) -> None:
    """Write beside the place and rename. Raises AnalyzerError where the folder cannot be written to."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise AnalyzerError(f"{target}: cannot write here: {error.strerror}; choose another -o") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        with suppress(OSError, AttributeError):  # mkstemp makes a private file; a report has the usual permissions
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise AnalyzerError(f"{target}: cannot write here: {error.strerror}; choose another -o") from error

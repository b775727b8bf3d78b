"""Which scheduler a user means: an address, a scheduler file, or one of this machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.safe.names import printable

LOCAL = "local"
_HOST_AND_PORT = re.compile(r"[\w.-]+:[0-9]{1,5}")
_CHOICES = "use tcp://host:8786, the path of a scheduler file, or local"
_MOST = 1 << 20  # bytes of a scheduler file, which has a few hundred


def address_of(scheduler: str) -> str:
    """Return the address that a user named, or "local".

    ``scheduler`` is an address (tcp:// if it has no scheme), the path of a file that
    ``dask scheduler --scheduler-file`` wrote, or "local". Raises AnalyzerError for anything else.
    """
    if scheduler == LOCAL or "://" in scheduler:
        return scheduler
    path = Path(scheduler)
    if path.is_file():
        return _address_in(path)
    if _HOST_AND_PORT.fullmatch(scheduler):
        return f"tcp://{scheduler}"
    raise AnalyzerError(f"--scheduler {printable(scheduler)}: no such file; {_CHOICES}")


def _address_in(path: Path) -> str:
    try:
        with path.open("rb") as file:
            address = json.loads(file.read(_MOST))["address"]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise AnalyzerError(f"{printable(str(path))}: cannot be read: {reason}") from error
    except (ValueError, TypeError, KeyError, RecursionError):
        address = None
    if not isinstance(address, str) or "://" not in address:
        raise AnalyzerError(f"{printable(str(path))}: not a scheduler file of Dask; {_CHOICES}")
    return address

"""Kill the processes of a command at a point that a test chooses (tests/hostile/kills.py).

Python imports this module at its start if its folder is on PYTHONPATH, in the workers too. A point
is a call that opens, makes, renames or removes something below the current folder.
"""

import os
import signal
import sys

_CALLS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir"}
_HERE = os.getcwd()  # noqa: PTH109 - each process pays for an import of pathlib


def _is_below(place: object) -> bool:
    """Say whether a path lies in the current folder; a name in an open folder counts too."""
    if not isinstance(place, str | bytes | os.PathLike):
        return False
    path = os.fsdecode(place)
    return not os.path.isabs(path) or path.startswith(_HERE)  # noqa: PTH117


def _install(counter: int, point: int) -> None:
    """Add a byte to a file at each point, and kill the group of processes at the given one."""

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event in _CALLS and arguments and _is_below(arguments[0]):
            os.write(counter, b".")
            if 0 < point <= os.fstat(counter).st_size:
                os.killpg(0, signal.SIGKILL)

    sys.addaudithook(count)


if "POINTS_COUNTER" in os.environ:
    _install(
        os.open(os.environ["POINTS_COUNTER"], os.O_WRONLY | os.O_APPEND),
        int(os.environ.get("POINTS_KILL", "0")),
    )

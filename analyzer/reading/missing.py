"""A path that leads nowhere: why, and what beside it was probably meant."""

from __future__ import annotations

import errno
import os
from itertools import islice
from pathlib import Path

from analyzer.remote.placeholders import PREFIX
from analyzer.safe.names import printable

_MOST = 2_000  # names of a folder that are looked at
_TRIED = 8  # names that are close as a whole
_LONGEST = 255  # letters of a name: no usual disk has longer ones


def missing(path: Path, what: str = "file or folder") -> str:
    """Return one line that says why nothing can be read at a path, and what to do."""
    shown = printable(str(path))
    if shown == "-":
        return "-: this command does not read standard input; save it to a file first"
    try:
        os.stat(path)  # noqa: PTH116 - Path.stat is the same
    except OSError as error:
        code = error.errno
        if code in (errno.EACCES, errno.EPERM):
            return f"{shown}: cannot be opened: Permission denied; check its rights"
        if code == errno.ELOOP:
            return f"{shown}: is a link that leads back to itself; name what it should lead to"
    except ValueError:  # a NUL byte
        pass
    if os.path.islink(path):  # noqa: PTH114 - Path.is_link raises for a name that is too long
        target = printable(os.readlink(path))  # noqa: PTH115 - as above
        return f"{shown}: is a link to {target}, which does not exist; name the log itself"
    near = nearest(path)
    if near is None:
        return f"{shown}: no such {what}; check the path"
    return f"{shown}: no such {what}; did you mean {printable(str(near))}?"


def nearest(path: Path) -> Path | None:
    """Return the existing path whose names are closest to those of a missing one, None if none is.

    Of each folder on the way, only the first 2,000 names are looked at.
    """
    if PREFIX in str(path):  # stands for a URL
        return None
    at, names = path, []
    while not os.path.lexists(at) and at != at.parent:
        names.append(at.name)
        at = at.parent
    if not names or not os.path.lexists(at):
        return None
    if not at.is_dir():
        return at
    while names and os.path.isdir(at):  # noqa: PTH112 - as above
        name = names.pop()
        close = name if os.path.lexists(at / name) else _close(name, at)
        if close is None:
            return None
        at /= close
    return at


def _close(name: str, folder: Path) -> str | None:
    """Return the closest name in a folder, None if none is close; case does not count.

    Names are close by their stems: all logs may end in ".csv".
    """
    from difflib import get_close_matches

    if len(name) > _LONGEST:
        return None
    try:
        with os.scandir(folder) as entries:
            there = sorted(entry.name for entry in islice(entries, _MOST))
    except OSError:
        return None
    by_plain = {own.casefold(): own for own in there if not own.startswith(".") or name[0] == "."}
    stem = Path(name.casefold()).stem
    for close in get_close_matches(name.casefold(), by_plain, n=_TRIED):
        if get_close_matches(stem, [Path(close).stem]):
            return by_plain[close]
    return None

"""Writing a file so that its place holds the old or the new content, never a part."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.safe.folders import opened
from analyzer.safe.names import printable
from analyzer.safe.systems import ON_WINDOWS, is_windows_name

# Links in these folders, such as /dev/stdout, are not ours to replace.
_OF_THE_SYSTEM = (Path("/dev"), Path("/proc"))


def write_atomically(target: Path, content: bytes, *, fix: str = "choose another -o") -> None:
    """Write a file whole and rename it into place.

    A link at its place is replaced, and what it leads to stays as it is. Raises AnalyzerError,
    whose message ends in ``fix``, if the disk is full, the folder cannot be written to, or the
    place is a folder, a pipe or a device.
    """
    try:
        _check_place(target, fix)
        with opened(target.parent) as folder:
            folder.write(target.name, content)
    except OSError as error:
        raise cannot_write(target, error, fix) from error


def make_folder_of(target: Path, *, fix: str = "choose another -o") -> None:
    """Make the folder of a file that is to be written. Raises AnalyzerError if it cannot be made.

    Where a file stands in its place, the writing says so.
    """
    try:
        with suppress(FileExistsError, NotADirectoryError):
            target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(target, error, fix) from error


def cannot_write(place: Path, error: OSError, fix: str) -> AnalyzerError:
    """Return the error of a place that the system does not let us write to."""
    shown = printable(str(place))
    if isinstance(error, IsADirectoryError):
        return AnalyzerError(f"{shown}: is a folder; name a file in it")
    why = error.strerror or type(error).__name__
    return AnalyzerError(f"{shown}: cannot write here: {why}; {fix}")


def refuse_folder(target: Path) -> None:
    """Raise AnalyzerError for a folder in the place of a file that is to be written."""
    if os.path.isdir(target):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise cannot_write(target, IsADirectoryError(), "")


def read_start(path: Path, most: int) -> bytes:
    """Return the first bytes of a regular file that is no link. Raises OSError for others."""
    return _read(path, most, getattr(os, "O_NOFOLLOW", 0))


def read_whole(path: Path, most: int) -> bytes:
    """Return the content of a regular file of limited size, also through a link.

    Raises OSError for a larger one, and for a pipe or a device, which might never end.
    """
    content = _read(path, most + 1)
    if len(content) > most:
        raise OSError(0, f"more than {most >> 10} KiB", os.fspath(path))
    return content


def _read(path: Path, most: int, flags: int = 0) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | flags)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "not a regular file", os.fspath(path))
        return file.read(most)


def _check_place(target: Path, fix: str) -> None:
    """Raise AnalyzerError unless the place of a file is free, a regular file or a link to one."""
    if ON_WINDOWS and not is_windows_name(target.name):
        shown = printable(str(target))
        raise AnalyzerError(f"{shown}: is a device or not a file name on Windows; {fix}")
    try:
        place = target.lstat()
    except FileNotFoundError:
        return
    what = ""
    if stat.S_ISLNK(place.st_mode):
        folder = target.parent.resolve()
        leads_on = os.path.exists(target) and not os.path.isfile(target)  # noqa: PTH110, PTH113 - a link to itself
        if leads_on or any(map(folder.is_relative_to, _OF_THE_SYSTEM)):
            what = "is a link to what is not a regular file"
    elif not stat.S_ISREG(place.st_mode) and not stat.S_ISDIR(place.st_mode):
        what = "is not a regular file"
    if what:
        raise AnalyzerError(f"{printable(str(target))}: {what}; {fix}")

"""Folders that we write into: nothing below the folder that the user named is a link we follow.

The path of the folder itself may be a link, since the user chose it. What lies below may come from
a stranger (a site in a pull request), so each part is opened by its name inside its open parent
and never through a link, even one that is put there while we work. Systems without such calls
(Windows) look at each part just before they use it.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import AnalyzerError
from analyzer.safe.names import printable
from analyzer.safe.systems import is_link, replace

_INSIDE = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
_NOT_A_LINK = getattr(os, "O_NOFOLLOW", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # a FIFO must not keep us waiting
_BINARY = getattr(os, "O_BINARY", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0) | _NOT_A_LINK
_UNFINISHED = re.compile(r"\.?analyzer-[0-9a-f]{16}\.part")


@dataclass(frozen=True)
class Folder:
    """An open folder; ``descriptor`` is None if the system cannot open names inside one."""

    path: Path
    descriptor: int | None

    def at(self, name: str) -> str:
        """Return a name in the folder as the calls of ``os`` take it beside ``dir_fd``."""
        return name if self.descriptor is not None else os.fspath(self.path / name)

    def mode(self, name: str) -> int:
        """Return the type and rights of an entry, of a link those of the link; 0 if missing."""
        try:
            entry = os.stat(self.at(name), dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return 0
        return entry.st_mode

    def has_file(self, name: str) -> bool:
        """Say whether an entry is a regular file, and no link to one."""
        return stat.S_ISREG(self.mode(name))

    def entries(self) -> list[os.DirEntry[str]]:
        """Return the entries of the folder by name."""
        place: int | Path = self.path if self.descriptor is None else self.descriptor
        with os.scandir(place) as found:
            return sorted(found, key=lambda entry: entry.name)

    @contextmanager
    def inside(self, name: str, *, make: bool = False) -> Iterator[Folder]:
        """Open a folder of the folder. Raises AnalyzerError for a link, OSError if missing."""
        if make:
            with suppress(FileExistsError):
                os.mkdir(self.at(name), dir_fd=self.descriptor)
        mode = self.mode(name)
        if mode and not stat.S_ISDIR(mode):
            what = "is a link" if stat.S_ISLNK(mode) else "is not a folder"
            raise AnalyzerError(f"{_shown(self.path / name)}: {what}; remove it or choose another")
        if self.descriptor is None:
            if is_link(self.path / name):  # a junction of Windows is a folder by its mode
                raise AnalyzerError(f"{_shown(self.path / name)}: is a link; remove it")
            yield Folder(self.path / name, None)
            return
        descriptor = os.open(name, os.O_RDONLY | _FOLDER, dir_fd=self.descriptor)
        try:
            yield Folder(self.path / name, descriptor)
        finally:
            os.close(descriptor)

    def open(self, name: str) -> BinaryIO:
        """Open a regular file to read it. Raises OSError for anything else."""
        return os.fdopen(self._opened(name, os.O_RDONLY), "rb")

    def read(self, name: str) -> bytes:
        """Return the content of a regular file. Raises OSError for anything else."""
        with self.open(name) as file:
            return file.read()

    def append(self, name: str) -> BinaryIO:
        """Open a regular file to append to it, with no other name (hard link). Raises OSError."""
        descriptor = self._opened(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        if os.fstat(descriptor).st_nlink > 1:
            os.close(descriptor)
            raise OSError(0, "the file has a second name (hard link)", name)
        return os.fdopen(descriptor, "ab")

    def write(
        self, name: str, content: bytes | Iterable[bytes], *, temporary: Folder | None = None
    ) -> None:
        """Write a file whole, from its parts if there are several, and rename it into place.

        Raises OSError. ``temporary`` is the folder of the unfinished file, on the same file system.
        """
        source = temporary or self
        unfinished = f"{'' if temporary else '.'}analyzer-{secrets.token_hex(8)}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        descriptor = source._opened(unfinished, flags)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines([content] if isinstance(content, bytes) else content)
            replace(
                source.at(unfinished),
                self.at(name),
                source_folder=source.descriptor,
                target_folder=self.descriptor,
            )
        except BaseException:
            source.remove(unfinished)
            raise

    def remove(self, name: str) -> None:
        """Remove a file or a link, not what it leads to; it may be missing."""
        with suppress(FileNotFoundError):
            os.unlink(self.at(name), dir_fd=self.descriptor)

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder. Raises OSError if it is not empty."""
        os.rmdir(self.at(name), dir_fd=self.descriptor)

    def clear_unfinished(self) -> None:
        """Remove what a killed ``write`` left in a temporary folder, and nothing else."""
        for entry in self.entries():
            if is_unfinished(entry):
                self.remove(entry.name)

    def _opened(self, name: str, flags: int) -> int:
        """Open a regular file that is no link. Raises OSError for anything else."""
        flags |= _NOT_A_LINK | _AT_ONCE | _BINARY
        if not _NOT_A_LINK and stat.S_ISLNK(self.mode(name)):
            raise OSError(0, "is a link", name)
        descriptor = os.open(self.at(name), flags, 0o666, dir_fd=self.descriptor)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(0, "not a regular file", name)
        return descriptor


@contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """Open the folder that a user named, through a link if it is one. Raises OSError."""
    if not _INSIDE:
        yield Folder(path, None)
        return
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        yield Folder(path, descriptor)
    finally:
        os.close(descriptor)


def is_unfinished(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a file that a killed ``write`` left."""
    is_name = _UNFINISHED.fullmatch(entry.name) is not None
    return is_name and entry.is_file(follow_symlinks=False)


def _shown(path: Path) -> str:
    return printable(os.fspath(path))

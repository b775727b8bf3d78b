"""What a parser does: claim files, group those of one run, and return runs."""

from __future__ import annotations

import io
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import BinaryIO, ClassVar

from analyzer.errors import ParseError
from analyzer.metrics import Reading
from analyzer.model.run import Run
from analyzer.parsers import _gzip
from analyzer.parsers._encoding import decode
from analyzer.remote import fetching, placeholders

HEAD = 4096


@dataclass(frozen=True)
class LogFile:
    """A regular file under the analysed path.

    ``path`` opens it; ``relative`` is relative to the analysed path; ``shown`` is the same as a
    user may see it. ``stamp`` changes with the file: its size in bytes, time of last change in
    nanoseconds, and inode number (0 on Windows). A ``hidden`` file (its name, or that of a folder
    below the path, begins with a dot) is not read; one that is a log is reported.

    A log that gzip packed is read as if it were not: its name, start, end, length and what opens
    are those of the log. ``size`` is that on the disk.
    """

    path: Path
    relative: Path
    shown: str
    size: int
    stamp: tuple[int, int, int] = (0, 0, 0)
    hidden: bool = False

    def open(self) -> BinaryIO:
        """Open for reading in binary mode.

        Raises ParseError for anything but a regular file: reading from a FIFO would hang.
        """
        handle = self.open_as_stored()
        if not _gzip.is_log(handle):
            return handle
        with handle:
            try:
                content, vars(self)["_unpacked"] = _gzip.unpack(handle)
            except OSError as error:
                raise _cannot_open(error) from error
        return content

    def open_as_stored(self) -> BinaryIO:
        """Open for reading as it is on the disk, packed if it is. Raises ParseError, see open."""
        return os.fdopen(self._descriptor(), "rb")

    @property
    def length(self) -> int:
        """Return how many bytes opening it gives: ``size``, or more if gzip packed it."""
        return self._unpacked.length if self.is_packed else self.size

    @property
    def packing_issue(self) -> str:
        """Return what is wrong with the packing of a packed log that was opened, "" if nothing."""
        unpacked: _gzip.Unpacked | None = vars(self).get("_unpacked")
        return unpacked.issue if unpacked else ""

    @cached_property
    def _unpacked(self) -> _gzip.Unpacked:
        """Return what a packed log holds; opening it gives the same."""
        self.open().close()
        found: _gzip.Unpacked = vars(self)["_unpacked"]
        return found

    @cached_property
    def is_packed(self) -> bool:
        """Say whether it is a log that gzip packed, by its first bytes."""
        return _gzip.is_log(io.BytesIO(self.start))

    def _descriptor(self, *, whole: bool = True) -> int:
        """Open for reading, all of it or the start. Raises ParseError if it is no regular file.

        A file of a store is fetched now, if it was not before.
        """
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(self.path, flags)
            while placeholders.lacks(self.path, status := os.fstat(handle), whole=whole):
                os.close(handle)  # and again if another worker, done with it, emptied it meanwhile
                fetching.bring(self.path, whole=whole)
                handle = os.open(self.path, flags)
        except OSError as error:
            raise _cannot_open(error) from error
        if not stat.S_ISREG(status.st_mode):
            os.close(handle)
            raise ParseError("not_a_regular_file")
        return handle

    @cached_property
    def name(self) -> str:
        """Return the name of the file, of a packed one that of the log, as in train.log.gz.

        Every parser looks at it, and a path is slow to give it.
        """
        return _gzip.bare(self.path.name)

    @cached_property
    def suffix(self) -> str:
        """Return the ending of the name from its last dot on, "" if there is none."""
        name = self.name
        dot = name.rfind(".")
        return name[dot:] if 0 < dot < len(name) - 1 else ""

    @property
    def stem(self) -> str:
        """Return the name without its ending."""
        return self.name.removesuffix(self.suffix)

    @property
    def bare(self) -> Path:
        """Return its path below the root without the ending of its name."""
        return self.relative.with_name(self.stem)

    @cached_property
    def head(self) -> bytes:
        """Return the first 4 KiB, by which parsers recognise their format."""
        return _gzip.start(self.start, HEAD) if self.is_packed else self.start

    @cached_property
    def start(self) -> bytes:
        """Return the first 4 KiB as they are on the disk."""
        handle = self._descriptor(whole=False)
        try:  # without the buffer of a file object: every file of a tree is looked at
            head = os.read(handle, HEAD)
            while 0 < len(head) < HEAD and (more := os.read(handle, HEAD - len(head))):
                head += more
            return head
        finally:
            os.close(handle)

    @property
    def text(self) -> str:
        """Return the first 4 KiB as text, decoded once for all parsers that ask in turn."""
        return _head_text(self.head)

    @cached_property
    def tail(self) -> bytes:
        """Return the last 4 KiB, where some formats have their table of contents."""
        fetched = None if self.is_packed else self._fetched_tail()
        if fetched is not None:
            return fetched
        with self.open() as file:
            file.seek(max(0, self.length - HEAD))
            return file.read(HEAD)

    def _fetched_tail(self) -> bytes | None:
        """Return the last 4 KiB of a file of a store, None if it is on this machine."""
        try:
            if not placeholders.lacks(self.path, os.stat(self.path), whole=True):  # noqa: PTH116 - fast
                return None
            return fetching.tail(self.path, self.size)
        except OSError as error:
            raise _cannot_open(error) from error

    @property
    def folder(self) -> Path:
        return self.path.parent


def _cannot_open(error: OSError) -> ParseError:
    return ParseError("cannot_open", error=error.strerror or type(error).__name__)


@lru_cache(maxsize=1)
def _head_text(head: bytes) -> str:
    return decode(head)


@dataclass(frozen=True)
class Group:
    """The files of one run; ``name`` is the name of the run if the log gives none."""

    name: Path
    files: tuple[LogFile, ...]

    @property
    def size(self) -> int:
        """How many bytes the files have together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class ReadOptions:
    """What the caller asks for.

    ``system_stats`` also reads the CPU, GPU and memory use that a tracker recorded beside the run.
    ``split_files`` makes each of several files that would be one run a run of its own.
    ``names`` are the user's meanings of logged names, ``lines`` the expressions of lines of
    console output, ``folder_settings`` patterns of names of folders that hold settings
    (reading/setting_patterns.py). ``tags`` are the only tags that are wanted, None for all.
    """

    system_stats: bool = False
    split_files: bool = False
    names: Mapping[str, Reading] = field(default_factory=dict)
    lines: Sequence[str] = ()
    folder_settings: tuple[str, ...] = ()
    tags: frozenset[str] | None = None


class Parser(ABC):
    """One log format. A parser that loses or changes a point records a LogIssue in the run.

    If several parsers claim a file, the one with the highest ``specificity`` reads it, then the
    first by name. ``title`` is the name of the format that users see. A parser that ``reads_text``
    is not asked about images, archives and the like.
    """

    title: ClassVar[str]
    reads_text: ClassVar[bool] = False
    specificity: ClassVar[int] = 0

    def __init__(self, options: ReadOptions | None = None) -> None:
        self.options = options or ReadOptions()

    @abstractmethod
    def claims(self, file: LogFile) -> bool:
        """Say, from the name and the first 4 KiB, whether this file is of the format."""

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Sort claimed files into runs; by default each file is one."""
        return [Group(file.bare, (file,)) for file in files]

    @abstractmethod
    def parse(self, group: Group) -> list[Run]:
        """Read the files of a group.

        Raises NotThisFormat if they are something else, ParseError if nothing can be read.
        """

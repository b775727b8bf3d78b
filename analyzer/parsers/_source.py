"""The files of a tracker's session, in a folder or in the zip file that it makes of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import ParseError
from analyzer.parsers._archive import MAGIC, Archive, open_archive
from analyzer.parsers._base import Group, LogFile

LONGEST_LINE = 64 << 20  # bytes
_PART = 1 << 20


@dataclass(frozen=True)
class Source:
    """The files of one session by name; ``archive`` is None if they lie in a folder."""

    shown: str
    files: dict[str, LogFile]
    archive: Archive | None = None

    def has(self, name: str) -> bool:
        """Say whether the session has a file."""
        return name in self.files or (
            self.archive is not None and self.archive.find(name) is not None
        )

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a file, none if it is missing. Raises ParseError."""
        if name in self.files:
            with self.files[name].open() as handle:
                while line := handle.readline(LONGEST_LINE):
                    yield line
        elif self.archive is not None and (member := self.archive.find(name)) is not None:
            yield from self.archive.lines(member, LONGEST_LINE)

    def read(self, name: str, most: int) -> bytes:
        """Return a file of limited size, b"" if it is missing. Raises ParseError."""
        if name in self.files:
            with self.files[name].open() as handle:
                content = handle.read(most + 1)
            if len(content) > most:
                raise ParseError("archive_too_large", name=name)
            return content
        if self.archive is not None and (member := self.archive.find(name)) is not None:
            return self.archive.read(member, most)
        return b""


def is_zip(file: LogFile) -> bool:
    """Say whether a file is a zip file, by its first bytes."""
    return file.head.startswith(MAGIC)


def groups(files: Sequence[LogFile]) -> list[Group]:
    """Put the files of a folder together, with the zip file of the same name beside the folder."""
    found: dict[Path, list[LogFile]] = {}
    for file in files:
        folder = file.relative.with_suffix("") if is_zip(file) else file.relative.parent
        found.setdefault(folder, []).append(file)
    return [
        Group(folder, tuple(sorted(own, key=lambda file: (is_zip(file), file.shown))))
        for folder, own in found.items()
    ]


@contextmanager
def open_source(group: Group, log: str) -> Iterator[Source]:
    """Open the folder of a session if it has its log, else its zip file. Raises ParseError."""
    folder = {file.name: file for file in group.files if not is_zip(file)}
    zips = [file for file in group.files if is_zip(file)]
    if log in folder or not zips:
        first = folder.get(log) or group.files[0]
        yield Source(first.shown, folder)
        return
    with open_archive(zips[0]) as archive:
        yield Source(zips[0].shown, {}, archive)

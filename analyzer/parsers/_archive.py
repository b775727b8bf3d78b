"""Read members of a zip file as streams: never extracted, every size limited before it is believed.

A member is read up to 1 GiB and 200 times its packed size, all together up to 1 GiB. A zip file
whose list of members is larger than that of any tracker is refused, and so is zip64. Only what
deflate packed is read: zipfile unpacks a part of bzip2 or LZMA whole, however large it becomes.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile

MAGIC = b"PK\x03\x04"
_END, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _LONGEST_COMMENT = 22, 20, 65535
_LONGEST_LIST = 16 << 20  # bytes of the list of members, which is read whole
_MOST_BYTES = 1 << 30  # unpacked
_MOST_RATIO = 200
_ALWAYS = 1 << 20  # bytes that may be unpacked whatever the ratio
_PART = 1 << 20


class Archive:
    """An open zip file; ``left`` is how many bytes may still be unpacked."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self._members = {info.filename: info for info in opened.infolist()}
        self.left = _MOST_BYTES

    @property
    def names(self) -> list[str]:
        """Return the names of the members."""
        return list(self._members)

    def find(self, name: str) -> str | None:
        """Return the member with a file name, the one with the shortest path; None without one."""
        found = [member for member in self.names if member.rpartition("/")[2] == name]
        return min(found, key=lambda member: (member.count("/"), member), default=None)

    def parts(self, name: str) -> Iterator[bytes]:
        """Yield the content of a member in parts. Raises ParseError at a limit or at damage."""
        info = self._members[name]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ParseError("archive_packing", name=name[:80])
        limit = max(_ALWAYS, _MOST_RATIO * info.compress_size)
        try:
            with self._zip.open(info) as member:
                while part := member.read(_PART):
                    limit -= len(part)
                    self.left -= len(part)
                    if limit < 0 or self.left < 0:
                        raise ParseError("archive_too_large", name=name[:80])
                    yield part
        except _DAMAGE as error:
            raise ParseError("archive_damaged", error=_reason(error)) from error

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """Yield the lines of a member; raises as ``parts`` does, after the lines before it."""
        rest = b""
        for part in self.parts(name):
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                yield line + b"\n"
            if len(rest) > longest:
                raise ParseError("archive_too_large", name=name[:80])
        if rest:
            yield rest

    def read(self, name: str, most: int) -> bytes:
        """Return the content of a member of limited size. Raises ParseError."""
        content = bytearray()
        for part in self.parts(name):
            content += part
            if len(content) > most:
                raise ParseError("archive_too_large", name=name[:80])
        return bytes(content)


_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # a password, or an unknown packing (NotImplementedError)
    ValueError,
)


@contextmanager
def open_archive(file: LogFile) -> Iterator[Archive]:
    """Open a zip file. Raises ParseError if it is damaged or its list of members is too long."""
    with file.open() as handle:
        _check_list(handle, file.length)
        try:
            opened = zipfile.ZipFile(handle)
        except _DAMAGE as error:
            raise ParseError("archive_damaged", error=_reason(error)) from error
        with opened:
            yield Archive(opened)


def has_names(file: LogFile, *names: str) -> bool:
    """Say whether a zip file has some members, by its first and last 4 KiB."""
    if not file.head.startswith(MAGIC):
        return False
    return all(name.encode() in file.head or name.encode() in file.tail for name in names)


def _check_list(handle: IO[bytes], size: int) -> None:
    """Raise ParseError if the list of members cannot be read within limits."""
    start = max(0, size - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_SIZE)
    handle.seek(start)
    tail = handle.read(size - start)
    places: list[int] = []
    at = tail.rfind(_END)
    while at >= 0 and len(places) < 1000:
        places.append(at)
        at = tail.rfind(_END, 0, at)
    if not places:
        raise ParseError("archive_damaged", error="no list of members at its end")
    for at in places:
        if tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR64):
            raise ParseError("archive_too_large", name="zip64")
        if int.from_bytes(tail[at + 12 : at + 16], "little") > _LONGEST_LIST:
            raise ParseError("archive_too_large", name="")
    handle.seek(0)


def _reason(error: Exception) -> str:
    return type(error).__name__ if not str(error) else str(error)[:120]

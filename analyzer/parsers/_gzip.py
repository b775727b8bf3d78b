"""A log that gzip packed, such as train.log.gz: its start, and all of it in a file without a name.

The members of a file (rotated logs put together) are read as one. What lies before a damage or a
cut is kept.
"""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from analyzer.errors import ParseError

_MAGIC = b"\x1f\x8b\x08"  # of gzip with deflate, the only way in which it packs
_MOST = 1 << 30  # bytes that a log may have unpacked
_RATIO = (
    200  # a log packs to a fifth or a tenth; only what was made to harm packs further than this
)
_HARMLESS = 16 << 20  # bytes unpacked below which no ratio harms: a constant series packs well
_PART = 1 << 20
_STEP = 256  # bytes that are unpacked at once where the next may be damaged
_HEAD = 4096  # bytes by which a file is recognised
_ENDING, _OF_ARCHIVES = ".gz", (".tar.gz",)
_TAR, _TAR_AT = b"ustar", 257


class Unpacked(NamedTuple):
    """What was unpacked: its bytes, and the key of the issue if that is not all there was."""

    length: int
    issue: str = ""


def bare(name: str) -> str:
    """Return the name of a log without the ending of gzip, that of an archive as it is."""
    if name.lower().endswith(_ENDING) and not name.lower().endswith(_OF_ARCHIVES):
        return name[: -len(_ENDING)]
    return name


def is_log(file: BinaryIO) -> bool:
    """Say whether gzip packed an open file, and it is no archive of several; stay at its start."""
    first = file.read(len(_MAGIC))
    file.seek(0)
    if first != _MAGIC:
        return False
    head = start(file.read(_HEAD), _HEAD)
    file.seek(0)
    return not head[_TAR_AT:].startswith(_TAR)


def start(packed: bytes, most: int) -> bytes:
    """Return the first bytes of what a start of a gzip file holds, up to a damage."""
    unpacker, found = zlib.decompressobj(wbits=31), b""
    with suppress(zlib.error):
        for at in range(0, len(packed), _STEP):
            found += unpacker.decompress(packed[at : at + _STEP], most)
    return found[:most]


def unpack(packed: BinaryIO) -> tuple[BinaryIO, Unpacked]:
    """Unpack a gzip file into one without a name, and return it, at its start.

    Raises ParseError if that would be larger than any log or was made to fill the disk, OSError if
    there is no room for it.
    """
    size, length, issue = os.fstat(packed.fileno()).st_size, 0, ""
    with tempfile.TemporaryFile() as place, gzip.GzipFile(fileobj=packed) as source:
        while not issue:
            try:
                part = source.read1(_PART)  # one step at a time: nothing before a damage is lost
            except EOFError:
                issue = "packed_cut"
            except (gzip.BadGzipFile, zlib.error):
                issue = "packed_damaged"
            else:
                if not part:
                    break
                length += len(part)
                _check(length, size)
                place.write(part)
        place.flush()
        content = os.fdopen(os.dup(place.fileno()), "rb")
    content.seek(0)
    return content, Unpacked(length, issue)


def _check(length: int, size: int) -> None:
    """Raise ParseError for more than a log has, or more than a file of this size may hold."""
    if length > _MOST:
        raise ParseError("packed_too_large")
    if length > max(_HARMLESS, _RATIO * size):
        raise ParseError("packed_too_dense", ratio=_RATIO)

"""Read console output around NUL bytes and other control characters, and tell it from binary data.

A file that a running writer goes on with after it was emptied begins with NULs; a crash of the
machine leaves them in the place of what was not yet written.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from analyzer.model.issues import LogIssue
from analyzer.parsers._encoding import UTF16

_WIDE = re.compile(rb"(?:[\x09-\x7e]\0){8}")  # UTF-16 that was appended without its mark
_BEFORE = re.compile(rb"(^|[\n\r])\0+")
_C_STRING = re.compile(rb"(?<!\0)\0(?=\r?\n|$)")
_MAGIC = 8  # bytes with which a binary format begins
_FEW_CONTROLS = 10  # which one damaged line may have
_CONTROLS = bytes([*range(0x01, 0x07), *range(0x0E, 0x1A)])
_SPOILT = re.compile(rb"[^\n\r]*\0[^\n\r]*")


def is_binary(part: bytes) -> bool:
    """Say whether a part of a file has too many control characters for text with a damaged line.

    NULs do not count: they are what a crash leaves of text.
    """
    if part.startswith(UTF16):
        return False
    if _controls(part[:_MAGIC]):
        return True
    return _controls(part) > max(_FEW_CONTROLS, len(part) // 30)


def _controls(part: bytes) -> int:
    """Count the control characters; to delete them is faster than to search for them."""
    return len(part) - len(part.translate(None, _CONTROLS))


def without_nuls(data: bytes) -> bytes:
    """Return whole lines without NULs: those before a line go, a line with NULs inside goes."""
    if _WIDE.search(data):
        return data.replace(b"\0", b"")
    data = _BEFORE.sub(rb"\1", data)
    return _SPOILT.sub(b"", _C_STRING.sub(b"", data))


class NulCount:
    """A file that counts the NUL bytes that are read from it, but for those of UTF-16."""

    def __init__(self, handle: BinaryIO) -> None:
        self.handle = handle
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Read bytes."""
        data = self.handle.read(size)
        if b"\0" in data and not _WIDE.search(data):
            self.count += data.count(b"\0")
        return data

    def seek(self, place: int) -> int:
        """Begin again."""
        self.count = 0
        return self.handle.seek(place)

    def issues(self, source: str, kept: int) -> list[LogIssue]:
        """Return the issue that says how many there were, if any."""
        if self.count < 2:  # the end of one text of C
            return []
        values = {"count": self.count}
        return [LogIssue("warning", source, "nul_text", kept=kept, values=values)]

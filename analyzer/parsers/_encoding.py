"""Decode text files, whatever encoding they were saved in."""

from __future__ import annotations

import re

UTF16 = (b"\xff\xfe", b"\xfe\xff")  # byte order marks
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), *((mark, "utf-16") for mark in UTF16))

_WIDE = re.compile(rb"(?:(?P<le>(?:[\x09-\x7e]\0){8})|(?P<be>(?:\0[\x09-\x7e]){8}))")


def wide(data: bytes) -> str:
    """Return the encoding of UTF-16 text without its mark, by its first characters, "" if none."""
    match = _WIDE.match(data)
    if match is None:
        return ""
    return "utf-16-le" if match["le"] else "utf-16-be"


def decode(data: bytes) -> str:
    """Return bytes as text by their byte order mark, else as UTF-8, else as Latin-1.

    Latin-1 accepts every byte, so this never fails. Numbers in UTF-16 have zero bytes: text without
    any has the mark by damage.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark) and (mark not in UTF16 or b"\0" in data or len(data) == 2):
            return data.decode(encoding, errors="replace")
    encoding = wide(data)
    if encoding:
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")

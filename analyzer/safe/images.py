"""Images from a log: only what a header proves to be a small PNG or JPEG, without its comments.

Nothing is decoded but to count bytes. Chunks that draw nothing (texts, profiles, animation, Exif
with its places) are left out, so that they neither leak nor swell when a browser opens them.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

MOST_BYTES = 256 << 10  # of one image
MOST_SIDE = 4096  # pixels
MOST_PIXELS = 4_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")  # chunks that are kept
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_DEPTHS = (1, 2, 4, 8, 16)
_JPEG = b"\xff\xd8"
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
_KEPT = (0xE0, 0xEE)  # JFIF and Adobe: how colours are meant
_SCAN, _COMMENT = 0xDA, 0xFE


class SafeImage(NamedTuple):
    """An image that a browser may open: its type, size in pixels and bytes."""

    mime: str
    width: int
    height: int
    content: bytes


def safe_image(content: bytes) -> SafeImage | None:
    """Return an image without what draws nothing; None if it is large, damaged or no image."""
    if len(content) > MOST_BYTES:
        return None
    try:
        if content.startswith(_PNG):
            return _png(content)
        if content.startswith(_JPEG):
            return _jpeg(content)
    except (struct.error, zlib.error, ValueError):
        return None
    return None


def _fits(width: int, height: int) -> bool:
    return 0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE and width * height <= MOST_PIXELS


def _png(content: bytes) -> SafeImage:
    """Return a PNG of the chunks that draw. Raises ValueError, struct.error or zlib.error."""
    at, kept, packed = len(_PNG), [_PNG], zlib.decompressobj()
    width = height = least = most = unpacked = 0
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content) or (kind == b"IHDR") != (at == len(_PNG)):
            raise ValueError("a chunk out of place")
        body = content[at + 8 : at + 8 + length]
        if kind in _DRAWN and zlib.crc32(kind + body) != int.from_bytes(content[end - 4 : end]):
            raise ValueError("a chunk with a wrong checksum")
        if kind == b"IHDR":
            width, height, least, most = _png_size(body)
        if kind == b"IDAT":
            unpacked += len(packed.decompress(body, most - unpacked + 1))
            if unpacked > most or packed.unconsumed_tail:
                raise ValueError("more pixels than its size")
        if kind in _DRAWN:
            kept.append(content[at:end])
        at = end
        if kind == b"IEND":
            break
    else:
        raise ValueError("cut off")
    if not packed.eof or unpacked < least:
        raise ValueError("too few pixels")
    return SafeImage("image/png", width, height, b"".join(kept))


def _png_size(body: bytes) -> tuple[int, int, int, int]:
    """Return width, height, and the fewest and most bytes of all pixels by a header."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
    if not _fits(width, height) or colour not in _CHANNELS or depth not in _DEPTHS:
        raise ValueError("too large, or no colours")
    row = (width * depth * _CHANNELS[colour] + 7) // 8 + 1
    if interlaced:  # seven smaller images, the rows of each begin with a byte of their own
        return width, height, 1, row * height + 64 * (width + height)
    return width, height, row * height, row * height


def _jpeg(content: bytes) -> SafeImage:
    """Return a JPEG without comments and application data. Raises ValueError or struct.error."""
    at, kept, size = 2, [_JPEG], (0, 0)
    while True:
        mark, kind, length = struct.unpack_from(">BBH", content, at)
        end = at + 2 + length
        if mark != 0xFF or length < 2 or end > len(content):
            raise ValueError("a segment out of place")
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            if not _fits(width, height):
                raise ValueError("too large")
            size = (width, height)
        is_data = 0xE0 <= kind <= 0xEF and kind not in _KEPT
        if not is_data and kind != _COMMENT:
            kept.append(content[at:end])
        if kind == _SCAN:
            break
        at = end
    if size == (0, 0) or not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise ValueError("cut off")
    return SafeImage("image/jpeg", *size, b"".join([*kept, content[end:]]))

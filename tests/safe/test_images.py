"""Images that a browser may open: small, whole, and without what draws nothing."""

from __future__ import annotations

import io
import struct
import zlib

import pytest

from analyzer.safe.images import MOST_BYTES, safe_image


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, rows: bytes, *more: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(rows))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


PLAIN = png(3, 2, b"\0abc\0def")


def test_a_plain_image_stays_as_it_is() -> None:
    assert safe_image(PLAIN) == ("image/png", 3, 2, PLAIN)


def test_chunks_that_draw_nothing_are_left_out() -> None:
    text = chunk(b"tEXt", b"path\0/home/someone/secret")
    profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(1 << 20)))
    found = safe_image(png(3, 2, b"\0abc\0def", text, profile))
    assert found is not None
    assert found.content == PLAIN


@pytest.mark.parametrize(
    "content",
    [
        png(5000, 2, b""),
        png(4000, 4000, b""),
        png(0, 2, b""),
        png(3, 2, bytes(100 << 20)),  # a bomb: 100 KB that become 100 MB
        png(3, 2, b"\0abc"),  # the stream ends whole, though with too few rows
        PLAIN[:-20],
        PLAIN[:40] + b"\xff" + PLAIN[41:],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + bytes(50),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        bytes(MOST_BYTES + 1),
        b"",
    ],
)
def test_other_content_is_refused(content: bytes) -> None:
    assert safe_image(content) is None


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "P"), ("JPEG", "RGB")])
def test_images_of_a_real_writer(kind: str, mode: str) -> None:
    image = pytest.importorskip("PIL.Image")
    made = io.BytesIO()
    image.new(mode, (37, 21)).save(made, kind)
    found = safe_image(made.getvalue())
    assert found is not None
    assert (found.mime, found.width, found.height) == (f"image/{kind.lower()}", 37, 21)
    assert image.open(io.BytesIO(found.content)).convert("RGB").size == (37, 21)


def test_places_in_a_photograph_are_left_out() -> None:
    image = pytest.importorskip("PIL.Image")
    made = io.BytesIO()
    exif = image.Exif()
    exif[0x010E] = "taken at home"
    image.new("RGB", (8, 8)).save(made, "JPEG", exif=exif, comment=b"by me")
    assert b"taken at home" in made.getvalue()
    found = safe_image(made.getvalue())
    assert found is not None
    assert b"taken at home" not in found.content
    assert b"by me" not in found.content
    assert safe_image(made.getvalue()[:-10]) is None

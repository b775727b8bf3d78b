"""Say whether an archive or a NumPy file is whole, without unpacking it anywhere."""

from __future__ import annotations

import io
import zipfile
import zlib

from analyzer.parsers._base import LogFile
from analyzer.parsers._npy import read_header

EMPTY_ZIP = b"PK\x05\x06"  # the list of members comes first, so there are none
_FIRST = {  # first bytes by the ending of a name; a tar file had none before 1988
    ".zip": (b"PK",),
    ".gz": (b"\x1f\x8b",),
    ".tgz": (b"\x1f\x8b",),
    ".bz2": (b"BZh",),
    ".xz": (b"\xfd7zXZ",),
    ".zst": (b"\x28\xb5\x2f\xfd", *(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60))),
    ".7z": (b"7z\xbc\xaf\x27\x1c",),
    ".rar": (b"Rar!\x1a\x07",),
}
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_MOST_PACKED = 8 << 20  # bytes of a gzip file whose end is looked for
_MOST_UNPACKED = 256 << 20
_PART = 1 << 20


def is_whole(file: LogFile) -> bool:
    """Say whether an archive begins as its name says, and has its end if that is cheap to see."""
    start, first = file.start, _FIRST.get(file.path.suffix.lower(), ())
    if first and not start.startswith(first):
        return False
    if start.startswith(_ZIP):
        with file.open_as_stored() as handle:
            return zipfile.is_zipfile(handle)
    return not start.startswith(_GZIP) or file.size > _MOST_PACKED or _has_end(file)


def _has_end(file: LogFile) -> bool:
    """Say whether gzip unpacks a file to its end; what is over the limits is taken for whole."""
    left, unpacker = _MOST_UNPACKED, zlib.decompressobj(wbits=31)
    with file.open_as_stored() as handle:
        try:
            while not unpacker.eof and (part := unpacker.unconsumed_tail or handle.read(_PART)):
                left -= len(unpacker.decompress(part, _PART))
                if left < 0:
                    return True
        except zlib.error:
            return False
    return unpacker.eof


def npy_kind(head: bytes) -> str:
    """Return the key of the reason why a single array is not read, by its header."""
    try:
        _, dtype = read_header(io.BytesIO(head))
    except ValueError:
        return "numpy_damaged"
    return "numpy_objects" if dtype.hasobject else "single_array"

"""Cut console output into lines: terminal codes, redrawn progress bars, encodings, long lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from analyzer.parsers._encoding import UTF16
from analyzer.parsers._not_finite import INFINITY, NAN
from analyzer.parsers._text_boxes import joined, whole_boxes
from analyzer.parsers._text_by_split import with_splits
from analyzer.parsers._text_controls import NulCount, without_nuls
from analyzer.parsers._text_deepxde import with_loss_names
from analyzer.parsers._text_fastai import with_names
from analyzer.parsers._text_joined import parted
from analyzer.parsers._text_phrases import usual_text
from analyzer.parsers._text_stacked import with_one_header

CHUNK = 1 << 22  # bytes read at once
REDRAWN = b"\x01"  # begins a line that was drawn over the one before it
_LONGEST_LINE = 1 << 20  # bytes; a longer line is not part of a log
_ANSI = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# terminal codes whose escape was lost, or shown as "^[" (by cat -v), in a copy
_BARE_ANSI = re.compile(rb"(?:\^\[|(?<![\w\]]))\[(?:\d{1,3}(?:;\d{1,3})*[mK]|[mK](?![A-Za-z]))")
_RESETS = (b"[0m", b"[m", b"^[[")
_BACK = re.compile(rb"\x08+")
_TENSOR = re.compile(rb"\btensor\(\s*([-+]?[\d.]+(?:e[-+]?\d+)?|nan|inf)\s*(?:,[^()\n]*)?\)")
# a line of a table that is drawn with lines alone, as by rich
_RULE = re.compile(rb"^(?:\xe2[\x94\x95][\x80-\xbf])+[ \t]*$", re.MULTILINE)
# np.float32(0.5), as numpy 2 prints a number in a list
_NUMPY = re.compile(rb"\b(?:np|numpy)\.(?:float|int)\d*\(([-+]?[\d.]+(?:e[-+]?\d+)?|nan|-?inf)\)")
_NOT_FINITE = re.compile(rf"\b(?:({INFINITY})|{NAN})".encode(), re.I)
_DOUBLE_RULE = re.compile(rb"^={2,}(?: +={2,})+[ \t]*$", re.MULTILINE)  # of reStructuredText
# a dict as Python printed an OrderedDict before 3.12
_ORDERED = re.compile(rb"OrderedDict\(\[((?:\((?:'[^'\n]*'|\"[^\"\n]*\"), [^()\n]*\)(?:, )?)*)\]\)")
_PAIR = re.compile(rb"\(('[^'\n]*'|\"[^\"\n]*\"), ([^()\n]*)\)")
_FLOAT32 = re.compile(rb"(?<![\w.])(\d+\.\d+)f(-?\d{1,2})(?!\w)")  # 0.41f0, as Julia prints it
_AS_ASCII = (
    ("│", "|"),
    ("┃", "|"),
    ("║", "|"),
    ("\u2013", "-"),
    ("\u2014", "-"),
    ("\u00a0", " "),
    ("\ufeff", ""),
)


def text_chunks(handle: BinaryIO | NulCount) -> Iterator[bytes]:
    """Yield the text of a file as UTF-8 in chunks of whole lines, without terminal codes.

    A line that a carriage return or backspaces draw over becomes a line of its own, and the one
    that replaces it begins with ``REDRAWN``.
    """
    rest = b""
    for data in _raw(handle):
        data = rest + data
        end = max(data.rfind(b"\n") + 1, data.rfind(b"\r"))
        end = whole_boxes(data[:end])
        rest = data[end:]
        if end:
            yield cleaned(data[:end])
        if len(rest) > _LONGEST_LINE:
            rest = b""
    if rest:
        yield cleaned(rest)


def cleaned(data: bytes) -> bytes:
    """Return text with a line for each redraw and without terminal codes."""
    if b"\0" in data:
        data = without_nuls(data)
    if b"\x1b" in data:
        data = _ANSI.sub(b"", data)
    if any(reset in data for reset in _RESETS):
        data = _BARE_ANSI.sub(b"", data)
    if b"\x08" in data:
        # Keras goes back by backspaces and a carriage return; the return alone says the same
        data = data.translate(None, b"\x08") if b"\r" in data else _BACK.sub(b"\r", data)
    if b"\r" in data:
        while b"\r\n" in data:
            data = data.replace(b"\r\n", b"\n")
        data = data.replace(b"\r", b"\n" + REDRAWN)
    if b"#011" in data:  # a tab, as rsyslog and SageMaker write it
        data = data.replace(b"#011", b"\t")
    if not data.isascii():
        data = _RULE.sub(b"---", data)
        for mark, plain in _AS_ASCII:
            data = data.replace(mark.encode(), plain.encode())
    data = with_splits(with_loss_names(_plain_forms(_plain_numbers(data))))
    return parted(joined(with_names(with_one_header(usual_text(data)))))


def _plain_forms(data: bytes) -> bytes:
    """Return text whose OrderedDicts are dicts, and whose rules of "=" are of "-"."""
    if b"OrderedDict([" in data:
        data = _ORDERED.sub(lambda match: b"{%b}" % _PAIR.sub(rb"\1: \2", match[1]), data)
    return _DOUBLE_RULE.sub(b"---", data) if b"= " in data else data


def _plain_numbers(data: bytes) -> bytes:
    """Return text with plain numbers for those of tensors, Julia, numpy and C on Windows."""
    if b"f0" in data or b"f-" in data:
        data = _FLOAT32.sub(rb"\1e\2", data)
    if b"np." in data or b"numpy." in data:
        data = _NUMPY.sub(rb"\1", data)
    if b"1.#" in data or b"nan(" in data.lower():
        data = _NOT_FINITE.sub(lambda match: b"inf" if match[1] else b"nan", data)
    if b"tensor(" in data:
        data = _TENSOR.sub(rb"\1", data)
    return data


def _raw(handle: BinaryIO | NulCount) -> Iterator[bytes]:
    """Yield the bytes of a file in chunks, UTF-16 as UTF-8."""
    start = handle.read(2)
    if start in UTF16:
        handle.seek(0)
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        while data := handle.read(CHUNK):
            yield decoder.decode(data).encode()
        return
    yield start
    while data := handle.read(CHUNK):
        yield data

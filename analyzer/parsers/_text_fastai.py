"""Name the numbers of the lists that fastai prints for each epoch without a progress bar.

``[3, 0.3394, 0.1170, 0.9916, '00:02']`` is the epoch, the training loss, the validation loss, the
metrics and the time. A list of the names may stand above.
"""

from __future__ import annotations

import re

_ROW = re.compile(
    rb"^\[(\d+)((?:, (?:[-+.\deE]+|nan|inf|None)){1,20}), '(?:\d+:)?\d\d:\d\d'\][ \t]*$",
    re.MULTILINE,
)
_NAMES = re.compile(rb"^\[('epoch'(?:, '[\w ]+')+)\]", re.MULTILINE)
_USUAL = (b"train_loss", b"valid_loss")


def with_names(data: bytes) -> bytes:
    """Return a text whose lists of an epoch are written with names: "epoch: 3, train_loss: ..."."""
    if b", '" not in data or not _ROW.search(data):
        return data
    header = _NAMES.search(data)
    known = [name.strip(b" '") for name in header[1].split(b",")][1:] if header else list(_USUAL)

    def named(match: re.Match[bytes]) -> bytes:
        cells = [cell.strip() for cell in match[2].split(b",")[1:]]
        names = [*known, *(b"metric_%d" % count for count in range(1, len(cells)))]
        pairs = zip(names, cells, strict=False)
        values = b", ".join(b"%b: %b" % pair for pair in pairs if pair[1] != b"None")
        return b"epoch: %b, %b" % (match[1], values)

    return _ROW.sub(named, data)

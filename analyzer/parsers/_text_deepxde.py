"""Name the losses that DeepXDE prints in brackets: one for each equation and condition.

``100   [1.2e-02, 3.4e-03]   [1.3e-02, 3.5e-03]   [4.5e-02]`` stands below ``Step  Train loss
Test loss  Test metric``. The loss that is trained is their sum, which is not printed.
"""

from __future__ import annotations

import re

_HEADER = re.compile(rb"^Step +Train loss +Test loss +Test metric[ \t\r]*$", re.MULTILINE)
_ROW = re.compile(
    rb"^(?P<step>\d+) +\[(?P<train>[^\]\n]*)\] +\[(?P<test>[^\]\n]*)\]"
    rb" +\[(?P<metric>[^\]\n]*)\][ \t\r]*$",
    re.MULTILINE,
)
_NAMES = ((b"train", b"train loss"), (b"test", b"test loss"), (b"metric", b"test metric"))


def with_loss_names(data: bytes) -> bytes:
    """Return text whose rows name their numbers: "step: 100, train loss_1: 1.2e-02, ..."."""
    if b"Test metric" not in data or not _HEADER.search(data):
        return data
    return _ROW.sub(_named, data)


def _named(match: re.Match[bytes]) -> bytes:
    pairs = [b"step: " + match["step"]]
    for group, name in _NAMES:
        cells = [cell.strip() for cell in match[group.decode()].split(b",") if cell.strip()]
        for at, cell in enumerate(cells, 1):
            part = b"_%d" % at if len(cells) > 1 else b""
            pairs.append(b"%b%b: %b" % (name, part, cell))
    return b", ".join(pairs)

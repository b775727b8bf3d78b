"""Read the names of the files of a rotated log: train.log.1, train.log.2.gz, log.txt.2026-01-02."""

from __future__ import annotations

import re
from typing import NamedTuple

_CLOCK = r"(?:[T_.-]?\d\d[-_:]?\d\d(?:[-_:]?\d\d)?(?:[._]\d+)?)?"
_DATE = rf"[._-](?P<date>(?:19|20)\d\d-?\d\d-?\d\d{_CLOCK})"
_NUMBERED = re.compile(r"(?P<base>.+)\.(?P<number>\d{1,3})")
_DATED = re.compile(rf"(?P<base>.+?){_DATE}(?P<suffix>(?:\.[A-Za-z]\w*)?)")


class RotatedPlace(NamedTuple):
    """The log that a file is a part of, by its name, and a key that sorts the oldest first."""

    base: str
    age: tuple[int, str]


def rotated_place(name: str) -> RotatedPlace | None:
    """Return what the name of a rotated file says, None of any other."""
    if match := _NUMBERED.fullmatch(name):
        return RotatedPlace(match["base"], (-int(match["number"]), ""))
    if match := _DATED.fullmatch(name):
        digits = "".join(filter(str.isdigit, match["date"]))
        return RotatedPlace(match["base"] + match["suffix"], (-1, digits))
    return None

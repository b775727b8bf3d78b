"""A run that an exception ended: what was logged may be sound, but it is not the whole run."""

from __future__ import annotations

from typing import NamedTuple

from analyzer.facts.how_it_ended import CRASHED
from analyzer.model.diagnosis import HEALTHY, Diagnosis

AT_END, BROKE_OFF = "exception_at_end", "broken_off"
ENDINGS = (BROKE_OFF, AT_END)


class BrokenOff(NamedTuple):
    """The exception at the end of a log, and the key of the words for it."""

    key: str
    exception: str


def broken_off(diagnosis: Diagnosis) -> BrokenOff | None:
    """Return the exception that ended a run without a problem, None if none did.

    One that came after the plan or early stopping ended nothing. Without a plan, the training may
    have been over.
    """
    ended = diagnosis.facts.get("how_it_ended")
    if diagnosis.verdict != HEALTHY or ended is None or not ended["exception"]:
        return None
    key = {
        CRASHED: AT_END,
        f"{CRASHED}_epoch": BROKE_OFF,
        f"{CRASHED}_step": BROKE_OFF,
    }.get(ended["tags"][0])
    return None if key is None else BrokenOff(key, str(ended["exception"]))

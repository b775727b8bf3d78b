"""A run that ended before its plan: what was logged may be sound, but it is not the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from analyzer.facts.how_it_ended import CRASHED, CUT
from analyzer.model.diagnosis import HEALTHY, Diagnosis

AT_END, BROKE_OFF, UNFINISHED = "exception_at_end", "broken_off", "unfinished"
ENDINGS = (BROKE_OFF, AT_END, UNFINISHED)
_KEYS = {
    CRASHED: AT_END,
    f"{CRASHED}_epoch": BROKE_OFF,
    f"{CRASHED}_step": BROKE_OFF,
    f"{CUT}_epoch": UNFINISHED,
    f"{CUT}_step": UNFINISHED,
}


class BrokenOff(NamedTuple):
    """The key of the mark, that of the sentence with its unit, and what the sentence may name."""

    key: str
    sentence: str
    values: Mapping[str, Any]


def broken_off(diagnosis: Diagnosis) -> BrokenOff | None:
    """Return how a run without a problem ended before its plan, None if it did not.

    An exception that came after the plan or early stopping ended nothing. Without a plan, the
    training may have been over.
    """
    ended = diagnosis.facts.get("how_it_ended")
    if diagnosis.verdict != HEALTHY or ended is None:
        return None
    key = _KEYS.get(ended["tags"][0])
    if key == UNFINISHED:
        values = {name: ended[name] for name in ("done", "planned", "share")}
        return BrokenOff(key, f"{key}_{ended['unit']}", values)
    if key is None or not ended["exception"]:
        return None
    return BrokenOff(key, key, {"exception": str(ended["exception"])})

"""A run that an exception ended: what was logged may be sound, but it is not the whole run."""

from __future__ import annotations

from analyzer.facts.how_it_ended import CRASHED
from analyzer.model.diagnosis import HEALTHY, Diagnosis

_AFTER = f"{CRASHED}_after"  # of its plan: what counts was done


def broken_off(diagnosis: Diagnosis) -> str:
    """Return the exception that ended a run without a problem before its plan, "" if none did."""
    ended = diagnosis.facts.get("how_it_ended")
    if diagnosis.verdict != HEALTHY or ended is None or not ended["exception"]:
        return ""
    return "" if _AFTER in ended["tags"] else str(ended["exception"])

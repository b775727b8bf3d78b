"""A run without a warning whose gap to held-out data is large: what it says instead of "keep it".

Such a gap passes the same bound as a warning and is only a note because the held-out curve still
improves: the run is not finished, and more training decides. A gap of a few points, or one that
trained weights brought along, is no reason against keeping a run.
"""

from __future__ import annotations

from analyzer.model.diagnosis import HEALTHY, Diagnosis, Finding

_DETECTOR, _OPEN, _MINOR = "generalization_gap", "still_improves", "minor"


def open_gap(diagnosis: Diagnosis) -> Finding | None:
    """Return the note on a large gap of a curve that still improves, None without one."""
    if diagnosis.verdict != HEALTHY:
        return None
    for group in diagnosis.alike:
        for finding in group:
            tags = finding.tags
            if finding.detector == _DETECTOR and _OPEN in tags and _MINOR not in tags:
                return finding
    return None

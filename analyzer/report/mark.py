"""What keeps a run without a problem from being simply healthy: one mark, the same everywhere.

A run whose gap alone made it "overfitting" to programs is marked too: it is called by its check.
"""

from __future__ import annotations

from analyzer.model.diagnosis import HEALTHY, INCONCLUSIVE, Diagnosis
from analyzer.report.broken_off import ENDINGS, broken_off
from analyzer.report.early_end import BEST_EARLY, EARLY_ENDS, early_end, has_badge
from analyzer.report.open_gap import open_gap
from analyzer.text import Words

GAP_OPEN, PARTLY, GAP_ALONE = "gap_open", "partly", "gap_alone"
MARKS = (*ENDINGS, *EARLY_ENDS, GAP_OPEN, PARTLY, GAP_ALONE)
NOT_FINISHED = (*ENDINGS, GAP_OPEN, PARTLY, GAP_ALONE)  # marks that stand without a verdict
_GAP = "generalization_gap"  # its verdict is "overfitting"


def mark(diagnosis: Diagnosis) -> str | None:
    """Return the key of the mark of a run, None without one.

    Of runs with a warning only one has a mark: that whose gap alone decides its verdict.
    An exception comes first, then an early end, a large open gap, and few checks that could be
    judged. A best value in the first half comes last, since it is no trouble by itself.
    """
    return diagnosis.once(("mark",), lambda: _mark(diagnosis))


def _mark(diagnosis: Diagnosis) -> str | None:
    finding = diagnosis.deciding_finding
    if finding is not None:
        return GAP_ALONE if finding.detector == _GAP != diagnosis.verdict else None
    exception = broken_off(diagnosis)
    if exception is not None:
        return exception.key
    end = early_end(diagnosis)
    if end is not None and has_badge(end):
        return end.key
    if open_gap(diagnosis) is not None:
        return GAP_OPEN
    if is_hardly_judged(diagnosis):
        return PARTLY
    return None if end is None else end.key


def judged_counts(diagnosis: Diagnosis) -> tuple[int, int]:
    """Return how many checks could be judged, and how many there are."""
    skipped = sum(check.status in ("skipped", "error") for check in diagnosis.checks)
    return len(diagnosis.checks) - skipped, len(diagnosis.checks)


def is_hardly_judged(diagnosis: Diagnosis) -> bool:
    """Say whether a healthy run owes that to fewer than half of the checks."""
    judged, total = judged_counts(diagnosis)
    return diagnosis.verdict == HEALTHY and 2 * judged < total


def is_badge(key: str | None) -> bool:
    """Say whether a mark takes the place of the verdict in the badge of a report."""
    return key is not None and key != BEST_EARLY


def is_alone(key: str) -> bool:
    """Say whether a mark stands without a verdict: there is no ground to call the run healthy."""
    return key in NOT_FINISHED


def mark_name(key: str, text: Words) -> str:
    """Return a mark in words that need no numbers."""
    return text.ui("mark_partly" if key == PARTLY else f"badge_{key}")


def named_verdict(verdict: str, key: str | None, text: Words) -> str:
    """Return a verdict in words, the gap that alone decided it under its own name."""
    return mark_name(key, text) if key == GAP_ALONE else text.verdict(verdict)


def marked_verdict(verdict: str, key: str | None, text: Words) -> str:
    """Return a verdict in words, with the mark of the run, or the mark of one not judged alone."""
    if key is None:
        return text.verdict(verdict)
    if is_alone(key):
        return mark_name(key, text)
    return text.ui("marked_verdict", verdict=text.verdict(verdict), mark=mark_name(key, text))


def mark_tone(key: str | None, verdict: str) -> str:
    """Return the verdict whose colours fit a run: only one that may be kept is green."""
    if key in (*ENDINGS, PARTLY):
        return INCONCLUSIVE
    return "plateau" if is_badge(key) and key != GAP_ALONE else verdict

"""The words by which a user says which runs get a report."""

from __future__ import annotations

REPORTS = ("found", "all", "none")


def wanted_reports(word: str) -> tuple[bool, bool]:
    """Return whether there are reports, and whether only of runs in which something was found."""
    return word != "none", word == "found"

"""The findings of a run in words; those that are alike share a card and its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.report.measured import causes_sentence
from analyzer.text import Words


class Row(NamedTuple):
    """A line of a list: its subject and its text."""

    label: str
    value: str


class Alike(NamedTuple):
    """Another finding of the same card: its place in the diagnosis, its curve and its onset."""

    at: int
    label: str
    value: str


@dataclass(frozen=True)
class FindingText:
    """One finding in words, with the curves that show the same."""

    index: int  # in Diagnosis.findings, for the links from charts
    title: str  # of its detector
    severity: str  # the key, for colours
    severity_name: str
    confidence: str  # "" if the detector has no calibrated one
    summary: str  # what was measured, with the numbers
    why: str  # why it matters
    how: str  # how it was computed
    causes: str  # what was wrong in measured runs with this finding; "" if not known
    evidence: tuple[Row, ...]
    alike_title: str  # "" without others
    alike: tuple[Alike, ...]
    alike_line: str  # both as one sentence


def finding_texts(diagnosis: Diagnosis, text: Words) -> tuple[FindingText, ...]:
    """Return the findings in words, one for each group of alike ones."""
    return tuple(_finding(group, diagnosis, text) for group in diagnosis.alike)


def alike_line(group: Sequence[Finding], diagnosis: Diagnosis, text: Words) -> str:
    """Return in which other curves the first finding of a group was found too, "" if in none."""
    if len(group) < 2:
        return ""
    names = []
    for _, label, value in _alike(group, diagnosis, text):
        names.append(f"{label} ({value})" if value else label)
    return text.ui("alike_line", count=len(names), curves=names)


def _finding(group: Sequence[Finding], diagnosis: Diagnosis, text: Words) -> FindingText:
    finding = group[0]
    own = text.detector(finding.detector)
    values = text.finding_values(finding, diagnosis.run)
    evidence = [Row(label, value) for label, value in text.evidence(finding, diagnosis.run)]
    why = own.of_finding("why", finding.tags)
    return FindingText(
        index=diagnosis.findings.index(finding),
        title=own.title,
        severity=finding.severity,
        severity_name=text.severity(finding.severity),
        confidence=text.confidence(finding.confidence),
        summary=text.finding(finding, "summary", diagnosis.run),
        why=text.fill_or(why, why, values, finding.detector),
        how=text.about(finding.detector, "how", finding.thresholds),
        causes=causes_sentence(finding.advice.causes, text),
        evidence=tuple(evidence),
        alike_title=text.ui("alike", count=len(group) - 1) if len(group) > 1 else "",
        alike=_alike(group, diagnosis, text),
        alike_line=alike_line(group, diagnosis, text),
    )


def _alike(group: Sequence[Finding], diagnosis: Diagnosis, text: Words) -> tuple[Alike, ...]:
    """Return the other findings of a group: curve and place, both as they stand in a list."""
    rows = []
    for finding in group[1:]:
        place = ""
        if finding.onset is not None:
            onset = finding.onset
            place = text.place(onset.step, onset.epoch, alone=True)
        label = text.metric(finding.metric, finding.split, alone=True)
        rows.append(Alike(diagnosis.findings.index(finding), label, place))
    return tuple(rows)

"""What to do next: the steps of every finding, worst finding first."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.text import Words, words

_COURSE = "S1"  # the source of the advice on runs without a problem


@dataclass(frozen=True)
class Todo:
    """One item of the checklist and the source it rests on; an item of our own has none."""

    text: str
    source_key: str
    source: str


def checklist(diagnosis: Diagnosis, text: Words) -> tuple[Todo, ...]:
    """Return what to do next, no sentence twice.

    English decides which sentences are the same, so the list has the same length in every
    language.
    """
    sources = text.of("_terms")["sources"]
    todos: dict[str, Todo] = {}  # by their English sentence
    if not any(finding.severity != "info" for finding in diagnosis.findings):
        key = _opening(diagnosis)
        todos[key] = Todo(text.ui(f"checklist_{key}"), _COURSE, sources[_COURSE])
    for finding in diagnosis.findings:
        for english, todo in _steps(finding, diagnosis, text).items():
            todos.setdefault(english, todo)
    if any(issue.severity == "warning" for issue in diagnosis.issues):
        todos["issues"] = Todo(text.ui("checklist_issues"), "", "")
    return tuple(todos.values())


def _opening(diagnosis: Diagnosis) -> str:
    """Return the key of the first item for a run without a warning: notes keep it a baseline."""
    if diagnosis.verdict != "healthy":
        return "inconclusive"
    return "notes" if diagnosis.findings else "healthy"


def _steps(finding: Finding, diagnosis: Diagnosis, text: Words) -> dict[str, Todo]:
    """Return the steps that fit a finding, by their English sentence."""
    english, sources = words("en"), text.of("_terms")["sources"]
    values = text.finding_values(finding, diagnosis.run)
    english_values = english.finding_values(finding, diagnosis.run)
    items = text.of(finding.detector)["checklist"]
    originals = english.of(finding.detector)["checklist"]
    steps: dict[str, Todo] = {}
    for item, original in zip(items, originals, strict=True):
        if item.get("when", "") in ("", *finding.tags):
            source = item["source"]
            todo = Todo(text.fill(item["text"], values), source, sources[source])
            steps.setdefault(english.fill(original["text"], english_values), todo)
    return steps

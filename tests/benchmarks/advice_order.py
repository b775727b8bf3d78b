"""Which remedies the checklist of a run names, in which order, and what the table predicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from analyzer import resources
from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.model.run import Run


class Predicted(NamedTuple):
    """What the table of effects says of a remedy for runs like this one.

    ``better`` is the share that got better by more than 1 %, ``gain`` the mean fall in log loss.
    """

    better: float
    gain: float
    runs: int


class Advice(NamedTuple):
    """A remedy that a checklist names; ``unmeasured`` if it did before anything was measured."""

    finding: str
    remedy: str
    unmeasured: bool
    predicted: Predicted | None


class Step(NamedTuple):
    """A remedy, and the tag without which the checklist does not name it ("": always)."""

    remedy: str
    when: str = ""


# The order of the checklist before effects were measured. "Lower the rate by 3 to 10" counts as a
# tenth, "raise it by 3 to 10" as ten times; "one at a time" counts in the order of its words.
UNMEASURED: Mapping[str, tuple[Step, ...]] = {
    "exploding_loss": (
        Step("tenth_rate", "above_start"),
        Step("warmup", "above_start"),
        Step("clipping", "above_start"),
        Step("clipping", "lost"),
    ),
    "generalization_gap": (
        Step("early_stopping", "stopped"),
        Step("longer", "still_improves"),
        Step("dropout"),
        Step("weight_decay"),
        Step("label_smoothing"),
        Step("more_examples"),
    ),
    "no_learning": (
        Step("tenfold_rate", "creeping"),
        Step("tenfold_rate"),
        Step("tenth_rate"),
    ),
    "non_finite": (Step("tenth_rate"), Step("warmup"), Step("clipping")),
    "oscillation": (
        Step("tenth_rate"),
        Step("larger_batch"),
        Step("cosine"),
        Step("averaging"),
    ),
    "overfitting": (
        Step("early_stopping"),
        Step("label_smoothing", "accuracy_holds"),
        Step("dropout"),
        Step("weight_decay"),
        Step("label_smoothing"),
        Step("more_examples"),
        Step("narrower"),
    ),
    "plateau": (
        Step("cosine"),
        Step("dropout", "train_still_falls"),
        Step("weight_decay", "train_still_falls"),
        Step("wider"),
        Step("tenth_rate"),
        Step("tenfold_rate"),
    ),
    "underfitting": (
        Step("longer", "still_falls"),
        Step("tenfold_rate", "little_learnt"),
        Step("cosine", "little_learnt"),
        Step("wider", "flat"),
    ),
}


def warned(diagnosis: Diagnosis) -> list[Finding]:
    """Return the findings of warning or worse, worst first."""
    return [finding for finding in diagnosis.findings if finding.severity != "info"]


def is_advised(diagnosis: Diagnosis) -> bool:
    """Say whether a run has a finding of warning or worse for which remedies are known."""
    return any(finding.detector in UNMEASURED for finding in warned(diagnosis))


def advice(diagnosis: Diagnosis) -> tuple[Advice, ...]:
    """Return what the checklist names, worst finding first, no remedy twice."""
    named: dict[str, Advice] = {}
    for finding in warned(diagnosis):
        old = list(apt(UNMEASURED.get(finding.detector, ()), finding.tags))
        new = list(apt(_written(finding.detector), finding.tags))
        for remedy in [*old, *new]:
            predicted = predict(finding, diagnosis.run, remedy)
            entry = Advice(finding.detector, remedy, remedy in old, predicted)
            named.setdefault(remedy, entry)
    return tuple(named.values())


def apt(steps: Iterable[Step], tags: tuple[str, ...]) -> Iterator[str]:
    """Yield the remedies of the steps that are shown with these tags."""
    for step in steps:
        if step.when in ("", *tags):
            yield step.remedy


def _written(detector: str) -> Iterator[Step]:
    """Yield the remedies that the words of a detector name now."""
    for item in resources.words(detector)["en"].get("checklist", ()):
        for remedy in filter(None, str(item.get("remedy", "")).split(",")):
            yield Step(remedy.strip(), item.get("when", ""))


def ranked(items: Iterable[Advice]) -> list[Advice]:
    """Return advice with the measured remedies of each finding first, by their gain."""
    items = list(items)
    findings = list(dict.fromkeys(item.finding for item in items))

    def place(item: Advice) -> tuple[int, bool, float]:
        gain = item.predicted.gain if item.predicted else 0.0
        return findings.index(item.finding), item.predicted is None, -gain

    return sorted(items, key=place)


def predict(finding: Finding, run: Run, remedy: str) -> Predicted | None:
    """Return what the table of effects says, None if it is missing or has too few runs."""
    try:
        from analyzer.advice.context import contexts
        from analyzer.advice.effects import find
    except ImportError:
        return None
    row: Any = find(finding.detector, contexts(finding, run), remedy)
    if row is None:
        return None
    return Predicted(row.selected.better, row.gain, row.runs)

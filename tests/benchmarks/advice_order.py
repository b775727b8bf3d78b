"""Which remedies the checklist of a run names, in which order, and what the table predicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

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
    """A remedy that a checklist names for a finding."""

    finding: str
    remedy: str
    predicted: Predicted | None = None


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


def unmeasured(diagnosis: Diagnosis) -> tuple[Advice, ...]:
    """Return what the checklist named before effects were measured, no remedy twice."""
    named: dict[str, Advice] = {}
    for finding in warned(diagnosis):
        for remedy in apt(UNMEASURED.get(finding.detector, ()), finding.tags):
            predicted = predict(finding, diagnosis.run, remedy)
            named.setdefault(remedy, Advice(finding.detector, remedy, predicted))
    return tuple(named.values())


def apt(steps: Iterable[Step], tags: tuple[str, ...]) -> Iterator[str]:
    """Yield the remedies of the steps that are shown with these tags."""
    for step in steps:
        if step.when in ("", *tags):
            yield step.remedy


def measured(diagnosis: Diagnosis) -> tuple[Advice, ...]:
    """Return what the checklist names now, ranked by the table of effects, no remedy twice."""
    try:
        from analyzer.advice.ranking import advise
    except ImportError:
        return unmeasured(diagnosis)
    named: dict[str, Advice] = {}
    for finding in warned(diagnosis):
        for step in advise(finding, diagnosis.run).steps:
            if step.remedy:
                entry = Advice(finding.detector, step.remedy, _predicted(step.effect))
                named.setdefault(step.remedy, entry)
    return tuple(named.values())


def predict(finding: Finding, run: Run, remedy: str) -> Predicted | None:
    """Return what the table of effects says, None if it is missing or has too few runs."""
    try:
        from analyzer.advice.context import contexts
        from analyzer.advice.effects import find
    except ImportError:
        return None
    return _predicted(find(finding.detector, contexts(finding, run), remedy))


def _predicted(effect: Any) -> Predicted | None:
    return None if effect is None else Predicted(effect.share, effect.gain, effect.runs)

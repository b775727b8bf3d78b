"""What to do next: the steps of every finding, worst finding first, and those of the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from analyzer.advice.ranking import advise
from analyzer.model.advice import Step
from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.model.run import Run
from analyzer.registry.words import Action
from analyzer.report.about import fact_values, shown_facts
from analyzer.report.broken_off import AT_END, broken_off
from analyzer.report.early_end import FLAT, early_end, early_end_values
from analyzer.report.mark import PARTLY, mark
from analyzer.report.measured import brief_sentence, helped_sentence
from analyzer.report.open_gap import open_gap
from analyzer.text import Words, words

_FIRST = 3  # items to begin with: more are a plan, not a start
_KEEP_BEST = "early_stopping"  # the remedy that keeps the best weights instead of the last
_HARDLY = 0.02  # of the run
_COURSE = "S1"  # the source of the advice on runs without a problem
# reasons for an inconclusive verdict that have a step of their own
_OWN_STEP = ("ends_worse", "may_overfit", "cut_short", "hardly_improved", "end_lost")
# the first item if both losses were logged, by the reasons that leave a check open
_OPEN = {
    "adversarial": {"adversarial"},
    "few_examples": {"too_few_examples"},
    "few_evaluations": {"few_evaluations", "few_at_best"},
}


@dataclass(frozen=True)
class Todo:
    """One item of the checklist and the source it rests on; an item of our own has none.

    ``helped`` says how often its remedy helped in measured runs, ``brief`` the same in fewer words;
    both are "" if that is not known. ``has_helped`` is False where it rarely did.
    """

    text: str
    source_key: str
    source: str
    helped: str = ""
    brief: str = ""
    has_helped: bool = False

    @property
    def line(self) -> str:
        """The item and how often it helped, as one text."""
        return f"{self.text} {self.helped}".rstrip()


class FactStep(NamedTuple):
    """A step that a fact suggests: before all others, or in place of the one that begins so.

    ``lead`` is what stays of that one, in the language of the list.
    """

    todo: Todo
    is_first: bool
    instead_of: str
    lead: str


def checklist(diagnosis: Diagnosis, text: Words) -> tuple[Todo, ...]:
    """Return what to do next, no sentence twice.

    English decides which sentences are the same, so the list has the same length in every
    language.
    """
    return diagnosis.once(("checklist", text.lang), lambda: _checklist(diagnosis, text))


def keeps_as_baseline(diagnosis: Diagnosis) -> bool:
    """Say whether the first item of the checklist is to keep the run as the baseline."""
    return diagnosis.deciding_finding is None and _opening(diagnosis) in ("healthy", "notes")


def first_steps(todos: Sequence[Todo]) -> tuple[Todo, ...]:
    """Return what to do now: the first item, then the next measured ones, in their order.

    Within a finding that order is by the mean fall of the loss, not by how often it fell: a large
    gain is worth more than a frequent small one. Items without a number fill
    the places that are left; what rarely helped is passed over.
    """
    measured = [todo for todo in todos[1:] if todo.has_helped][: _FIRST - 1]
    others = [todo for todo in todos[1:] if not todo.helped]
    room = max(_FIRST - 1 - len(measured), 0)
    chosen = [*todos[:1], *measured, *others[:room]]
    return tuple(todo for todo in todos if todo in chosen)


def _checklist(diagnosis: Diagnosis, text: Words) -> tuple[Todo, ...]:
    sources = text.of("_terms")["sources"]
    todos: dict[str, Todo] = {}  # by their English sentence
    key = _opening(diagnosis) if diagnosis.deciding_finding is None else ""
    if key:
        todos[key] = Todo(_opening_step(key, diagnosis, text), _COURSE, sources[_COURSE])
    from_facts = _of_facts(diagnosis, text)
    todos |= {key: step.todo for key, step in from_facts.items() if step.is_first}
    gap = open_gap(diagnosis)
    for group in sorted(diagnosis.alike, key=lambda group: gap not in group):
        for english, todo in _steps_of(group, diagnosis, text).items():
            todos.setdefault(english, todo)
    for english, step in from_facts.items():
        todos = _with(todos, english, step)
    if any(issue.severity == "warning" for issue in diagnosis.issues):
        todos["issues"] = Todo(text.ui("checklist_issues"), "", "")
    return tuple(todos.values())


def _opening(diagnosis: Diagnosis) -> str:
    """Return the key of the first item for a run without a warning: notes keep it a baseline.

    It is "" where the first item of a finding says it: to stop where a plateau began, or to train
    on until a gap can be judged.
    """
    broken = broken_off(diagnosis)
    if broken is not None:
        return broken.key if broken.key == AT_END else "cut_short"
    end = early_end(diagnosis)
    if end is not None:
        return "" if end.key == FLAT else end.key
    if open_gap(diagnosis) is not None:
        return ""
    if mark(diagnosis) == PARTLY:
        return "reward" if _lacks_evaluation(diagnosis.run) else PARTLY
    if diagnosis.verdict == "healthy":
        return "notes" if diagnosis.findings else "healthy"
    if diagnosis.run.rewards:
        return "reward"
    reason = diagnosis.inconclusive_reason
    if reason is not None and reason.key in _OWN_STEP:
        return reason.key
    skipped = {check.reason for check in diagnosis.checks if check.status == "skipped"}
    if reason is not None and reason.key == "generalization_open" and _lacks_held_out(diagnosis):
        return "no_held_out"
    return next((key for key, reasons in _OPEN.items() if skipped & reasons), "inconclusive")


def _lacks_evaluation(run: Run) -> bool:
    """Say whether an agent logged its reward in training alone."""
    found = (run.find_curve(name, run.held_out(name)) for name in run.rewards)
    return bool(run.rewards) and all(curve is None for curve in found)


def _lacks_held_out(diagnosis: Diagnosis) -> bool:
    """Say whether a loss was logged for training alone."""
    run = diagnosis.run
    losses = run.metrics_of("loss")
    return bool(losses) and all(run.find_curve(name, run.held_out(name)) is None for name in losses)


def _opening_step(key: str, diagnosis: Diagnosis, text: Words) -> str:
    """Return the sentence of the first item; one that ends worse names its best point."""
    end = early_end(diagnosis)
    if end is not None and key == end.key:
        return text.ui(f"checklist_{key}", **early_end_values(end, diagnosis, text))
    if key not in ("ends_worse", "may_overfit") or diagnosis.inconclusive_reason is None:
        return text.ui(f"checklist_{key}")
    values = diagnosis.inconclusive_reason.values
    place = text.place(values["step"], values["epoch"])
    return text.ui(f"checklist_{key}", place=place)


def _of_facts(diagnosis: Diagnosis, text: Words) -> dict[str, FactStep]:
    """Return the steps that facts suggest, by their English sentence."""
    english, sources = words("en"), text.of("_terms")["sources"]
    warned = (finding for finding in diagnosis.findings if finding.severity != "info")
    found = {finding.detector for finding in warned}
    steps: dict[str, FactStep] = {}
    for name, values in shown_facts(diagnosis).items():
        own, original = text.of(name).get("checklist", ()), english.of(name).get("checklist", ())
        for item, known in zip(own, original, strict=True):
            wanted = set(filter(None, known.get("finding", "").split(",")))
            if known["when"] in values["tags"] and (not wanted or wanted & found):
                shown = fact_values(values, diagnosis.run, text)
                english_shown = fact_values(values, diagnosis.run, english)
                source = known.get("source", "")
                todo = Todo(text.fill(item["text"], shown), source, sources.get(source, source))
                key = english.fill(known["text"], english_shown)
                lead = f"{item['keeps']} " if "keeps" in item else ""
                steps[key] = FactStep(todo, "first" in known, known.get("instead_of", ""), lead)
    return steps


def _with(todos: dict[str, Todo], english: str, step: FactStep) -> dict[str, Todo]:
    """Return a list with a step of a fact: in place of the one that it replaces, else last.

    How often the remedy helped holds for both. The list may lack the item to replace: the settings
    have its remedy on.
    """
    if not step.instead_of:
        return todos if english in todos else todos | {english: step.todo}
    replaced: dict[str, Todo] = {}
    for key, todo in todos.items():
        if key.startswith(step.instead_of):
            replaced[english] = replace(
                todo,
                text=f"{step.lead}{step.todo.text}",
                source_key=step.todo.source_key,
                source=step.todo.source,
            )
        else:
            replaced[key] = todo
    replaced.setdefault(english, step.todo)
    return replaced


def _steps_of(group: Sequence[Finding], diagnosis: Diagnosis, text: Words) -> dict[str, Todo]:
    """Return the steps that fit alike findings: each item once, as it fits the first of them."""
    steps: dict[str, Todo] = {}
    items: set[int] = set()
    for finding in group:
        found = finding.advice.steps or advise(finding, diagnosis.run).steps
        if _ends_at_its_best(diagnosis):
            found = tuple(step for step in found if step.remedy != _KEEP_BEST)
        new = [step for step in found if step.item not in items]
        items |= {step.item for step in found}
        for english, todo in _steps(finding, new, diagnosis, text).items():
            steps.setdefault(english, todo)
    return steps


def _ends_at_its_best(diagnosis: Diagnosis) -> bool:
    """Say whether hardly anything came after the best value: then the last checkpoint holds it."""
    after = diagnosis.facts.get("after_best")
    return after is not None and after["share"] < _HARDLY


def _steps(
    finding: Finding, chosen: Sequence[Step], diagnosis: Diagnosis, text: Words
) -> dict[str, Todo]:
    """Return the chosen steps of a finding, by their English sentence."""
    english, sources = words("en"), text.of("_terms")["sources"]
    values = text.finding_values(finding, diagnosis.run)
    english_values = english.finding_values(finding, diagnosis.run)
    name = finding.detector
    own, original = text.detector(name).checklist, english.detector(name).checklist
    steps: dict[str, Todo] = {}
    for step in chosen:
        now = {"now": step.setting}
        item = own[step.item]
        todo = Todo(
            text=_filled(item, step, values | now, text, name),
            source_key=item.source,
            source=sources.get(item.source, item.source),
            helped=helped_sentence(step, text),
            brief=brief_sentence(step, text),
            has_helped=step.effect is not None and not step.rarely_helped,
        )
        key = _filled(original[step.item], step, english_values | now, english, name)
        steps.setdefault(key, todo)
    return steps


def _filled(item: Action, step: Step, values: Mapping[str, Any], text: Words, owner: str) -> str:
    """Return the sentence of an item: what to try, or to raise what is on already."""
    sentence = item.raised if step.is_on else item.text
    return text.fill_or(sentence, sentence, values, owner)

"""What to know before the best of several runs is used: its verdict, and scores too good."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.comparing.comparison import Comparison
from analyzer.comparing.contrast import BETTER, WORSE
from analyzer.comparing.sides import BASELINE, Side
from analyzer.comparing.suspicion import Suspicion, suspicion_of
from analyzer.model.diagnosis import HEALTHY, Best
from analyzer.report.differences import verdict_list
from analyzer.report.early_end import EARLY_ENDS
from analyzer.report.mark import GAP_ALONE, is_badge, mark, marked_verdict
from analyzer.report.single_runs import certain_key
from analyzer.text import Words


def command_label(
    verdicts: Sequence[str], marks: Sequence[str | None], text: Words, *, is_doubtful: bool
) -> str:
    """Return the label of the best settings, with what is wrong with the runs that had them."""
    said = text.of("_compare")
    notes = []
    if set(verdicts) - {HEALTHY} or any(map(is_badge, marks)):
        notes.append(verdict_list(verdicts, text, marks=marks))
    if is_doubtful:
        notes.append(str(said["suspicious"]))
    if not notes:
        return str(said["command"])
    return text.fill(said["command_noted"], {"notes": ", ".join(notes)})


def verdict_said(
    name: str,
    verdicts: Sequence[str],
    best: Best | None,
    text: Words,
    *,
    is_last: bool,
    marks: Sequence[str | None] = (),
) -> str:
    """Return the verdict of the best, empty if it is healthy, and whose level its level is.

    ``best`` is that of its only run; ``is_last`` says that the run ended with it.
    """
    if not set(verdicts) - {HEALTHY}:
        return ""
    gaps = [key if key == GAP_ALONE else None for key in marks]
    values = {"name": name, "verdict": verdict_list(verdicts, text, marks=gaps)}
    if len(verdicts) > 1 or best is None:
        return text.fill(text.of("_compare")["best_group"], values)
    values["place"] = text.place(best.step, best.epoch, alone=True)
    return text.fill(text.of("_compare")["best_last" if is_last else "best_verdict"], values)


def mark_said(
    name: str, marks: Sequence[str | None], best: Best | None, text: Words, *, is_last: bool
) -> str:
    """Return that the best is not simply healthy although nothing is wrong with it, else "".

    ``marks`` has the mark of each of its runs; ``best`` is that of its only run.
    """
    found = [key for key in marks if key is not None]
    if not found:
        return ""
    sentences = text.of("_compare")
    healthy = [HEALTHY] * len(marks)
    if len(marks) > 1 or best is None:
        if not set(found) <= set(EARLY_ENDS):
            verdict = verdict_list(healthy, text, marks=marks)
            return text.fill(sentences["best_group"], {"name": name, "verdict": verdict})
        counts = {"count": text.integer(len(found)), "all": text.integer(len(marks))}
        verdict = verdict_list(healthy, text)
        return text.fill(
            sentences["best_early_group"], {"name": name, "verdict": verdict, **counts}
        )
    place = text.place(best.step, best.epoch, alone=True)
    verdict = marked_verdict(HEALTHY, found[0], text)
    key = "best_last" if is_last else "best_verdict"
    return text.fill(sentences[key], {"name": name, "verdict": verdict, "place": place})


def suspicion_said(name: str, suspicion: Suspicion, best: Best, text: Words) -> str:
    """Return why the result of the best should be checked."""
    values = {
        "name": name,
        "metric": text.metric(best.metric, best.split),
        "share": text.percent(suspicion.share) if suspicion.share is not None else "",
    }
    return text.fill(text.of("_compare")[f"suspicion_{suspicion.key}"], values)


def best_said(comparison: Comparison, text: Words) -> list[str]:
    """Return the warnings about the best side of a comparison."""
    side = _best_side(comparison)
    if side is None:
        return []
    diagnoses = [comparison.diagnoses[index] for index in side.members]
    after = diagnoses[0].facts.get("after_best")
    is_last = after is not None and after["share"] == 0
    marks = [mark(diagnosis) for diagnosis in diagnoses]
    verdict = verdict_said(
        side.name, side.verdicts, diagnoses[0].best, text, is_last=is_last, marks=marks
    )
    verdict = verdict or mark_said(side.name, marks, diagnoses[0].best, text, is_last=is_last)
    lines = [verdict] if verdict else []
    for diagnosis in diagnoses:
        suspicion = suspicion_of(diagnosis)
        if suspicion is not None and diagnosis.best is not None:
            return [*lines, suspicion_said(side.name, suspicion, diagnosis.best, text)]
    return lines


def best_label(comparison: Comparison, text: Words) -> str:
    """Return the label of the best settings of a comparison."""
    side = comparison.sides[0]
    diagnoses = [comparison.diagnoses[index] for index in side.members]
    doubts, marks = map(suspicion_of, diagnoses), [mark(diagnosis) for diagnosis in diagnoses]
    return command_label(side.verdicts, marks, text, is_doubtful=any(doubts))


def _best_side(comparison: Comparison) -> Side | None:
    """Return the side that is best: the first of a ranking, else one that is proven to be best.

    Single runs that lie far apart count as proof, so that the best is not used unchecked.
    """
    sides = comparison.sides
    if comparison.is_ranked:
        return sides[0]
    if len(sides) == 1:
        return None
    lower = comparison.lower_is_better
    answers = [
        certain_key(side.certain, side.difference, lower_is_better=lower) or side.answer
        for side in sides
    ]
    better = [
        side
        for side, answer in zip(sides, answers, strict=True)
        if answer in (BETTER, "far_better") and side.mean is not None
    ]
    if better:
        sign = 1 if comparison.lower_is_better else -1
        return min(better, key=lambda side: sign * (side.mean or 0.0))
    is_best = set(answers) <= {WORSE, "far_worse", BASELINE}
    return sides[comparison.baseline] if is_best else None

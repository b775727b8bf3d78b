"""The first lines of a report: the badge, what to do, the verdict in one sentence, the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.model.diagnosis import HEALTHY, CheckResult, Diagnosis
from analyzer.report.broken_off import UNFINISHED, broken_off
from analyzer.report.early_end import early_end, early_end_values
from analyzer.report.mark import PARTLY, is_badge, judged_counts, mark, mark_tone
from analyzer.report.numbering import numbering
from analyzer.report.open_gap import open_gap
from analyzer.text import Words


def badge(diagnosis: Diagnosis, text: Words) -> str:
    """Return the verdict in words, or the title of its finding where the two name two checks.

    A reader would look for the check that the verdict names.
    """
    if mark(diagnosis) is not None:
        return verdict_name(diagnosis, text)
    finding = diagnosis.deciding_finding
    checks = {check.detector for check in diagnosis.checks}
    if finding and diagnosis.verdict in checks and finding.detector != diagnosis.verdict:
        return text.detector(finding.detector).title
    return verdict_name(diagnosis, text)


def verdict_name(diagnosis: Diagnosis, text: Words) -> str:
    """Return the verdict in words.

    A run that stopped learning early, or of which little could be judged, is not just "healthy",
    and one whose gap alone is large, "overfitting" to programs, is called by its gap.
    """
    key = mark(diagnosis)
    if not is_badge(key):
        return text.verdict(diagnosis.verdict)
    return text.ui(f"badge_{key}", **_counts(diagnosis))


def tone(diagnosis: Diagnosis) -> str:
    """Return the verdict whose colours fit the headline: only a run that may be kept is green."""
    return mark_tone(mark(diagnosis), diagnosis.verdict)


def _counts(diagnosis: Diagnosis) -> dict[str, int]:
    """Return what sentences on the checks may name; ``ran`` are those that could be judged."""
    ran, total = judged_counts(diagnosis)
    return {
        "total": total,
        "ran": ran,
        "clear": len(by_status(diagnosis, "clear")),
        "skipped": total - ran,
        "notes": len(diagnosis.alike),
    }


def action_sentence(diagnosis: Diagnosis, text: Words) -> str:
    """Return what to do about the run, and why, in one line: the headline of a report."""
    finding = diagnosis.deciding_finding
    if finding is None:
        end, broken = early_end(diagnosis), broken_off(diagnosis)
        if broken is not None:
            return text.ui(f"action_{broken.sentence}", **broken.values)
        if end is not None:
            return text.ui(f"action_{end.key}", **early_end_values(end, diagnosis, text))
        key, values = _open_key(diagnosis)
        return text.ui(f"action_{key}", **_with_place(values, text))
    own = text.detector(finding.detector)
    sentence = own.of_finding("action", finding.tags)
    headline = text.finding(finding, "headline", diagnosis.run)
    if not sentence:  # a plug-in need not have one
        return headline
    values = text.finding_values(finding, diagnosis.run)
    return text.fill_or(headline, sentence, values, finding.detector)


def _open_key(diagnosis: Diagnosis) -> tuple[str, Mapping[str, Any]]:
    """Return the key of the words for a run without a warning, and the values that fill them."""
    reason = diagnosis.inconclusive_reason
    if reason is not None and reason.key != "not_judged":
        return reason.key, reason.values
    gap = open_gap(diagnosis)
    if gap is not None:
        return "gap_open", gap.values
    if mark(diagnosis) == PARTLY:
        return PARTLY, _counts(diagnosis)
    return _plain_key(diagnosis), _counts(diagnosis)


def _plain_key(diagnosis: Diagnosis) -> str:
    """Return the key of the words by the verdict; if healthy, by whether all could be judged."""
    if diagnosis.verdict != HEALTHY:
        return diagnosis.verdict
    key = "notes_only" if diagnosis.findings else "healthy"
    return f"{key}_partly" if _counts(diagnosis)["skipped"] else key


def _with_place(values: Mapping[str, Any], text: Words) -> dict[str, Any]:
    if "step" not in values:
        return dict(values)
    return {**values, "place": text.place(values["step"], values["epoch"])}


def verdict_sentence(diagnosis: Diagnosis, text: Words) -> str:
    """Return the verdict with its onset, how the log broke off, and where its epochs begin."""
    parts = [_verdict_sentence(diagnosis, text)]
    exception, broken = diagnosis.run.meta.exception, broken_off(diagnosis)
    if exception:
        parts.append(text.ui("ends_in_traceback", exception=exception))
    elif broken is not None and broken.key == UNFINISHED:
        parts.append(text.ui(broken.sentence, **broken.values))
    parts.append(numbering(diagnosis, text))
    return " ".join(filter(None, parts))


def _verdict_sentence(diagnosis: Diagnosis, text: Words) -> str:
    finding = diagnosis.deciding_finding
    if finding is not None:
        return text.finding(finding, "headline", diagnosis.run)
    reason = diagnosis.inconclusive_reason
    if reason is not None and reason.key in ("ends_worse", "may_overfit"):
        step, epoch = reason.values["step"], reason.values["epoch"]
        place = text.place(step, epoch)
        return text.ui(reason.key, change=text.percent(reason.values["change"]), place=place)
    if reason is not None and reason.key == "cut_short":
        return text.ui(f"{reason.key}_{reason.values['unit']}", **reason.values)
    if reason is not None and reason.key == "end_lost":
        return text.ui(reason.key, **reason.values)
    if reason is not None and reason.key == "hardly_improved":
        curve = text.metric(reason.values["metric"], reason.values["split"])
        return text.ui(reason.key, curve=curve, at_least=reason.values["at_least"])
    if reason is not None and reason.key in ("generalization_open", "reward_open"):
        (check,) = (
            check for check in diagnosis.checks if check.detector == reason.values["detector"]
        )
        return text.ui(reason.key, reason=text.check_reason(check))
    end, gap = early_end(diagnosis), open_gap(diagnosis)
    if end is not None:
        end_values = early_end_values(end, diagnosis, text)
        return text.ui(end.key, **_counts(diagnosis), **end_values)
    if gap is not None:
        gap_values = text.finding_values(gap, diagnosis.run)
        return text.ui("gap_open", **{**gap_values, **_counts(diagnosis)})
    return text.ui(_plain_key(diagnosis), **_counts(diagnosis))


def by_status(diagnosis: Diagnosis, *statuses: str) -> Sequence[CheckResult]:
    """Return the checks that ended in one of these ways."""
    return [check for check in diagnosis.checks if check.status in statuses]


def checks_line(diagnosis: Diagnosis, text: Words) -> str:
    """Return how many findings there are, and how many checks were clear or not judged."""
    kind = "found_notes" if diagnosis.deciding_finding is None else "found_findings"
    return text.ui(
        "checks_line",
        findings=text.ui(kind, count=len(diagnosis.alike)),
        explained=len(by_status(diagnosis, "explained")),
        clear=len(by_status(diagnosis, "clear")),
        total=len(diagnosis.checks),
        skipped=len(by_status(diagnosis, "skipped", "error")),
    )

"""A comment for a pull request: verdict, table, curves, what to do, and the evidence folded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyzer.comparing.against import distinct
from analyzer.model.diagnosis import Best, Diagnosis
from analyzer.report.checklist import keeps_as_baseline
from analyzer.report.comment_answer import Answer, answer
from analyzer.report.comment_chart import comment_chart
from analyzer.report.comment_table import (
    comment_head,
    comment_rows,
    short_name,
    side_name,
    verdicts_of,
)
from analyzer.report.content import Report, Source, build_report
from analyzer.report.early_end import early_end
from analyzer.report.findings import FindingText
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.text import Words, words
from analyzer.version import __version__

LONGEST = 60_000  # characters: GitHub takes 65,536 and counts some of them in another way
MOST_BOXES = 5
_MOST_ISSUES = 20
_MOST_FILES = 4
# By this line the next run finds its comment; a reader never sees it.
_MARKER = "<!-- analyzer-comment {key} -->"


@dataclass(frozen=True)
class Comment:
    """The content of a comment in one language; ``cut`` says what was left out to shorten it."""

    marker: str
    title: str
    sentence: str
    lines: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: str
    colours: str
    todo: tuple[str, ...]
    todo_more: str
    sources: tuple[Source, ...]
    findings: tuple[FindingText, ...]
    issues: tuple[str, ...]
    made_by: str
    report_url: str = ""
    cut: str = ""


def marker(name: str) -> str:
    """Return the hidden line by which the comment on a path is found again."""
    return _MARKER.format(
        key=hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    )


def render_comment(
    these: Sequence[Diagnosis],
    baseline: Sequence[Diagnosis] = (),
    *,
    name: str = "",
    lang: str = "en",
    report_url: str = "",
    no_baseline: str = "",
) -> str:
    """Return the Markdown of a comment on a run or its repeats, at most LONGEST characters.

    ``name`` tells comments of one pull request apart; ``report_url`` is a link to the whole
    report, such as the artifact of a workflow; ``no_baseline`` is where a baseline is still
    missing. Raises ConfigError for an unknown language.
    """
    text = words(lang)
    whole = build_comment(these, baseline, name=name, lang=lang)
    whole = replace(whole, report_url=report_url)
    if no_baseline:
        line = text.ui("baseline_missing", path=no_baseline)
        whole = replace(whole, lines=(*whole.lines, line))
    kept = replace(whole, issues=whole.issues[:_MOST_ISSUES])
    while True:
        kept = replace(kept, cut=_cut(whole, kept, text))
        shown = template("comment.md.j2", plain).render(it=kept, said=text.of("_comment"))
        if len(shown) <= LONGEST or not (kept.findings or kept.issues):
            return shown
        if kept.issues:
            kept = replace(kept, issues=kept.issues[:-1])
        else:
            kept = replace(kept, findings=kept.findings[:-1])


def build_comment(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], *, name: str, lang: str
) -> Comment:
    """Return the content of a comment on the repeats of a run; the median run speaks for them."""
    text = words(lang)
    sentences = text.of("_comment")
    these, baseline = distinct(these), distinct(baseline)
    shown = median(these)
    report = build_report(shown, lang, output="report.html")
    run_name = short_name(shown.run.name)
    lines = []
    beside = answer(these, baseline, text) if baseline else Answer()
    lines += [line for line in (beside.sentence, beside.changed) if line]
    if len(these) > 1:
        counts = {"count": len(these), "run": run_name}
        lines.append(text.fill(sentences["repeats"], counts))
    chart = comment_chart(these, baseline, shown, text)
    files = shown.run.meta.files[:_MOST_FILES]
    verdicts = verdicts_of(these, text)
    todo = _todo(shown, report, beside)
    todo_more = ""
    if len(todo) > MOST_BOXES:
        todo_more = text.fill(
            sentences["todo_more"], {"count": text.integer(len(todo) - MOST_BOXES)}
        )
    name_here = side_name(these) if len(these) == 1 else run_name
    return Comment(
        marker=marker(name),
        title=_title(verdicts, beside, text),
        sentence=f"{name_here}: {report.sentence}",
        lines=tuple(lines),
        head=comment_head(these, baseline, text),
        rows=comment_rows(these, baseline, text),
        chart=chart.code,
        colours=chart.colours,
        todo=todo[:MOST_BOXES],
        todo_more=todo_more,
        sources=report.sources,
        findings=report.findings,
        issues=tuple(line for severity, line in report.issues if severity != "info"),
        made_by=text.ui("made_by", version=__version__, files=", ".join(map(short_name, files))),
    )


def _title(verdicts: str, beside: Answer, text: Words) -> str:
    """Return the verdict and the answer on the baseline; one that is worse comes first."""
    key = "title"
    if beside.short:
        key = "title_worse" if beside.is_worse else "title_beside"
    values = {"verdict": verdicts, "short": beside.short}
    return text.fill(text.of("_comment")[key], values)


def _todo(shown: Diagnosis, report: Report, beside: Answer) -> tuple[str, ...]:
    """Return the steps; with a baseline the first says whether the run may replace it.

    That takes the place of the advice to keep the run as the baseline. A run with a finding has
    other work first, unless it also lies behind the baseline.
    """
    steps = tuple(item.line for item in report.checklist)
    if not beside.step:
        return steps
    if keeps_as_baseline(shown):
        return beside.step, *steps[1:]
    return (beside.step, *steps) if beside.is_worse or early_end(shown) else steps


def median(these: Sequence[Diagnosis]) -> Diagnosis:
    """Return the diagnosis of the run with the median level at its best, of two the lower one."""
    ranked = sorted(
        (_level(diagnosis, diagnosis.best), diagnosis.run.name, index)
        for index, diagnosis in enumerate(these)
        if diagnosis.best is not None
    )
    if not ranked:
        return these[0]
    _, _, index = ranked[(len(ranked) - 1) // 2]
    return these[index]


def _level(diagnosis: Diagnosis, best: Best) -> float:
    """Return the level of a run at its best, or its best value if there is no level."""
    level = diagnosis.facts.get("best_level")
    return best.value if level is None else float(level["value"])


def _cut(whole: Comment, kept: Comment, text: Words) -> str:
    """Return the sentence on what was left out, empty if nothing was."""
    counts = {
        "findings": len(whole.findings) - len(kept.findings),
        "issues": len(whole.issues) - len(kept.issues),
    }
    if not any(counts.values()):
        return ""
    return text.fill(text.of("_comment")["cut"], counts)

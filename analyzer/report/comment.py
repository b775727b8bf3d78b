"""A comment for a pull request: verdict, table against a baseline, curves, what to do, the evidence folded."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import analyzer
from analyzer.charts.build import metric_chart
from analyzer.charts.mermaid import xychart
from analyzer.charts.overlay import spread_chart
from analyzer.comparison import Side, against
from analyzer.errors import AnalyzerError
from analyzer.model import VERDICTS, Diagnosis
from analyzer.report.compared import answer, signed
from analyzer.report.content import FindingText, build_report, facts
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.text import Words, is_counted, words

LONGEST = 60_000  # characters: GitHub takes 65,536 and counts some of them otherwise
MOST_BOXES = 5
_MOST_METRICS = 4  # rows of best values
_MOST_ISSUES = 20
_MARKER = "<!-- analyzer-comment {key} -->"  # by it the next run finds its comment; a reader never sees it


@dataclass(frozen=True)
class Comment:
    """Everything that a comment says, in one language; ``cut`` says what was left out to keep it short."""

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
    findings: tuple[FindingText, ...]
    issues: tuple[str, ...]
    made_by: str
    cut: str = ""


def marker(name: str) -> str:
    """Return the hidden line by which the comment on a path is found again."""
    return _MARKER.format(key=hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16])


def render_comment(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis] = (), *, name: str = "", lang: str = "en"
) -> str:
    """Return the Markdown of a comment on a run, or on repeats of one; never longer than LONGEST characters.

    ``name`` tells comments of one pull request apart. Raises ConfigError for an unknown language.
    """
    text = words(lang)
    made = build_comment(these, baseline, name=name, lang=lang)
    page = template("comment.md.j2", plain)
    said = text.of("_comment")
    shown = page.render(it=made, said=said)
    kept, findings, issues = made, len(made.findings), len(made.issues)
    while len(shown) > LONGEST and (kept.findings or kept.issues):
        kept = replace(kept, issues=kept.issues[:-1]) if kept.issues else replace(kept, findings=kept.findings[:-1])
        left = {"findings": findings - len(kept.findings), "issues": issues - len(kept.issues)}
        kept = replace(kept, cut=text.fill(said["cut"], {key: text.integer(count) for key, count in left.items()}))
        shown = page.render(it=kept, said=said)
    return shown


def build_comment(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], *, name: str, lang: str) -> Comment:
    """Return what a comment says of some repeats of a run; the one whose best value is the median speaks for them."""
    text = words(lang)
    said = text.of("_comment")
    shown = _median(these)
    report = build_report(shown, lang, output="report.html")
    lines = []
    if len(these) > 1:
        lines.append(text.fill(said["repeats"], {"count": text.integer(len(these)), "run": shown.run.name}))
    if baseline:
        lines.append(_answer(these, baseline, text))
    chart, colours = _chart(these, baseline, shown, text)
    more = len(report.checklist) - MOST_BOXES
    issues = tuple(line for severity, line in report.issues if severity != "info")
    return Comment(
        marker=marker(name),
        title=text.fill(said["title"], {"verdict": _verdicts(these, text)}),
        sentence=f"{shown.run.name}: {report.sentence}",
        lines=tuple(lines),
        head=_head(these, baseline, text),
        rows=_rows(these, baseline, text),
        chart=chart,
        colours=colours,
        todo=tuple(one.text for one in report.checklist[:MOST_BOXES]),
        todo_more=text.fill(said["todo_more"], {"count": text.integer(more)}) if more > 0 else "",
        findings=report.findings,
        issues=(*issues[:_MOST_ISSUES], *([f"… +{len(issues) - _MOST_ISSUES}"] if len(issues) > _MOST_ISSUES else [])),
        made_by=text.ui("made_by", version=analyzer.__version__, files=", ".join(shown.run.meta.get("files", ())[:4])),
    )


def _median(these: Sequence[Diagnosis]) -> Diagnosis:
    ranked = sorted((one for one in these if one.best is not None), key=lambda one: (one.best.value, one.run.name))  # type: ignore[union-attr]
    return ranked[(len(ranked) - 1) // 2] if ranked else these[0]


def _verdicts(diagnoses: Sequence[Diagnosis], text: Words) -> str:
    count = Counter(one.verdict for one in diagnoses)
    many = len(diagnoses) > 1
    return ", ".join(
        text.verdict(one) + (f" {text.integer(count[one])}" if many else "") for one in VERDICTS if count[one]
    )


def _measures(diagnoses: Sequence[Diagnosis]) -> list[tuple[str, str]]:
    """Return the (split, metric) of the best values of a comment, the one that most runs are judged by first."""
    count = Counter((one.best.split, one.best.metric) for one in diagnoses if one.best is not None)
    found = [key for key, _ in count.most_common(1)]
    for one in diagnoses:
        names = [*one.run.metrics_of("loss"), *one.run.metrics_of("score")]
        found += [(one.run.held_out(name), name) for name in names if one.run.held_out(name) in one.run.splits(name)]
    return list(dict.fromkeys(found))[:_MOST_METRICS]


def _answer(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> str:
    try:
        base, side = against(these, baseline)
    except AnalyzerError:
        return ""
    split, metric = _measures([*baseline, *these])[0]
    label = text.metric(metric, split, alone=True)
    return answer(side, base, label, text, against=text.of("_comment")["the_baseline"])


def _head(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> tuple[str, ...]:
    said = text.of("_comment")
    here = said["here_repeats" if len(these) > 1 else "here"]
    return ("", said["base"], here, said["difference"]) if baseline else ("", here)


def _rows(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> tuple[tuple[str, ...], ...]:
    """Return the table: best values, gap, share after the best; without a baseline the facts of a single run."""
    if not baseline and len(these) == 1:
        return facts(these[0], text)
    said = text.of("_comment")
    rows = []
    for split, metric in _measures([*baseline, *these]):
        label = text.fill(said["best"], {"metric": text.metric(metric, split, alone=True)})
        try:
            base, side = against(these, baseline, (split, metric))
        except AnalyzerError:
            continue
        rows.append((label, _spread(base.known, text), _spread(side.known, text), _difference(side, text)))
    for key, fact, part in (("gap", "train_val_gap", "at_end"), ("after", "after_best", "share")):
        write = text.percent if key == "after" else text.number
        means = [_mean([one.facts[fact][part] for one in group if one.facts.get(fact)]) for group in (baseline, these)]
        if any(mean is not None for mean in means):
            cells = ["" if mean is None else write(mean) for mean in means]
            rows.append((said[key], *cells, ""))
    rows.append((said["verdict"], _verdicts(baseline, text), _verdicts(these, text), ""))
    return tuple(rows) if baseline else tuple((row[0], row[2]) for row in rows)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _spread(values: Sequence[float], text: Words) -> str:
    """Return a value, or the mean of several with their standard deviation."""
    if len(values) < 2:
        return text.number(values[0]) if values else ""
    mean = sum(values) / len(values)
    deviation = (sum((one - mean) ** 2 for one in values) / (len(values) - 1)) ** 0.5
    return f"{text.number(mean)} ± {text.number(deviation)} (n = {text.integer(len(values))})"


def _difference(side: Side, text: Words) -> str:
    found = side.difference
    if found is None:
        return ""
    if found.low is None or found.high is None:
        return signed(found.value, text)
    shown = {
        name: signed(value, text)
        for name, value in (("difference", found.value), ("low", found.low), ("high", found.high))
    }
    return text.fill(text.of("_comment")["interval"], shown)


def _chart(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], shown: Diagnosis, text: Words
) -> tuple[str, str]:  # fmt: skip
    """Return the curves as Mermaid and what their colours mean: baseline and this, or training and held-out."""
    said = text.of("_comment")
    if baseline:
        measures = _measures([*baseline, *these])
        if not measures:
            return "", ""
        split, metric = measures[0]
        sides = [(said["base"], [one.run for one in baseline]), (shown.run.name, [one.run for one in these])]
        counted = all(is_counted(one.run) for one in (*baseline, *these))
        found = spread_chart(sides, metric, split, text, counted=counted)
        chart = None if found is None else found[0]
    else:
        chart = metric_chart(shown, text, counted=is_counted(shown.run))
    lines = [] if chart is None else [*chart.lines[:2]]
    code = xychart(chart, lines) if chart is not None and lines else ""
    if not code:
        return "", ""
    names = {"first": lines[0].name, "second": lines[-1].name}
    return code, text.fill(said["colours" if len(lines) > 1 else "colour"], names)

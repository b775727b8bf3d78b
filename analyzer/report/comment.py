"""A comment for a pull request.

Verdict, table against a baseline, curves, what to do, the evidence folded.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyzer.charts.build import metric_chart
from analyzer.charts.mermaid import xychart
from analyzer.charts.overlay import spread_chart
from analyzer.charts.spec import Chart, Line
from analyzer.comparing.comparison import Side, against, distinct, judged_by
from analyzer.engine import known_verdicts
from analyzer.errors import AnalyzerError
from analyzer.measures.scale import on_one_scale, scale_of
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.compared import answer, signed
from analyzer.report.content import FindingText, build_report, facts
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.text import Words, is_counted, words
from analyzer.version import __version__

LONGEST = 60_000  # characters: GitHub takes 65,536 and counts some of them otherwise
MOST_BOXES = 5
_MOST_METRICS = 4  # rows of best values
_MOST_ISSUES = 20
_NAME = 100  # characters of a name from a log
_COVERED = 0.8  # of either run: where both cover less, their curves are not drawn on one axis
# By it the next run finds its comment; a reader never sees it.
_MARKER = "<!-- analyzer-comment {key} -->"


@dataclass(frozen=True)
class Comment:
    """Everything that a comment says, in one language.

    ``cut`` says what was left out to keep it short.
    """

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
    return _MARKER.format(
        key=hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    )


def render_comment(
    these: Sequence[Diagnosis],
    baseline: Sequence[Diagnosis] = (),
    *,
    name: str = "",
    lang: str = "en",
) -> str:
    """Return the Markdown of a comment on a run, or on repeats of one.

    Never longer than LONGEST characters.

    ``name`` tells comments of one pull request apart. Raises ConfigError for an unknown language.
    """
    text = words(lang)
    made = build_comment(these, baseline, name=name, lang=lang)
    page = template("comment.md.j2", plain)
    own = text.of("_comment")
    kept = replace(made, issues=made.issues[:_MOST_ISSUES])
    while True:
        left = {
            "findings": len(made.findings) - len(kept.findings),
            "issues": len(made.issues) - len(kept.issues),
        }
        cut = text.fill(own["cut"], left)
        shown = page.render(it=replace(kept, cut=cut if any(left.values()) else ""), said=own)
        if len(shown) <= LONGEST or not (kept.findings or kept.issues):
            return shown
        kept = (
            replace(kept, issues=kept.issues[:-1])
            if kept.issues
            else replace(kept, findings=kept.findings[:-1])
        )


def build_comment(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], *, name: str, lang: str
) -> Comment:
    """Return what a comment says of some repeats of a run.

    The one whose best value is the median speaks for them.
    """
    text = words(lang)
    own = text.of("_comment")
    these, baseline = distinct(these), distinct(baseline)
    shown = median(these)
    report = build_report(shown, lang, output="report.html")
    lines = []
    if len(these) > 1:
        lines.append(
            text.fill(own["repeats"], {"count": len(these), "run": _short(shown.run.name)})
        )
    if baseline:
        lines.append(_answer(these, baseline, text))
    chart, colours = _chart(these, baseline, shown, text)
    files = shown.run.meta.files[:4]
    more = len(report.checklist) - MOST_BOXES
    issues = tuple(line for severity, line in report.issues if severity != "info")
    return Comment(
        marker=marker(name),
        title=text.fill(own["title"], {"verdict": _verdicts(these, text)}),
        sentence=f"{_short(shown.run.name)}: {report.sentence}",
        lines=tuple(lines),
        head=_head(these, baseline, text),
        rows=_rows(these, baseline, text),
        chart=chart,
        colours=colours,
        todo=tuple(todo.text for todo in report.checklist[:MOST_BOXES]),
        todo_more=text.fill(own["todo_more"], {"count": text.integer(more)}) if more > 0 else "",
        findings=report.findings,
        issues=issues,
        made_by=text.ui("made_by", version=__version__, files=", ".join(map(_short, files))),
    )


def median(these: Sequence[Diagnosis]) -> Diagnosis:
    """Return the diagnosis of the run whose best value is the median, of two the lower one."""
    judged = [
        (diagnosis.best.value, diagnosis.run.name, index)
        for index, diagnosis in enumerate(these)
        if diagnosis.best is not None
    ]
    ranked = [these[index] for _, _, index in sorted(judged)]
    return ranked[(len(ranked) - 1) // 2] if ranked else these[0]


def _verdicts(diagnoses: Sequence[Diagnosis], text: Words) -> str:
    count = Counter(diagnosis.verdict for diagnosis in diagnoses)
    many = len(diagnoses) > 1
    return ", ".join(
        text.verdict(verdict) + (f" {text.integer(count[verdict])}" if many else "")
        for verdict in known_verdicts()
        if count[verdict]
    )


def _measures(diagnoses: Sequence[Diagnosis]) -> list[tuple[str, str]]:
    """Return the (split, metric) pairs of the best values, the most frequent first."""
    found = [judged_by(diagnoses)] if any(diagnosis.best for diagnosis in diagnoses) else []
    for diagnosis in diagnoses:
        names = [*diagnosis.run.metrics_of("loss"), *diagnosis.run.metrics_of("score")]
        found += [
            (diagnosis.run.held_out(name), name)
            for name in names
            if diagnosis.run.held_out(name) in diagnosis.run.splits(name)
        ]
    return list(dict.fromkeys(found))[:_MOST_METRICS]


def _answer(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> str:
    try:
        base, side = against(these, baseline)
    except AnalyzerError:
        return ""
    split, metric = _measures([*baseline, *these])[0]
    label = text.metric(metric, split, alone=True)
    named = replace(side, name=_short(side.name))
    return answer(named, base, label, text, against=text.of("_comment")["the_baseline"])


def _short(name: str) -> str:
    """Return a name without its middle: what is long tells its beginning and its end."""
    return name if len(name) <= _NAME else f"{name[: _NAME // 2]}…{name[1 - _NAME // 2 :]}"


def _head(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words
) -> tuple[str, ...]:
    own = text.of("_comment")
    here = own["here_repeats" if len(these) > 1 else "here"]
    return ("", own["base"], here, own["difference"]) if baseline else ("", here)


def _rows(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words
) -> tuple[tuple[str, ...], ...]:
    """Return the table: best values, gap, share after the best.

    Without a baseline the facts of a single run.
    """
    if not baseline and len(these) == 1:
        return facts(these[0], text)
    own = text.of("_comment")
    rows = []
    for split, metric in _measures([*baseline, *these]):
        label = text.fill(own["best"], {"metric": text.metric(metric, split, alone=True)})
        try:
            base, side = against(these, baseline or these, (split, metric))
        except AnalyzerError:
            continue
        rows.append((label, _spread(base, text), _spread(side, text), _difference(side, text)))
    alike = len({_judged_by(diagnosis) for diagnosis in (*baseline, *these)}) == 1
    for key, fact, part in (("gap", "train_val_gap", "at_end"), ("after", "after_best", "share")):
        if key == "gap" and not alike:  # gaps of different metrics, or on different scales
            continue
        write = text.percent if key == "after" else text.number
        means = [
            _mean([diagnosis.facts[fact][part] for diagnosis in group if diagnosis.facts.get(fact)])
            for group in (baseline, these)
        ]
        if any(mean is not None for mean in means):
            cells = ["" if mean is None else write(mean) for mean in means]
            rows.append((own[key], *cells, ""))
    rows.append((own["verdict"], _verdicts(baseline, text), _verdicts(these, text), ""))
    return tuple(rows) if baseline else tuple((row[0], row[2]) for row in rows)


def _judged_by(diagnosis: Diagnosis) -> tuple[str, str | None]:
    metric = diagnosis.best.metric if diagnosis.best else ""
    return metric, scale_of(diagnosis.run, metric)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _spread(side: Side, text: Words) -> str:
    """Return the best value of a side, with the deviation of its repeats where it has some."""
    if side.mean is None or side.deviation is None:
        return "" if side.mean is None else text.number(side.mean)
    spread = f"{text.number(side.mean)} ± {text.number(side.deviation)}"
    return f"{spread} (n = {text.integer(len(side.known))})"


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
) -> tuple[str, str]:
    """Return the curves as Mermaid and what their colours mean.

    Baseline and this, or training and held-out.

    Mermaid draws every line over the whole axis. Where the runs cover different stretches, the run
    is drawn alone.
    """
    own = text.of("_comment")
    both = _against_baseline(these, baseline, shown, text) if baseline else None
    if both is not None:
        return both
    chart = metric_chart(shown, text, counted=is_counted(shown.run))
    lines = [] if chart is None else _pair(chart)
    code = xychart(chart, lines) if chart is not None and lines else ""
    if chart is None or not code:
        return "", ""
    names = {"first": lines[0].name, "second": lines[-1].name}
    sentences = [text.fill(own["colours" if len(lines) > 1 else "colour"], names)]
    sentences += [f"{chart.note[:1].upper()}{chart.note[1:]}."] if chart.note else []
    sentences += [own["baseline_not_drawn"]] if baseline else []
    return code, " ".join(sentences)


def _pair(chart: Chart) -> list[Line]:
    """Return the training and the held-out curve of a chart, or what there is."""
    found = [
        next((line for line in chart.lines if line.role in roles), None)
        for roles in (("train", "unsaid"), ("val", "test"))
    ]
    return [item for item in found if item is not None] or list(chart.lines[:1])


def _against_baseline(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], shown: Diagnosis, text: Words
) -> tuple[str, str] | None:
    """Return the chart of the judged metric with the means of both sides.

    None if they cannot share an axis.
    """
    own = text.of("_comment")
    measures = _measures([*baseline, *these])
    if not measures:
        return None
    split, metric = measures[0]
    scaled = on_one_scale([diagnosis.run for diagnosis in (*baseline, *these)], metric)
    first = len(baseline)
    groups = [[run for run in runs if run is not None] for runs in (scaled[:first], scaled[first:])]
    counted = all(is_counted(diagnosis.run) for diagnosis in (*baseline, *these))
    sides = [(own["base"], groups[0]), (_short(shown.run.name), groups[1])]
    found = spread_chart(sides, metric, split, text, counted=counted)
    if found is None or len(found[0].lines) < 2:
        return None
    chart, lines = found[0], found[0].lines
    ends = [(float(line.x[0]), float(line.x[-1])) for line in lines]
    shared = min(high for _, high in ends) - max(low for low, _ in ends)
    code = xychart(chart, lines)
    if not code or shared < _COVERED * max(high - low for low, high in ends):
        return None
    return code, text.fill(own["colours"], {"first": lines[0].name, "second": lines[1].name})

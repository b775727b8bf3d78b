"""The report as one HTML file: inline SVG, CSS and one script of ours; whole without the script, and no request."""

from __future__ import annotations

from analyzer.model.diagnosis import Diagnosis
from analyzer.report.bilingual import laid_over
from analyzer.report.charted import render_charted
from analyzer.report.content import Report, in_every_language
from analyzer.report.markdown import render_markdown


def page(diagnosis: Diagnosis, lang: str) -> str:
    """Return the page of a diagnosis: all languages in it, that of the reader shown. Raises ConfigError."""
    return render_html(*in_every_language(diagnosis, lang))


def render_html(*reports: Report) -> str:
    """Return the page of one run from its reports, one a language; the first is shown until the reader switches."""
    first, langs = reports[0], [report.lang for report in reports]
    names = [name for name in Report.__dataclass_fields__ if name != "charts"]
    return render_charted(
        "report.html.j2",
        {report.lang: f"{report.run}: {report.verdict_name}" for report in reports},
        {report.lang: report.charts for report in reports},
        first.key,
        {
            "report": {
                name: laid_over(langs, [getattr(report, name) for report in reports])
                for name in names
            },
            "verdict": first.verdict,
            "severities": [finding.severity for finding in first.findings],
            "issue_severities": [severity for severity, _ in first.issues],
            "marked": _marked(first),
            "markdown": [(report.lang, render_markdown(report)) for report in reports],
        },
    )


def _marked(report: Report) -> dict[int, str]:
    """Return for each finding that marks a chart the id of the first such chart."""
    marked: dict[int, str] = {}
    for chart in (chart for stack in report.charts for chart in stack):
        for band in chart.bands:
            if band.finding is not None:
                marked.setdefault(band.finding, chart.id)
    return marked

"""The report as one HTML file: inline SVG, CSS and one script of ours; whole without the script, and no request."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from analyzer import resources
from analyzer.charts.packed import pack_charts
from analyzer.charts.spec import Chart
from analyzer.charts.svg import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Worded, draw
from analyzer.model import Diagnosis
from analyzer.report.bilingual import laid_over
from analyzer.report.content import Report, in_every_language
from analyzer.report.markdown import render_markdown
from analyzer.report.templates import template
from analyzer.text import Words, words
from analyzer.visible import visible


def page(diagnosis: Diagnosis, lang: str) -> str:
    """Return the page of a diagnosis: all languages in it, that of the reader shown. Raises ConfigError."""
    return render_html(*in_every_language(diagnosis, lang))


def render_html(*reports: Report) -> str:
    """Return the page of one run from its reports, one a language; the first is shown until the reader switches.

    Every name from the log is escaped, and the policy in the head allows our style sheet and our script, no request.
    """
    langs = [report.lang for report in reports]
    texts = [words(lang) for lang in langs]
    charts = list(zip(*(report.charts for report in reports), strict=True))  # one stack a language
    style, script = _asset("chart.css") + _asset("style.css"), _asset("report.js")
    said = {name: [getattr(report, name) for report in reports] for name in Report.__dataclass_fields__}
    del said["charts"]
    return template("report.html.j2").render(
        lang=langs[0],
        languages=[(lang, text.ui("language")) for lang, text in zip(langs, texts, strict=True)],
        title=visible(f"{reports[0].run}: {reports[0].verdict_name}"),
        report={name: laid_over(langs, values) for name, values in said.items()},
        verdict=reports[0].verdict,
        severities=[one.severity for one in reports[0].findings],
        issue_severities=[severity for severity, _ in reports[0].issues],
        marked=_marked(reports[0]),
        ui=laid_over(
            langs, [{name: one for name, one in text.of("_ui").items() if isinstance(one, str)} for text in texts]
        ),
        stacks=[[_figure(together, langs, texts) for together in zip(*stack, strict=True)] for stack in charts],
        page=laid_over(langs, [text.of("_ui")["page"] for text in texts]),
        markdown=[(report.lang, render_markdown(report)) for report in reports],
        data=_data(reports, texts),
        style=style,
        script=script,
        hashes={name: _digest(asset) for name, asset in (("style", style), ("script", script))},
    )


@cache
def _asset(name: str) -> Markup:
    """Return a style sheet or script of ours without indentation and whole-line comments: a fifth of its bytes."""
    lines = (resources.folder("report_templates") / name).read_text(encoding="utf-8").split("\n")
    kept = (line.strip() for line in lines)
    text = "\n".join(line for line in kept if line and not line.startswith(("//", "/**")))
    return Markup(text)  # noqa: S704 - our own file


def _digest(asset: str) -> str:
    return base64.b64encode(hashlib.sha256(asset.encode()).digest()).decode()


def _figure(charts: Sequence[Chart], langs: Sequence[str], texts: Sequence[Words]) -> dict[str, Any]:
    """Return what the template shows of one chart: drawing, names of the lines, table."""
    worded = [Worded(lang, chart, text.tick) for lang, chart, text in zip(langs, charts, texts, strict=True)]
    shown = [
        {"title": one.title, "y_label": one.y_label, "names": [line.name for line in one.lines], "table": one.table}
        for one in charts
    ]
    return {
        **laid_over(langs, shown),
        "id": charts[0].id,
        "axis_said": charts[0].y_label.lower() not in charts[0].title.lower(),
        "roles": [line.role for line in charts[0].lines],
        "picture": Markup(draw(*worded, legend=False)),  # noqa: S704 - svg.py escapes every text
    }


def _marked(report: Report) -> dict[int, str]:
    """Return for each finding that marks a chart the id of the first such chart."""
    marked: dict[int, str] = {}
    for chart in _all(report):
        for band in chart.bands:
            if band.finding is not None:
                marked.setdefault(band.finding, chart.id)
    return marked


def _all(report: Report) -> list[Chart]:
    return [chart for stack in report.charts for chart in stack]


def _data(reports: Sequence[Report], texts: Sequence[Words]) -> Markup:
    """Return what the script reads, as JSON in which nothing can end the element that holds it."""
    data = {
        "frame": [LEFT, RIGHT, TOP, BOTTOM, WIDTH],
        "key": reports[0].key,
        "titles": {report.lang: visible(f"{report.run}: {report.verdict_name}") for report in reports},
        "words": {text.lang: text.of("_ui")["page"] for text in texts},
        "names": {report.lang: [[visible(line.name) for line in chart.lines] for chart in _all(report)]
                  for report in reports},
        **pack_charts(reports[0].charts),
    }  # fmt: skip
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704

"""The report as one HTML file: inline SVG and CSS, no script, no request."""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analyzer import resources
from analyzer.charts.spec import Chart
from analyzer.charts.svg import draw
from analyzer.report.content import Report
from analyzer.report.terminal import visible
from analyzer.text import words


def render_html(report: Report) -> str:
    """Return the page; every name from the log is escaped, and the policy in its head forbids any request."""
    folder = resources.folder("report_templates")
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["visible"] = lambda value: visible(str(value))
    style = (folder / "style.css").read_text(encoding="utf-8")
    text = words(report.lang)

    def picture(chart: Chart) -> Markup:
        return Markup(draw(chart, text.tick))  # noqa: S704 - svg.py escapes every text

    return environment.get_template("report.html.j2").render(
        report=report,
        ui=text.of("_ui"),
        picture=picture,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )

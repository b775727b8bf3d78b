"""The report as a PDF: the same Report through typst, with vector charts and the tags of PDF/UA-1."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from analyzer import resources
from analyzer.charts.spec import Chart
from analyzer.charts.svg import Worded, draw_alone
from analyzer.report.content import Report
from analyzer.safe.names import visible
from analyzer.text import Words, words

_FONT = "DejaVu Sans"  # comes with matplotlib, covers Latin, Greek, Cyrillic; what it lacks is drawn as a box

_NOT_DRAWN = re.compile(
    r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|:root\s*\{[^}]*\}|/\*.*?\*/", re.DOTALL
)


def render_pdf(report: Report) -> bytes:
    """Return the document. What comes from a log goes in as data, never as markup, without control characters."""
    import typst

    folder = resources.folder("report_templates")
    text = words(report.lang)
    compiled = typst.compile(
        folder / "report.typ",
        root=folder,
        sys_inputs={"data": json.dumps(_data(report, text), ensure_ascii=False)},
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    return bytes(compiled)


def _data(report: Report, text: Words) -> dict[str, Any]:
    style = _print_style(
        (resources.folder("report_templates") / "chart.css").read_text(encoding="utf-8")
    )

    def picture(chart: Chart) -> dict[str, Any]:
        svg = draw_alone(
            Worded(report.lang, chart, text.tick), style=style, attributes=f'font-family="{_FONT}"'
        )
        return {"title": visible(chart.title), "alt": visible(chart.description), "svg": svg}

    plain = {
        name: getattr(report, name) for name in report.__dataclass_fields__ if name != "charts"
    }
    shown = _visible(json.loads(json.dumps(plain, default=vars)))
    return {
        **shown,
        "charts": [[picture(member) for member in stack] for stack in report.charts],
        "ui": text.of("_ui"),
        "font": _FONT,
    }


def _visible(value: Any) -> Any:
    """Return a value with every string in it free of control characters."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {name: _visible(number) for name, number in value.items()}
    return [_visible(item) for item in value] if isinstance(value, list) else value


def _print_style(style: str) -> str:
    """Return the style sheet of the charts for a lone drawing: the light colours put in, a font that is there."""
    colours = dict(re.findall(r"--([\w-]+):\s*([^;]+);", style[: style.index("@media")]))
    rules = _NOT_DRAWN.sub("", style).replace("font-family: inherit", f"font-family: {_FONT}")
    return re.sub(r"var\(--([\w-]+)\)", lambda found: colours[found[1]], rules)


def _fonts() -> Path:
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"

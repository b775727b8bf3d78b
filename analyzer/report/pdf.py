"""The report as a PDF: typeset by typst, with vector charts and the tags of PDF/UA-1."""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from analyzer import resources
from analyzer.charts.lead import WIDE
from analyzer.charts.shades import standing_alone
from analyzer.charts.svg import Worded, draw_alone
from analyzer.errors import AnalyzerError
from analyzer.report.content import Report
from analyzer.report.viewed import FramesText, ViewText
from analyzer.safe.names import visible
from analyzer.text import Words, words

# Comes with matplotlib and covers Latin, Greek and Cyrillic; other letters are drawn as boxes.
_FONT = "DejaVu Sans"

_LEAST_SPACE = 384 << 20  # bytes; a report of one run takes 300 MB with its fonts

# Pixels of a chart across a page of 499 points, and of one beside another: 12 become 7.1 points.
_PAGE_WIDTH, _HALF_WIDTH = 840, 410

_NEARLY_EMPTY = 0.3  # of a page: so little on the last one is worth setting the others closer

_DRAWN = ("charts", "views", "gallery")  # parts of a report that are not plain text
_SHEETS = ("chart.css", "views.css")
# The parts of a style sheet that a drawing on paper does not need.
_NOT_DRAWN = re.compile(
    r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|:root\s*\{[^}]*\}|/\*.*?\*/", re.DOTALL
)


class Typeset(NamedTuple):
    """A document, its number of pages, and the share of its last page that is filled."""

    document: bytes
    page: int
    share: float


def render_pdf(report: Report) -> bytes:
    """Return the document.

    Text from a log goes in as data, never as markup, and without control characters. Raises
    AnalyzerError where the system allows too few threads or too little memory.
    """
    if not _has_room():  # typst would abort the process
        raise AnalyzerError(
            "a PDF cannot be made here: the address space is limited to less than"
            f" {_LEAST_SPACE >> 20} MiB (see ulimit -v); write .html or .md instead"
        )
    if not _may_start(os.cpu_count() or 1):  # typst would end in a panic
        raise AnalyzerError(
            "a PDF cannot be made here: the system allows too few threads (see ulimit -u);"
            " write .html or .md instead"
        )
    data = json.dumps(_data(report, words(report.lang)), ensure_ascii=False)
    typeset = _typeset(data)
    if typeset.page > 1 and typeset.share < _NEARLY_EMPTY:
        closer = _typeset(data, tight=True)
        typeset = closer if closer.page < typeset.page else typeset
    return typeset.document


def _typeset(data: str, *, tight: bool = False) -> Typeset:
    """Return the document and where it ends; ``tight`` sets it with smaller margins and letters."""
    import typst

    folder = resources.folder("report_templates")
    compiler = typst.Compiler(
        folder / "report.typ",
        root=folder,
        sys_inputs={"data": data, "tight": "yes" if tight else ""},
        font_paths=[_fonts()],
        ignore_system_fonts=True,
    )
    document = compiler.compile(pdf_standards=["ua-1"])
    assert isinstance(document, bytes)  # one file, since it is a PDF
    return Typeset(document, **json.loads(compiler.query("<end>", field="value", one=True)))


def _data(report: Report, text: Words) -> dict[str, Any]:
    """Return what the template reads: the report as plain data, its charts as drawings."""
    plain = {name: value for name, value in vars(report).items() if name not in _DRAWN}
    folder = resources.folder("report_templates")
    sheet, views = ((folder / name).read_text(encoding="utf-8") for name in _SHEETS)
    style, view_style = _print_style(sheet), _print_style(sheet + views[views.index(".shades") :])
    charts = []
    for stack in report.charts:
        charts.append([_picture(Worded(text.lang, chart, text.tick), style) for chart in stack])
    return {
        **_visible(json.loads(json.dumps(plain, default=vars))),
        "charts": charts,
        "views": [_view(view, view_style) for view in report.views],
        "ui": text.of("_ui"),
        "font": _FONT,
    }


def _view(view: ViewText, style: str) -> dict[str, Any]:
    """Return a view as plain data: its drawings as files, and the last image of each tag."""
    data = _visible(json.loads(json.dumps({**vars(view), "frames": ()}, default=vars)))
    drawings = [
        standing_alone(svg, width=300, height=110 if "shades" in svg[:40] else 300, style=style)
        for svg in view.drawings
    ]
    return {**data, "drawings": drawings, "frames": [_last_image(frames) for frames in view.frames]}


def _last_image(frames: FramesText) -> dict[str, Any]:
    """Return the last image of a tag inside an SVG, which is text like all of the data."""
    last = frames.frames[-1]
    size = f'width="{last.width}" height="{last.height}"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{last.source}"/></svg>'
    )
    return {"name": visible(frames.name), "caption": last.caption, "svg": svg}


def _picture(worded: Worded, style: str) -> dict[str, str]:
    """Return a chart as a drawing, with its title and a description for screen readers.

    It is drawn as narrow as its letters need to have 7 points on paper.
    """
    chart = worded.chart
    width = _PAGE_WIDTH if chart.width >= WIDE else _HALF_WIDTH
    worded = replace(worded, chart=replace(chart, width=width))
    svg = draw_alone(worded, style=style, attributes=f'font-family="{_FONT}"')
    return {"title": visible(chart.title), "alt": visible(chart.description), "svg": svg}


def _visible(value: Any) -> Any:
    """Return a JSON value with every string in it free of control characters."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {name: _visible(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_visible(part) for part in value]
    return value


def _print_style(style: str) -> str:
    """Return the style sheet of a chart on its own: light colours filled in, a font at hand."""
    colours = dict(re.findall(r"--([\w-]+):\s*([^;]+);", style[: style.index("@media")]))
    rules = _NOT_DRAWN.sub("", style).replace("font-family: inherit", f"font-family: {_FONT}")
    return re.sub(r"var\(--([\w-]+)\)", lambda found: colours[found[1]], rules)


def _has_room() -> bool:
    """Say whether the address space is large enough to typeset a report."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return True
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return limit < 0 or limit >= _LEAST_SPACE


def _may_start(count: int) -> bool:
    """Say whether so many threads can run at once, by trying."""
    end = threading.Event()
    started: list[threading.Thread] = []
    try:
        for _ in range(count):
            thread = threading.Thread(target=end.wait)
            thread.start()
            started.append(thread)
    except RuntimeError:
        return False
    finally:
        end.set()
        for thread in started:
            thread.join()
    return True


def _fonts() -> Path:
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"

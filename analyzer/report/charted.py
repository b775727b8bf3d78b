"""What every page with charts has: both languages, the charts with the numbers behind them, style, script, policy."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from analyzer import resources
from analyzer.charts.packed import pack_charts
from analyzer.charts.spec import Chart
from analyzer.charts.frame import BOTTOM, LEFT, RIGHT, TOP, WIDTH
from analyzer.charts.svg import Worded, draw
from analyzer.report.bilingual import laid_over
from analyzer.report.templates import template
from analyzer.safe.names import visible
from analyzer.text import Words, words

Stacks = Sequence[Sequence[Chart]]


def render_charted(
    name: str,
    titles: Mapping[str, str],
    charts: Mapping[str, Stacks],
    key: str,
    more: Mapping[str, Any],
) -> str:
    """Return a page from a template; ``titles`` and ``charts`` are by language, the one to show first before others.

    ``key`` is what ticked boxes are remembered by, ``more`` what else the template names. Every name from a log is
    escaped, and the policy in the head allows our style sheet and our script, no request.
    """
    langs = list(titles)
    texts = [words(lang) for lang in langs]
    together = zip(*charts.values(), strict=True)  # one stack a language
    style, script = asset("chart.css") + asset("style.css"), asset("report.js")
    return template(name).render(
        lang=langs[0],
        languages=[(lang, text.ui("language")) for lang, text in zip(langs, texts, strict=True)],
        title=visible(titles[langs[0]]),
        ui=laid_over(langs, [text.sentences("_ui") for text in texts]),
        page=laid_over(langs, [text.of("_ui")["page"] for text in texts]),
        stacks=[[_figure(one, texts) for one in zip(*stack, strict=True)] for stack in together],
        data=_data(titles, charts, key, texts),
        style=style,
        script=script,
        hashes={"style": digest(style), "script": digest(script)},
        **more,
    )


@cache
def asset(name: str) -> Markup:
    """Return a style sheet or script of ours without indentation and whole-line comments: a fifth of its bytes."""
    lines = (resources.folder("report_templates") / name).read_text(encoding="utf-8").split("\n")
    kept = (line.strip() for line in lines)
    text = "\n".join(line for line in kept if line and not line.startswith(("//", "/**")))
    return Markup(text)  # noqa: S704 - our own file


def digest(text: str) -> str:
    """Return what the policy of a page calls a style sheet or script by."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _figure(charts: Sequence[Chart], texts: Sequence[Words]) -> dict[str, Any]:
    """Return what the template shows of one chart: drawing, names of the lines, table."""
    worded = [
        Worded(text.lang, chart, text.tick) for chart, text in zip(charts, texts, strict=True)
    ]
    shown = [
        {
            "title": one.title,
            "y_label": one.y_label,
            "names": [line.name for line in one.lines],
            "table": one.table,
        }
        for one in charts
    ]
    return {
        **laid_over([text.lang for text in texts], shown),
        "id": charts[0].id,
        "axis_said": charts[0].y_label.lower() not in charts[0].title.lower(),
        "roles": [line.role for line in charts[0].lines],
        "picture": Markup(draw(*worded, legend=False)),  # noqa: S704 - svg.py escapes every text
    }


def _data(
    titles: Mapping[str, str], charts: Mapping[str, Stacks], key: str, texts: Sequence[Words]
) -> Markup:
    """Return what the script reads, as JSON in which nothing can end the element that holds it."""
    data = {
        "frame": [LEFT, RIGHT, TOP, BOTTOM, WIDTH],
        "key": key,
        "titles": {lang: visible(title) for lang, title in titles.items()},
        "words": {text.lang: text.of("_ui")["page"] for text in texts},
        "names": {
            lang: [
                [visible(line.name) for line in chart.lines] for stack in stacks for chart in stack
            ]
            for lang, stacks in charts.items()
        },
        **pack_charts(next(iter(charts.values()))),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704

"""What every page with charts has: both languages, charts with their data, style and script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from markupsafe import Markup

from analyzer import resources
from analyzer.charts.frame import BOTTOM, LEFT
from analyzer.charts.lead import WIDE
from analyzer.charts.packed import pack_charts
from analyzer.charts.spec import Chart
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
    *,
    parts: Sequence[str] = (),
) -> str:
    """Return a page from a template.

    ``titles`` and ``charts`` are by language, the one to show first before the others. The page
    remembers ticked boxes by ``key``; ``more`` holds whatever else the template names, and
    ``parts`` name a style sheet and a script that not every page needs. Every name from a log is
    escaped, and the policy in the head allows our style sheet, our script, and no request.
    """
    langs = list(titles)
    texts = [words(lang) for lang in langs]
    stacks = []
    for versions in zip(*charts.values(), strict=True):  # of one stack, one per language
        stacks.append([_figure(chart, texts) for chart in zip(*versions, strict=True)])
    own = _own_parts(tuple(langs), tuple(parts))
    return template(name).render(
        lang=langs[0],
        languages=[(lang, text.ui("language")) for lang, text in zip(langs, texts, strict=True)],
        title=visible(titles[langs[0]]),
        ui=own.ui,
        page=own.page,
        stacks=stacks,
        data=_data(titles, charts, key, texts),
        style=own.style,
        script=own.script,
        hashes=own.hashes,
        **more,
    )


class _OwnParts(NamedTuple):
    """What all pages of some languages have in common."""

    ui: Mapping[str, Markup]
    page: Mapping[str, Any]
    style: Markup
    script: Markup
    hashes: Mapping[str, str]


@cache
def _own_parts(langs: tuple[str, ...], parts: tuple[str, ...]) -> _OwnParts:
    """Return our words, style sheet and script for a page, made once for all pages."""
    texts = [words(lang) for lang in langs]
    style = Markup("").join(asset(name) for name in _sheets(parts))
    script = Markup("\n").join(asset(f"{name}.js") for name in ("report", "save", *parts))
    return _OwnParts(
        ui=laid_over(langs, [text.sentences("_ui") for text in texts]),
        page=laid_over(langs, [text.of("_ui")["page"] for text in texts]),
        style=style,
        script=script,
        hashes={"style": digest(style), "script": digest(script)},
    )


def _sheets(parts: Sequence[str]) -> list[str]:
    return ["chart.css", "style.css", *(f"{name}.css" for name in parts)]


@cache
def asset(name: str) -> Markup:
    """Return a style sheet or script of ours, smaller by a fifth.

    Indentation and comments that take a whole line are left out.
    """
    lines = (resources.folder("report_templates") / name).read_text(encoding="utf-8").split("\n")
    kept = (line.strip() for line in lines)
    text = "\n".join(line for line in kept if line and not line.startswith(("//", "/*")))
    return Markup(text)  # noqa: S704 - our own file


def joined_assets(*names: str) -> Markup:
    """Return style sheets or scripts of ours as one."""
    return Markup("\n").join(asset(name) for name in names)


def digest(text: str) -> str:
    """Return the hash by which the policy of a page allows a style sheet or script."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _figure(charts: Sequence[Chart], texts: Sequence[Words]) -> dict[str, Any]:
    """Return what the template shows of one chart, given in each language."""
    worded = []
    captions = []
    for chart, text in zip(charts, texts, strict=True):
        worded.append(Worded(text.lang, chart, text.tick))
        names = [line.name for line in chart.lines]
        captions.append(
            {"title": chart.title, "y_label": chart.y_label, "names": names, "table": chart.table}
        )
    first = charts[0]
    return {
        **laid_over([text.lang for text in texts], captions),
        "id": first.id,
        "axis_said": first.y_label.lower() not in first.title.lower(),
        "is_wide": first.width >= WIDE,
        "is_raw_judged": any(line.is_behind for line in first.lines),
        "roles": [line.role for line in first.lines],
        "picture": Markup(draw(*worded, legend=False)),  # noqa: S704 - svg.py escapes every text
    }


def _data(
    titles: Mapping[str, str], charts: Mapping[str, Stacks], key: str, texts: Sequence[Words]
) -> Markup:
    """Return the JSON that the script reads; nothing in it can close the element around it."""
    data = {
        "frame": [LEFT, BOTTOM],
        "key": key,
        "titles": {lang: visible(title) for lang, title in titles.items()},
        "words": {text.lang: text.of("_ui")["page"] for text in texts},
        "names": {lang: _names(stacks) for lang, stacks in charts.items()},
        **pack_charts(next(iter(charts.values()))),
    }
    return embedded(data)


def embedded(data: Any) -> Markup:
    """Return JSON for a script to read; nothing in it can close the element around it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _names(stacks: Stacks) -> list[list[str]]:
    """Return the names of the lines of each chart."""
    charts = chain.from_iterable(stacks)
    return [[visible(line.name) for line in chart.lines] for chart in charts]

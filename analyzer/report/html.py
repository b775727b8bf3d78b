"""The report as one HTML file: inline SVG, CSS and a script of ours.

It makes no request, and nothing is missing from it without the script.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from markupsafe import Markup

from analyzer.model.diagnosis import Diagnosis
from analyzer.reading.site import index_page
from analyzer.report.bilingual import laid_over
from analyzer.report.charted import render_charted
from analyzer.report.content import Report, in_every_language
from analyzer.report.markdown import MARKDOWN, plain, render_markdown
from analyzer.report.templates import template
from analyzer.sentences import LANGUAGES
from analyzer.text import words

_PAGE = "report.html.j2"


def page(diagnosis: Diagnosis, lang: str, *, home: str = "") -> str:
    """Return the page of a diagnosis in all languages, the reader's shown. Raises ConfigError.

    ``home`` is a link to the folder that has the pages of all runs, if there is one.
    """
    return render_html(*in_every_language(diagnosis, lang), home=home)


def prepare() -> None:
    """Compile the templates of a page and load the numbers of its languages, once for many."""
    template(_PAGE)
    template(MARKDOWN, plain)
    for lang in LANGUAGES:
        words(lang).number(0.5)


def render_html(*reports: Report, home: str = "") -> str:
    """Return the page of one run from its reports, one per language; the first is shown first.

    ``home`` is a link to the folder that has the pages of all runs, if there is one.
    """
    first, langs = reports[0], [report.lang for report in reports]
    texts = {}
    for name in Report.__dataclass_fields__:
        if name != "charts":
            texts[name] = laid_over(langs, [getattr(report, name) for report in reports])
    return render_charted(
        _PAGE,
        titles={report.lang: f"{report.run}: {report.verdict_name}" for report in reports},
        charts={report.lang: report.charts for report in reports},
        key=first.key,
        more={
            "report": texts,
            "home": _homes(langs, home) if home else [],
            "verdict": first.verdict,
            "severities": [finding.severity for finding in first.findings],
            "issue_severities": [issue.severity for issue in first.issues],
            "marked": _marked(first),
            "drawings": _drawings(first),
            "images": any(view.frames for view in first.views),
            "markdown": [(report.lang, render_markdown(report)) for report in reports],
        },
        parts=["views"] if first.views else (),
    )


def _homes(langs: Sequence[str], folder: str) -> list[tuple[str, str]]:
    """Return the page of all runs in each language; the first is that of the site."""
    first, *others = langs
    return [(first, f"{folder}index.html"), *((lang, folder + index_page(lang)) for lang in others)]


def _drawings(report: Report) -> list[list[Markup]]:
    """Return the drawings of each view, which hold no word of a log."""
    return [[Markup(svg) for svg in view.drawings] for view in report.views]  # noqa: S704 - ours


def _marked(report: Report) -> dict[int, str]:
    """Return the id of the first chart that each finding marks, by the finding's index."""
    marked: dict[int, str] = {}
    for chart in chain.from_iterable(report.charts):
        for band in chart.bands:
            if band.finding is not None:
                marked.setdefault(band.finding, chart.id)
    return marked

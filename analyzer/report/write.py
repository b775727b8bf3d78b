"""Write a diagnosis or a comparison to a file; the suffix decides the format."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import AnalyzerError
from analyzer.model.diagnosis import Diagnosis
from analyzer.safe.files import make_folder_of, refuse_folder, write_atomically

if TYPE_CHECKING:
    from analyzer.comparing.comparison import Comparison


def _html(diagnosis: Diagnosis, lang: str) -> bytes:
    from analyzer.report.html import page

    return page(diagnosis, lang).encode()


def _markdown(diagnosis: Diagnosis, lang: str) -> bytes:
    from analyzer.report.content import build_report
    from analyzer.report.markdown import render_markdown

    return render_markdown(build_report(diagnosis, lang, output="report.md")).encode()


def _pdf(diagnosis: Diagnosis, lang: str) -> bytes:
    from analyzer.report.content import build_report
    from analyzer.report.pdf import render_pdf

    return render_pdf(build_report(diagnosis, lang, output="report.pdf"))


def _json(diagnosis: Diagnosis, lang: str) -> bytes:  # noqa: ARG001 - JSON has no language
    from analyzer.model.serial import dumps
    from analyzer.report.viewed import view_numbers

    views = view_numbers(diagnosis)
    document = diagnosis.to_dict()
    return dumps({**document, "views": views} if views else document).encode()


FORMATS: Mapping[str, Callable[[Diagnosis, str], bytes]] = {
    ".html": _html,
    ".pdf": _pdf,
    ".md": _markdown,
    ".json": _json,
}


def write_report(diagnosis: Diagnosis, path: str | os.PathLike[str], *, lang: str = "en") -> Path:
    """Write the report of a run and return its path.

    The suffix decides the format: .html, .pdf, .md or .json. The file is written under another
    name and renamed, so nobody sees half a report; its folder is made if need be. Raises
    AnalyzerError if the suffix is unknown or the folder is not writable.
    """
    target = Path(path)
    render = FORMATS.get(target.suffix.lower())
    if render is None:
        refuse_folder(target)
        raise AnalyzerError(
            f"{target.name}: unknown report format; use a name that ends in {', '.join(FORMATS)}"
        )
    content = render(diagnosis, lang)
    make_folder_of(target)
    write_atomically(target, content)
    return target


def write_comment(body: str, path: str | os.PathLike[str]) -> Path:
    """Write a comment and return its path.

    Raises AnalyzerError if its name does not end in .md or the folder is not writable.
    """
    target = Path(path)
    if target.suffix.lower() != ".md":
        refuse_folder(target)
        raise AnalyzerError(f"{target.name}: unknown format; use a name that ends in .md")
    make_folder_of(target)
    write_atomically(target, body.encode("utf-8", "replace"))
    return target


def write_comparison(
    comparison: Comparison, path: str | os.PathLike[str], *, lang: str = "en"
) -> Path:
    """Write a comparison and return its path.

    The suffix decides the format: .html, .md, .json, .tex or .xlsx. Raises AnalyzerError if the
    suffix is unknown or the folder is not writable.
    """
    from analyzer.model.serial import dumps
    from analyzer.report.compared_files import render_compared_latex, render_compared_sheets
    from analyzer.report.compared_pages import render_compared_html, render_compared_markdown

    target = Path(path)
    formats: Mapping[str, Callable[[], str | bytes]] = {
        ".html": lambda: render_compared_html(comparison, lang),
        ".md": lambda: render_compared_markdown(comparison, lang),
        ".json": lambda: dumps(comparison.to_dict(lang)),
        ".tex": lambda: render_compared_latex(comparison, lang),
        ".xlsx": lambda: render_compared_sheets(comparison, lang),
    }
    render = formats.get(target.suffix.lower())
    if render is None:
        refuse_folder(target)
        raise AnalyzerError(
            f"{target.name}: unknown format; use a name that ends in {', '.join(formats)}"
        )
    content = render()
    encoded = content.encode("utf-8", "replace") if isinstance(content, str) else content
    make_folder_of(target)
    write_atomically(target, encoded)
    return target

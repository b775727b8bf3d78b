"""The report inside a notebook: the whole page in a frame of its own, so that no style leaks in or out."""

from __future__ import annotations

from html import escape

from analyzer.model import Diagnosis
from analyzer.report.content import build_report
from analyzer.report.html import page

_HEIGHT = 680  # pixels: the verdict, the facts and the first row of curves; the rest scrolls


def inline(diagnosis: Diagnosis, lang: str = "en") -> str:
    """Return one ``<iframe>`` with the page of a diagnosis; its script runs, and reaches nothing outside the frame."""
    report = build_report(diagnosis, lang)
    title = escape(f"{report.run}: {report.verdict_name}")
    style = f"width: 100%; height: {_HEIGHT}px; border: 0; resize: vertical"
    frame = f'sandbox="allow-scripts" srcdoc="{escape(page(diagnosis, lang))}" style="{style}"'
    return f'<iframe title="{title}" {frame}></iframe>'

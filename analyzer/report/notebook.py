"""The report in a notebook: the whole page in its own frame, so no style leaks in or out."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from analyzer import engine
from analyzer.config import Config, read_config
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run

_HEIGHT = 680  # pixels: the verdict, the facts and the first row of curves; the rest scrolls


@dataclass(frozen=True, eq=False, repr=False)
class ShownDiagnosis(Diagnosis):
    """A diagnosis that a notebook shows as its report if it is the last value of a cell."""

    def to_markdown(self, lang: str = "en") -> str:
        """Return the report as Markdown, as ``write_report`` writes it to a .md file."""
        from analyzer.report.content import build_report
        from analyzer.report.markdown import render_markdown

        return render_markdown(build_report(self, lang, output="report.md"))

    def _repr_html_(self) -> str:
        return inline(self)


def diagnose(run: Run | Any, config: Config | None = None) -> ShownDiagnosis:
    """Return the diagnosis of a run: its verdict, and the result of each check.

    A history in memory will do as well: a dict of lists, a data frame, a list of dicts, two lists
    (train, val), or what ``fit`` of Keras returns (see ``from_history``). A notebook shows the
    diagnosis as its report. The settings are those of ``config``, by default of analyzer.toml or
    pyproject.toml of the current folder or a parent, as for the commands.

    Raises ConfigError if a setting names an unknown detector or threshold, and TypeError if ``run``
    is neither a run nor a history.
    """
    _check_config(config)
    settings = read_config() if config is None else config
    if not isinstance(run, Run):
        from analyzer.reading.in_memory import from_history

        run = from_history(run, names=settings.metrics)
    return ShownDiagnosis(**vars(engine.diagnose(run, settings)))


def _check_config(config: object) -> None:
    """Raise TypeError for two lists that were passed as two arguments, or another object."""
    if config is None or isinstance(config, Config):
        return
    fix = "pass analyzer.Config(detectors={...})"
    if isinstance(config, list | tuple | np.ndarray):
        fix = "pass two lists as one: diagnose((train, val))"
    raise TypeError(f"config: {type(config).__name__} is not an analyzer.Config; {fix}")


def inline(diagnosis: Diagnosis, lang: str = "en") -> str:
    """Return an ``<iframe>`` with the page of a diagnosis.

    The script of the page runs but reaches nothing outside the frame.
    """
    from analyzer.report.content import build_report
    from analyzer.report.html import page

    report = build_report(diagnosis, lang)
    title = escape(f"{report.run}: {report.verdict_name}")
    style = f"width: 100%; height: {_HEIGHT}px; border: 0; resize: vertical"
    frame = f'sandbox="allow-scripts" srcdoc="{escape(page(diagnosis, lang))}" style="{style}"'
    return f'<iframe title="{title}" {frame}></iframe>'

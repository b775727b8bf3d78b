"""A comparison for a notebook: a table, or Markdown to paste into a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from analyzer.comparing import comparison
from analyzer.comparing.comparison import Comparison
from analyzer.config import Config, read_config
from analyzer.model.run import Run


@dataclass(frozen=True, eq=False, repr=False)
class ShownComparison(Comparison):
    """A comparison that can be pasted into a note."""

    def to_markdown(self, lang: str = "en") -> str:
        """Return the comparison as Markdown, as the command writes it to a .md file."""
        from analyzer.report.compared_pages import render_compared_markdown

        return render_compared_markdown(self, lang)


def compare(
    runs: Sequence[Run],
    baseline: str | Run | None = None,
    *,
    group: str | Sequence[str] = (),
    config: Config | None = None,
) -> ShownComparison:
    """Compare runs by the level, at its best, of the metric that most of them are judged by.

    The parameters and errors are those of ``analyzer.comparing.comparison.compare``. A notebook
    shows the comparison as a table of its sides. Without ``config``, the settings are those that
    ``diagnose`` takes.
    """
    settings = read_config() if config is None else config
    made = comparison.compare(runs, baseline, group=group, config=settings)
    kept = {field.name: getattr(made, field.name) for field in fields(made)}
    return ShownComparison(**kept)

"""A diagnosis in a notebook: the whole page in a frame that nothing gets out of."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import analyzer
from analyzer import synthetic
from analyzer.report.html import page
from analyzer.report.write import write_comparison


class Tags(HTMLParser):
    """Collects the elements of a fragment with their attributes, references resolved."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_is_in_a_frame_that_reaches_nothing_outside_it() -> None:
    diagnosis = analyzer.diagnose(synthetic.overfitting(3).run)
    [(tag, attributes)] = Tags(diagnosis._repr_html_()).found
    assert tag == "iframe"
    # An origin of its own: no cookie, no store, no parent, no form.
    assert attributes["sandbox"] == "allow-scripts"
    assert attributes["srcdoc"] == page(diagnosis, "en")


def test_a_name_cannot_close_the_frame() -> None:
    run = replace(synthetic.overfitting(3).run, name='x"></iframe><script>alert(1)</script>')
    assert [tag for tag, _ in Tags(analyzer.diagnose(run)._repr_html_()).found] == ["iframe"]


def test_a_comparison_and_a_diagnosis_are_markdown_as_in_a_file(tmp_path: Path) -> None:
    runs = [replace(synthetic.overfitting(seed).run, name=f"try {seed}") for seed in (1, 2)]
    diagnosis, comparison = analyzer.diagnose(runs[0]), analyzer.compare(runs)
    for lang in ("en", "es"):
        analyzer.write_report(diagnosis, tmp_path / "one.md", lang=lang)
        assert diagnosis.to_markdown(lang) == (tmp_path / "one.md").read_text(encoding="utf-8")
        write_comparison(comparison, tmp_path / "two.md", lang=lang)
        assert comparison.to_markdown(lang) == (tmp_path / "two.md").read_text(encoding="utf-8")


def test_a_second_history_gets_the_hint_for_two_lists_and_settings_that_for_a_config() -> None:
    losses = [1.0, 0.5, 0.4]
    for second in (losses, tuple(losses), np.array(losses)):
        with pytest.raises(TypeError, match=r"pass two lists as one: diagnose\(\(train, val\)\)"):
            analyzer.diagnose(losses, second)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"pass analyzer\.Config\(detectors=\{\.\.\.\}\)"):
        analyzer.diagnose({"loss": losses}, {"plateau": {}})  # type: ignore[arg-type]

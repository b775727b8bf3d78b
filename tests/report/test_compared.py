"""A comparison in words: names are text, what differs looks different, what is missing is said."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.model.run import Run
from analyzer.report.compared import build_compared
from analyzer.report.compared_pages import render_compared_terminal
from analyzer.report.write import write_comparison

HOSTILE = '"><script>alert(1)</script>@x'


def run(name: str, best: float, **config: Any) -> Run:
    """Return a run whose best validation loss is ``best``."""
    fall = np.geomspace(3, 1, 40) * best
    curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_page_markdown_and_json_are_written_with_names_as_text(tmp_path: Path, lang: str) -> None:
    found = compare([run(HOSTILE, 1.0, **{HOSTILE: HOSTILE}), run("b", 1.0)])
    page = write_comparison(found, tmp_path / "c.html", lang=lang).read_text(encoding="utf-8")
    tags = Tags(page).tags
    assert (tags.count("script"), tags.count("svg"), "img" in tags) == (2, 2, False)
    markdown = write_comparison(found, tmp_path / "c.md", lang=lang).read_text(encoding="utf-8")
    assert "<script" not in markdown.replace("\\<script", "")
    assert "@x" not in markdown
    assert (
        json.loads(write_comparison(found, tmp_path / "c.json").read_text(encoding="utf-8"))
        == found.to_dict()
    )
    assert "script" in render_compared_terminal(found, lang)


def test_eight_sides_are_drawn_and_the_rest_is_said() -> None:
    found = build_compared(compare([run(f"r{index}", 1.0, lr=index) for index in range(11)]))
    assert len(found.charts[0][0].lines) == 8
    assert found.not_drawn == "The best 8 of 11 groups are drawn."


def test_settings_that_differ_are_shown_to_differ() -> None:
    sweep = [
        run(f"r{at}", 1 + at / 10, lr=lr)
        for at, lr in enumerate((0.001, 0.0012345, 0.0012349, 0.1, 0.2, 0.3))
    ]
    shown = [row[1] for row in build_compared(compare(sweep)).settings]
    assert len(set(shown)) == 6


def judged_run(seed: int, lr: float, *, rises: bool) -> Run:
    """Return a run of 60 epochs whose validation loss rises again, or stays down."""
    epochs = np.arange(60)
    draws = np.random.default_rng(1000 * seed + round(100 * lr))
    jitter = 0.005 * draws.standard_normal((2, 60))
    fall = 2 * np.exp(-epochs / 8)
    rise = 0.02 * np.maximum(epochs - 20, 0) if rises else 0.0
    curves = {
        ("train", "loss"): 0.15 + fall + jitter[0],
        ("val", "loss"): 0.35 + fall + rise + jitter[1],
    }
    return synthetic.of_curves(f"lr{lr}-s{seed}", curves, config={"seed": seed, "lr": lr})


def test_repeats_with_different_verdicts_are_called_unstable_over_seeds(tmp_path: Path) -> None:
    runs = [judged_run(seed, 0.1, rises=seed < 3) for seed in range(4)]
    runs += [judged_run(seed, 0.2, rises=False) for seed in range(4)]
    found = compare(runs)
    english = "lr0.1-s0 (+3) is unstable over seeds: 3 overfitting, 1 healthy."
    spanish = "lr0.1-s0 (+3) es inestable según la semilla: sobreajuste (3), sin problemas (1)."
    assert build_compared(found).warnings == (english,)
    assert build_compared(found, "es").warnings == (spanish,)
    assert render_compared_terminal(found, "en").count(english) == 1
    page = write_comparison(found, tmp_path / "c.html").read_text(encoding="utf-8")
    assert page.count("is unstable over seeds") == 1
    told = [(side["verdicts"], side["unstable_over_seeds"]) for side in found.to_dict()["sides"]]
    assert told == [({"overfitting": 3, "healthy": 1}, True), ({"healthy": 4}, False)]


def test_many_unstable_groups_share_a_warning() -> None:
    runs = [
        judged_run(seed, 0.1 * (1 + lr), rises=seed > 0) for lr in range(6) for seed in range(2)
    ]
    warnings = build_compared(compare(runs)).warnings
    assert sum("unstable" in warning for warning in warnings) == 1
    assert warnings[0].startswith("6 of 6 groups of repeats are unstable over seeds")

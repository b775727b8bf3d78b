"""The words in a figure: sizes in letters, and names on one line."""

from __future__ import annotations

from matplotlib.figure import Figure

from analyzer.charts.figure_words import height, one_line, width
from analyzer.charts.styles import STYLES

PAPER = STYLES["paper"]


def test_axes_are_measured_in_font_sizes() -> None:
    axes = Figure(figsize=(8 * PAPER.font / 72, 4 * PAPER.font / 72)).add_axes((0, 0, 0.5, 1))
    assert round(width(axes, PAPER), 6) == 4
    assert round(width(axes, PAPER, share=1.0), 6) == 8
    assert round(height(axes, PAPER), 6) == 4


def test_a_name_is_one_line_that_fits_and_is_never_hidden() -> None:
    assert one_line("a\nb", 10) == "a␊b"
    assert one_line("x" * 50, 9) == "xxxx…xxxx"
    assert one_line("_child", 10) == "\N{WORD JOINER}_child"

"""Styles: the colours of the page, letters that can be read, widths in the units of papers."""

from __future__ import annotations

import re

import pytest

from analyzer.charts.styles import STYLES, fitted, inches, style_named
from analyzer.errors import ConfigError
from analyzer.resources import folder


@pytest.mark.parametrize(
    ("size", "width"),
    [("3.3in", 3.3), ("84mm", 3.307), ("8.4cm", 3.307), ("240pt", 3.333), (5, 5), (" 4 in ", 4)],
)
def test_a_width_is_read_in_the_units_of_papers(size: str | float, width: float) -> None:
    assert inches(size) == pytest.approx(width, abs=1e-3)


def test_an_unknown_style_names_those_that_exist() -> None:
    with pytest.raises(ConfigError, match='unknown style "poster"; there are: paper, talk, dark'):
        style_named("poster")


def test_a_narrower_figure_has_smaller_letters_down_to_a_readable_size() -> None:
    talk = style_named("talk")
    assert fitted(talk, 5.0).font == talk.font / 2
    assert fitted(talk, 5.0).line == talk.line / 2
    assert fitted(talk, 2.0).font == 6
    assert fitted(talk, 20.0) == talk


@pytest.mark.parametrize("name", STYLES)
def test_every_style_has_the_same_roles_and_as_many_colours_for_sides(name: str) -> None:
    style = STYLES[name]
    assert set(style.roles) == set(STYLES["paper"].roles)
    assert len(style.sides) == len(set(style.sides)) == 8
    assert style.colour("a role of tomorrow") == style.roles["gap"]


def test_figures_have_the_colours_of_the_page() -> None:
    sheet = (folder("report_templates") / "chart.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+):\s*(#\w+);", sheet[: sheet.index("@media")]))
    paper = STYLES["paper"]
    for role in set(paper.roles) - {"unsaid"}:  # which has the colour of a learning rate
        assert light[role] == paper.roles[role]
    assert ".unsaid { stroke: var(--lr)" in sheet
    assert paper.roles["unsaid"] == paper.roles["lr"]
    sides = dict(re.findall(r"\.side-(\d) \{ stroke: (#\w+);", sheet))
    assert list(sides.values())[: len(paper.sides)] == list(paper.sides)

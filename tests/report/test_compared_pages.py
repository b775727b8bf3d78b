"""A comparison on paper: page, Markdown and terminal say the same."""

from __future__ import annotations

import re

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import Comparison, compare
from analyzer.report.compared import build_compared
from analyzer.report.compared_pages import (
    fitted,
    render_compared_html,
    render_compared_markdown,
    render_compared_terminal,
)
from analyzer.report.compared_tables import HEADS

AB = (("a", 1.0), ("b", 1.5))


@pytest.fixture(scope="module")
def found() -> Comparison:
    fall = np.geomspace(3, 1, 40)
    runs = [
        synthetic.of_curves(
            name, {("train", "loss"): fall, ("val", "loss"): fall * best}, config={"lr": best}
        )
        for name, best in (("a", 1.0), ("b\x1b[31m", 1.5))
    ]
    return compare(runs)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_all_forms_have_the_same_sentences(found: Comparison, lang: str) -> None:
    start = build_compared(found, lang).sentences[0].split("b")[0][:12]
    for shown in (
        render_compared_html(found, lang),
        render_compared_markdown(found, lang),
        render_compared_terminal(found, lang),
    ):
        assert start in shown


def test_the_terminal_aligns_its_table_and_shows_control_characters(found: Comparison) -> None:
    text = render_compared_terminal(found, "en")
    assert "\x1b" not in text
    rows = [line for line in text.splitlines() if line.startswith(("a  ", "b"))]
    ends = {line.rindex("healthy") for line in rows if "healthy" in line}
    assert len(ends) <= 1  # columns lie below each other
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_narrow_terminal_gets_the_columns_that_fit_and_broken_lines() -> None:
    fall = np.geomspace(3, 1, 40)
    runs = [
        synthetic.of_curves(f"a_long_name_of_a_run_{at}", {("val", "loss"): (1 + at / 9) * fall})
        for at in range(4)
    ]
    made = compare(runs)
    whole = render_compared_terminal(made, "en")
    assert "best point" in whole
    for width in (40, 60, 90):
        lines = render_compared_terminal(made, "en", width=width).splitlines()
        assert all(len(line) <= max(width, 60) for line in lines if "a_lo" not in line)
        (row,) = [line for line in lines if line.endswith("healthy") and "_0 " in line] or [""]
        assert len(row) <= width
        assert "best point" not in "".join(lines)


def test_columns_are_left_out_until_a_table_fits() -> None:
    rows = [(name * 15, *("123456789" for _ in HEADS[1:])) for name in ("xy", "ab")]
    assert fitted([HEADS, *rows], 300) == [HEADS, *rows]
    assert fitted([HEADS, *rows], 74)[0] == ("side", "answer", "best", "difference")
    narrow = fitted([HEADS, *rows], 40)
    assert narrow[0] == ("side", "answer", "best")  # these always stay
    assert [len(row[0]) for row in narrow[1:]] == [16, 16]


def test_a_long_head_takes_several_lines_and_names_stay_apart() -> None:
    head = ("group", "answer", "runs", "validation loss at its best: level", *HEADS[4:])
    names = ("learning_rate=0.1, weight_decay=0", "learning_rate=0.2, weight_decay=0")
    rows = [(name, *("1" for _ in head[1:])) for name in names]
    table = fitted([head, *rows], 40)
    assert [row[2] for row in table[:-2]] == ["validation", "loss at its", "best: level"]
    assert table[2][:2] == ("group", "answer")
    assert [row[0] for row in table[-2:]] == list(names)  # cut, both would look the same


def test_the_page_is_the_same_every_time_and_remembers_by_its_values(found: Comparison) -> None:
    assert render_compared_html(found, "en") == render_compared_html(found, "en")


def test_a_part_without_rows_is_a_line_at_the_foot_of_the_page(found: Comparison) -> None:
    page = render_compared_html(found, "en")
    body, foot = page.split("</main>")
    assert 'id="changed"' in body
    assert "Which settings matter" not in re.sub("(?s)<script.*", "", body).replace("</h2>", "")
    assert "Rank correlations need more than 20 runs" in foot
    fall = np.geomspace(3, 1, 40)
    alike = [synthetic.of_curves(name, {("val", "loss"): fall * up}) for name, up in AB]
    body, foot = render_compared_html(compare(alike), "es").split("</main>")
    assert 'id="changed"' not in body
    assert "Los logs no contienen ningún parámetro distinto de los de a." in foot


def test_settings_and_results_are_tables_with_heads_in_markdown() -> None:
    fall = np.geomspace(3, 1, 40)
    runs = [
        synthetic.of_curves(f"r{at}", {("val", "loss"): (1 + 0.05 * at) * fall}, config={"lr": at})
        for at in range(31)
    ]
    made = compare(runs)
    lines = [line.strip() for line in render_compared_markdown(made, "en").splitlines()]
    at = lines.index("| setting | rank correlation | p-value (Holm-adjusted) |")
    assert lines[at + 1 : at + 3] == ["| --- | --- | --- |", r"| lr | 1 | \< 0.1% |"]
    has_importances = "| setting | importance | 95% interval | p-value (Holm-adjusted) |" in lines
    assert has_importances == bool(made.importances)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_ranking_shows_its_curves_first_and_its_best_settings_as_options(lang: str) -> None:
    fall = np.geomspace(3, 1, 40)
    runs = [
        synthetic.of_curves(f"r{at}", {("val", "loss"): (1 + at) * fall}, config={"lr": at / 8})
        for at in range(9)
    ]
    made = compare(runs)
    page = render_compared_html(made, lang)
    assert page.index("<figure") < page.index('class="sides"')
    assert "<code>--lr 0.0</code>" in page
    assert "lr 0.0" in render_compared_markdown(made, lang)
    assert ": --lr 0.0\n" in render_compared_terminal(made, lang)

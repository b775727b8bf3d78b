"""The chart of a comment: with the baseline, both to their ends, or alone."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment_chart import comment_chart
from analyzer.text import words

TEXT = words("en")


def of(name: str, length: int) -> Diagnosis:
    fall = np.geomspace(3, 1, length)
    curves = {("train", "loss"): fall * 0.9, ("val", "loss"): fall}
    return diagnose(synthetic.of_curves(name, curves))


def test_a_run_of_the_same_length_is_drawn_with_its_baseline() -> None:
    here, base = of("here", 40), of("base", 36)
    chart = comment_chart([here], [base], here, TEXT)
    assert "here" in chart.colours
    assert chart.code.count("line [") == 2


def lines_of(code: str) -> list[list[float]]:
    rows = [line for line in code.splitlines() if line.startswith("  line")]
    return [[float(value) for value in row.split("[")[1].rstrip("]").split(",")] for row in rows]


@pytest.mark.parametrize(("here", "base"), [(40, 20), (20, 40)])
def test_a_longer_run_is_drawn_to_its_end_and_the_shorter_one_says_where_it_ended(
    here: int, base: int
) -> None:
    this, other = of("here", here), of("base", base)
    chart = comment_chart([this], [other], this, TEXT)
    drawn = lines_of(chart.code)
    assert [len(values) for values in drawn] == [40, 40]
    shorter = drawn[0 if base < here else 1]
    assert len(set(shorter[20:])) == 1
    name = "baseline" if base < here else "here"
    said = f"From epoch 19 on, the line of {name} only holds its last value: it ended there."
    assert chart.colours.endswith(said)
    spanish = comment_chart([this], [other], this, words("es")).colours
    assert "solo mantiene su último valor: terminó ahí." in spanish


def test_a_baseline_of_which_hardly_a_place_would_be_seen_is_not_drawn() -> None:
    here, base = of("here", 400), of("base", 20)
    chart = comment_chart([here], [base], here, TEXT)
    assert chart.colours.endswith(TEXT.of("_comment")["baseline_not_drawn"])


def test_a_run_without_a_loss_has_no_chart() -> None:
    run = diagnose(synthetic.of_curves("r", {("", "lr"): np.ones(9)}))
    assert comment_chart([run], [], run, TEXT) == ("", "")


def test_a_value_outside_the_chart_is_told_in_a_sentence_of_its_own() -> None:
    loss = np.r_[29.0, np.linspace(2, 1, 59)]
    run = diagnose(synthetic.of_curves("high", {("val", "loss"): loss}))
    assert comment_chart([run], [], run, TEXT).colours == "🟦 Blue: validation. Off the chart: 29."


def test_nothing_is_told_of_a_chart_that_shows_every_value() -> None:
    run = of("calm", 40)
    legend = "🟦 Blue: training; 🟧 orange: validation."
    assert comment_chart([run], [], run, TEXT).colours == legend


def test_what_is_averaged_or_left_out_is_told() -> None:
    run = diagnose(synthetic.of_curves("long", {("val", "loss"): np.geomspace(100, 0.01, 500)}))
    chart = comment_chart([run], [], run, TEXT)
    assert "Each point is the mean of the values around it. Drawn from epoch 381: " in chart.colours
    assert "log10" not in chart.code


def test_spanish_says_that_a_point_separates_the_decimals() -> None:
    run = of("calm", 40)
    chart = comment_chart([run], [], run, words("es"))
    assert chart.colours.endswith("(en los ejes, el punto separa los decimales).")

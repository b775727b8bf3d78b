"""Charts that are read together: linked by what their x axes count."""

from __future__ import annotations

import numpy as np

from analyzer.charts.links import links_of, shared_units
from analyzer.charts.spec import Chart, Line
from analyzer.stats.arrays import Floats


def chart(name: str, **axes: Floats) -> Chart:
    x = next(iter(axes.values()))
    line = Line("val", "validation", x, x, axes=axes)
    return Chart(
        id=name,
        title="",
        description="",
        x_label="",
        y_label="",
        unit="step",
        lines=(line,),
        y_low=0.0,
        y_high=1.0,
    )


STEPS = np.arange(30.0)


def test_charts_with_epochs_are_linked_by_epoch() -> None:
    charts = [chart("a", step=STEPS, epoch=STEPS), chart("b", step=STEPS * 9, epoch=STEPS)]
    assert links_of(charts) == {"a": "epoch", "b": "epoch"}


def test_charts_of_which_one_lacks_epochs_are_linked_by_step() -> None:
    charts = [chart("a", step=STEPS, epoch=STEPS), chart("b", step=STEPS)]
    assert links_of(charts) == {"a": "step", "b": "step"}


def test_a_chart_that_shares_no_axis_is_linked_to_itself() -> None:
    charts = [
        chart("a", step=STEPS, epoch=STEPS),
        chart("b", step=STEPS),
        chart("c", step=STEPS * 100),
    ]
    assert links_of(charts) == {"a": "epoch", "b": "step", "c": "c"}


def test_steps_that_tell_no_points_apart_link_nothing() -> None:
    charts = [chart("a", step=np.full(30, 7.0)), chart("b", step=STEPS)]
    assert links_of(charts) == {"a": "a", "b": "step"}
    assert shared_units(charts) == []


def test_a_unit_is_shared_if_every_line_has_it() -> None:
    timed = chart("a", step=STEPS, epoch=STEPS, hours=STEPS / 60)
    assert shared_units([timed]) == ["epoch", "step", "hours"]
    assert shared_units([timed, chart("b", step=STEPS, epoch=STEPS)]) == ["epoch", "step"]

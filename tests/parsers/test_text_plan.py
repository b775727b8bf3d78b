"""The numbers of a line of console output."""

from __future__ import annotations

from analyzer.parsers._text_plan import EPOCH, STEP, VALUE, Field, Span, without_lesser_axes

PLACE = Span(0, 1)


def test_of_each_kind_of_axis_the_one_that_counts_most_stays() -> None:
    batch = Field(STEP, "batch", PLACE, rank=9)
    step = Field(STEP, "step", PLACE, rank=0)
    epoch, loss = Field(EPOCH, "epoch", PLACE), Field(VALUE, "loss", PLACE)
    assert without_lesser_axes([batch, loss, epoch, step]) == [loss, epoch, step]


def test_of_two_axes_that_count_as_much_the_first_stays() -> None:
    first, second = Field(EPOCH, "epoch", PLACE), Field(EPOCH, "ep", PLACE)
    assert without_lesser_axes([first, second]) == [first]

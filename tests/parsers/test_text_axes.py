"""The axes of console output."""

from __future__ import annotations

import numpy as np

from analyzer.parsers._text_axes import axis_of, distinct
from analyzer.parsers._text_plan import EPOCH, STEP
from analyzer.parsers._text_scan import scan_text


def test_distinct_numbers_are_sorted() -> None:
    parts = [np.array([3, 1, 3]), np.array([2, 1])]
    assert distinct(parts).tolist() == [1, 2, 3]
    assert distinct([]).tolist() == []


def test_an_axis_is_in_force_until_it_is_printed_again() -> None:
    columns = scan_text([b"epoch 1\nloss 0.5\nepoch 2\nloss 0.4\n"])
    axis = axis_of(columns, EPOCH)
    assert axis.at(np.array([0, 1, 3])).tolist() == [1, 1, 2]
    assert axis.after(np.array([0, 1])).tolist() == [1, 2]
    assert axis.own(np.array([1, 2])).tolist() == [False, True]


def test_the_length_of_an_epoch_is_no_epoch() -> None:
    columns = scan_text([b"1 epoch = 20 batches\nstep 0 | loss: 10.5\nstep 1 | loss: 9.5\n"])
    assert axis_of(columns, EPOCH).names == ()
    assert axis_of(columns, STEP).values.tolist() == [0, 1]

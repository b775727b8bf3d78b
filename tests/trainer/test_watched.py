"""The sets of a pack, and the error of the rise of the loss on fresh data."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.watched import Rise, Sets, by_first_input  # noqa: E402 - needs torch


def test_the_error_is_that_of_the_paired_difference_from_the_lowest_epoch():
    generator = torch.Generator().manual_seed(1)
    each = torch.rand(3, 2, 500, generator=generator)  # epochs, members, examples
    each[1] -= 0.4
    rise = Rise([3, 0], 500, torch.device("cpu"))
    for epoch in range(3):
        rise.observe(np.array([0, 1]), epoch, each[epoch].mean(1), each[epoch])
    difference = (each[2, 0] - each[1, 0]).numpy()
    expected = difference.std(ddof=1) / 500**0.5
    assert float(rise.error[0]) == pytest.approx(expected, rel=1e-4)
    assert float(rise.error[1]) == 0.0  # not followed


def test_epochs_after_the_log_do_not_count():
    rise = Rise([1], 4, torch.device("cpu"))
    rise.observe(np.array([0]), 0, torch.tensor([1.0]), torch.ones(1, 4))
    rise.observe(np.array([0]), 1, torch.tensor([0.5]), torch.zeros(1, 4))
    assert rise.best.tolist() == [1.0]


def test_rows_are_sorted_by_their_first_input_and_padding_stays_last():
    inputs = torch.tensor([[[3.0, 0.0], [1.0, 1.0], [2.0, 2.0], [-9.0, 3.0]]])
    target, weights = torch.arange(4)[None], torch.tensor([[[1 / 3, 1 / 3, 1 / 3, 0.0]]])
    found = by_first_input(Sets(inputs, target, weights))
    assert found.target.tolist() == [[1, 2, 0, 3]]
    assert found.inputs[0, :, 0].tolist() == [1.0, 2.0, 3.0, -9.0]

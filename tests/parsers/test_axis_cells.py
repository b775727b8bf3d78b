"""The cells of an axis may be more than a number; those of a metric are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.parsers._axis_cells import with_counts
from analyzer.parsers._column import Column


def column(name: str, *cells: str) -> Column:
    rows = len(cells)
    missing = np.zeros(rows, dtype=bool)
    return Column(name, np.full(rows, np.nan), missing, dict(enumerate(cells)))


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (("1/40", "2/40", "40/40"), [1, 2, 40]),
        (("Epoch 3", "epoch_4", "E5"), [3, 4, 5]),
        (("0.5k", "1k", "1.5K"), [500, 1000, 1500]),
        (("1M", "1,5M", "2m"), [1_000_000, 1_500_000, 2_000_000]),
        (("step 500", "step 1,000", "step 2,000,000"), [500, 1000, 2_000_000]),
        (("500/1,000", "1,000/1,000"), [500, 1000]),
        (("1 de 9", "2 of 9", "3 von 9"), [1, 2, 3]),
    ],
)
def test_an_axis_counts(cells: tuple[str, ...], numbers: list[float]) -> None:
    (found,) = with_counts([column("epoch", *cells)])
    assert found.value.tolist() == numbers
    assert found.present.all()
    assert found.text == {}


@pytest.mark.parametrize("cells", [("1/40", "warmup", "3/40"), ("v1.2.3", "v1.2.4")])
def test_an_axis_with_another_cell_stays_text(cells: tuple[str, ...]) -> None:
    (found,) = with_counts([column("epoch", *cells)])
    assert dict(found.text) == dict(enumerate(cells))


def test_a_metric_is_left_alone() -> None:
    (found,) = with_counts([column("accuracy", "95/100", "96/100")])
    assert len(found.text) == 2

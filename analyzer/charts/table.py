"""The values behind a chart: a few rows that tell its story to readers who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.spec import Line, Table

if TYPE_CHECKING:
    from analyzer.text import Words

ROWS = 12  # a screen reader reads each aloud


def table_of(lines: Sequence[Line], axis: str, words: Words) -> Table:
    """Return rows spread evenly over the last line (held-out data), with its lowest and highest.

    Other lines show the value of their nearest point.
    """
    base = lines[-1]
    even = np.linspace(0, len(base.x) - 1, min(ROWS - 2, len(base.x))).round().astype(int)
    rows = np.unique([*even, int(base.y.argmin()), int(base.y.argmax())])
    columns = [[words.position(float(base.x[row])) for row in rows]]
    for line in lines:
        nearest = np.rint(np.interp(base.x[rows], line.x, np.arange(len(line.x)))).astype(int)
        columns.append([words.number(float(line.y[index])) for index in nearest])
    return Table((axis, *(line.name for line in lines)), tuple(zip(*columns, strict=True)))

"""Small pictures of the logged series that no chart of a report shows."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.charts.limits import DRAWABLE, spans_decades
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.thin import column_extremes

if TYPE_CHECKING:
    from analyzer.text import Words

MOST = 24  # pictures: about 30 KB of a page
WIDTH, HEIGHT = 200, 56  # pixels of a picture
_COLUMNS = 100  # of a long curve: more cannot be seen at this size
_EDGE = 2  # pixels between a curve and the edge of its picture


class Thumbnail(NamedTuple):
    """A series in one small picture: its name, an SVG path, and its values in words."""

    name: str
    path: str
    low: str
    high: str
    last: str


class Gallery(NamedTuple):
    """The first pictures of the series that are not drawn elsewhere, and the number of all.

    A series of fewer than two finite points has no picture and is not counted.
    """

    pictures: tuple[Thumbnail, ...]
    total: int


def gallery(run: Run, drawn: Collection[str], words: Words) -> Gallery:
    """Return pictures of the series of a run whose metric is not among the ``drawn`` ones."""
    metrics = dict.fromkeys(series.metric for series in run.series if series.metric not in drawn)
    pictures: list[Thumbnail] = []
    count = 0
    for metric in metrics:
        for split in run.splits(metric):
            curve = run.find_curve(metric, split)
            if curve is None or curve.finite_points < 2:
                continue
            count += 1
            if count <= MOST:
                pictures.append(_picture(curve, words))
    return Gallery(tuple(pictures), count)


def _picture(curve: Curve, words: Words) -> Thumbnail:
    finite = curve.finite()
    low, high = float(finite.value.min()), float(finite.value.max())
    return Thumbnail(
        name=words.metric(curve.metric, curve.split, alone=True),
        path=_path(finite),
        low=words.number(low),
        high=words.number(high),
        last=words.number(float(finite.value[-1])),
    )


def _path(finite: Curve) -> str:
    """Return the path of a curve, of a long one the extremes of each column; in decades if wide."""
    x, y = finite.x, np.clip(finite.value, -DRAWABLE, DRAWABLE)
    if spans_decades(float(y.min()), float(y.max())):
        y = np.log(np.maximum(y, 1 / DRAWABLE))
    low, span = float(x[0]), float(x[-1] - x[0]) or 1.0
    if len(x) > 2 * _COLUMNS:
        columns = column_extremes(x, y, low, low + span, _COLUMNS)
        x = np.repeat(columns.centre, 2)
        y = np.column_stack([columns.minimum, columns.maximum]).ravel()
    across = np.round(WIDTH * (x - low) / span).astype(int)
    room = HEIGHT - 2 * _EDGE
    height = (y - y.min()) / (float(np.ptp(y)) or 1.0)
    down = np.round(HEIGHT - _EDGE - room * height).astype(int)
    moves = [f"{dx} {dy}" for dx, dy in zip(np.diff(across), np.diff(down), strict=True)]
    return f"M{across[0]} {down[0]}l{' '.join(moves)}".replace(" -", "-")

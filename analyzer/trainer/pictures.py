"""Small images of predictions: rows with prediction and truth, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

_CELL = 16  # width and height of a cell of the confusion matrix, in pixels
_TILE = (72, 64)  # width and height of a row's tile in pixels, 14 of them for the text
_COLUMNS = 4
_SPREAD = 3.0  # standard deviations from mid-grey to black, and from half a bar to a full one


def confusion(truth: npt.NDArray[Any], predicted: npt.NDArray[Any], classes: int) -> Pixels:
    """Return an image of the confusion matrix: true class by row, predicted by column."""
    counts = np.zeros((classes, classes))
    np.add.at(counts, (truth, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shade = np.kron(255 * (1 - shares), np.ones((_CELL, _CELL)))
    return np.stack([shade, shade, np.maximum(shade, 96)], axis=2).astype(np.uint8)


def grid(x: npt.NDArray[Any], captions: Sequence[str], shape: tuple[int, int] | None) -> Pixels:
    """Return rows as tiles with captions below.

    A tile is the row as an image if it has a ``shape``, else a bar for each feature.
    """
    from PIL import Image, ImageDraw

    width, height = _TILE
    lines = -(-len(captions) // _COLUMNS)
    page = Image.new("RGB", (_COLUMNS * width, lines * height), "white")
    draw = ImageDraw.Draw(page)
    for place, (row, caption) in enumerate(zip(x, captions, strict=True)):
        left, top = place % _COLUMNS * width, place // _COLUMNS * height
        page.paste(Image.fromarray(_tile(row, shape, width - 4, height - 16)), (left + 2, top + 2))
        draw.text((left + 2, top + height - 13), caption, fill="black")
    return np.asarray(page, dtype=np.uint8)


def _tile(row: npt.NDArray[Any], shape: tuple[int, int] | None, width: int, height: int) -> Pixels:
    """Return one row as a grey image of this size."""
    scaled = np.clip(0.5 + row / (2 * _SPREAD), 0, 1)
    if shape is not None:
        down = np.arange(height) * shape[0] // height
        across = np.arange(width) * shape[1] // width
        shade = 255 * (1 - scaled.reshape(shape)[np.ix_(down, across)])
    else:
        bars = scaled[np.arange(width) * len(row) // width]
        shade = np.where(np.arange(height)[:, None] >= height * (1 - bars), 96.0, 255.0)
    return np.repeat(shade[:, :, None], 3, axis=2).astype(np.uint8)

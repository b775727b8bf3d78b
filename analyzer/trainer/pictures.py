"""Small pictures of what a network says.

Rows with prediction and truth, and the confusion of classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

_CELL = 16  # pixels of one pair of classes
_TILE = (72, 64)  # width and height of one row's picture, with 14 pixels of text
_COLUMNS = 4
_SPREAD = 3.0  # standard deviations from white to black, and the height of a bar


def confusion(truth: npt.NDArray[Any], predicted: npt.NDArray[Any], classes: int) -> Pixels:
    """Return a picture of a confusion matrix.

    Rows are true classes, columns predicted classes; darker means more.
    """
    counts = np.zeros((classes, classes))
    np.add.at(counts, (truth, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shade = np.kron(255 * (1 - shares), np.ones((_CELL, _CELL)))
    return np.stack([shade, shade, np.maximum(shade, 96)], axis=2).astype(np.uint8)


def grid(x: npt.NDArray[Any], said: Sequence[str], shape: tuple[int, int] | None) -> Pixels:
    """Return examples as tiles with "prediction / truth" below.

    A tile is an image, or a bar chart of the features.
    """
    from PIL import Image, ImageDraw

    width, height = _TILE
    lines = -(-len(said) // _COLUMNS)
    page = Image.new("RGB", (_COLUMNS * width, lines * height), "white")
    draw = ImageDraw.Draw(page)
    for place, (row, text) in enumerate(zip(x, said, strict=True)):
        left, top = place % _COLUMNS * width, place // _COLUMNS * height
        page.paste(Image.fromarray(_tile(row, shape, width - 4, height - 16)), (left + 2, top + 2))
        draw.text((left + 2, top + height - 13), text, fill="black")
    return np.asarray(page, dtype=np.uint8)


def _tile(row: npt.NDArray[Any], shape: tuple[int, int] | None, width: int, height: int) -> Pixels:
    """Return one row as a grey picture of a size."""
    scaled = np.clip(0.5 + row / (2 * _SPREAD), 0, 1)
    if shape is not None:
        down, across = (
            np.arange(many) * own // many for many, own in zip((height, width), shape, strict=True)
        )
        shade = 255 * (1 - scaled.reshape(shape)[np.ix_(down, across)])
    else:
        bars = scaled[np.arange(width) * len(row) // width]
        shade = np.where(np.arange(height)[:, None] >= height * (1 - bars), 96.0, 255.0)
    return np.repeat(shade[:, :, None], 3, axis=2).astype(np.uint8)

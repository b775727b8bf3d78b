"""Histograms of activations and gradients, PR curves, and two pictures.

The confusion of classes and a few rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from analyzer.trainer import networks, pictures
from analyzer.trainer.data import shares_of
from analyzer.trainer.loop import Trainee
from analyzer.trainer.records import Histogram, Picture, PrCurve, Record

_ROWS = 12  # in the grid of predictions


def records(trainee: Trainee, epoch: int) -> Iterator[Record]:
    """Yield what one epoch shows beside its numbers.

    Nothing where the network gives no finite number any more.
    """
    data, step = trainee.data, trainee.step
    outputs = trainee.outputs(data.val).astype(np.float64)
    yield from _histograms(trainee, epoch)
    if not np.isfinite(outputs).all():
        return
    yield Picture(step, epoch, "val/predictions", _grid(trainee, outputs))
    if data.classes:
        predicted = outputs.argmax(axis=1)
        yield Picture(
            step, epoch, "val/confusion", pictures.confusion(data.val.y, predicted, data.classes)
        )
        for label, score in enumerate(shares_of(outputs).T):
            yield PrCurve(step, epoch, f"val/pr_curve/class_{label}", data.val.y == label, score)


def _histograms(trainee: Trainee, epoch: int) -> Iterator[Histogram]:
    """Yield activations and gradients layer by layer.

    Activations are those on the validation set, gradients those of the last batch.
    """
    x = torch.from_numpy(trainee.data.val.x).to(trainee.device)
    found: list[tuple[str, torch.Tensor]] = [
        (f"activations/layer_{place}", output)
        for place, output in enumerate(networks.hidden_outputs(trainee.model, x), 1)
    ]
    dense = [layer for layer in trainee.model if isinstance(layer, torch.nn.Linear)]
    found += [
        (f"gradients/layer_{place}", layer.weight.grad)
        for place, layer in enumerate(dense, 1)
        if layer.weight.grad is not None
    ]
    for tag, values in found:
        numbers = values.detach().cpu().double().numpy().ravel()
        if np.isfinite(numbers).all():
            yield Histogram(trainee.step, epoch, tag, numbers)


def _grid(trainee: Trainee, outputs: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    data = trainee.data
    if data.classes:
        said = [
            f"{guess} / {truth}"
            for guess, truth in zip(outputs.argmax(axis=1)[:_ROWS], data.val.y, strict=False)
        ]
    else:
        said = [
            f"{output:.2f} / {truth:.2f}"
            for output, truth in zip(outputs[:_ROWS, 0], data.val.y[:, 0], strict=False)
        ]
    return pictures.grid(data.val.x[: len(said)], said, data.picture)

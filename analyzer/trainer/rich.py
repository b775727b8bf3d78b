"""Histograms of activations and gradients, PR curves, a confusion matrix and example rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from analyzer.trainer import networks, pictures
from analyzer.trainer.data import shares_of
from analyzer.trainer.loop import Trainee
from analyzer.trainer.records import Histogram, Picture, PrCurve, Record

_ROWS = 12  # rows in the grid of predictions


def records(trainee: Trainee, epoch: int) -> Iterator[Record]:
    """Yield the rich records of one epoch; only histograms if an output is not finite."""
    data, step = trainee.data, trainee.step
    outputs = trainee.outputs(data.val).astype(np.float64)
    yield from _histograms(trainee, epoch)
    if not np.isfinite(outputs).all():
        return
    yield Picture(step, epoch, "val/predictions", _grid(trainee, outputs))
    if data.classes:
        confusion = pictures.confusion(data.val.y, outputs.argmax(axis=1), data.classes)
        yield Picture(step, epoch, "val/confusion", confusion)
        for index, score in enumerate(shares_of(outputs).T):
            tag = f"val/pr_curve/class_{index}"
            truth = data.val.y == index
            yield PrCurve(step=step, epoch=epoch, tag=tag, truth=truth, score=score)


def _histograms(trainee: Trainee, epoch: int) -> Iterator[Histogram]:
    """Yield each layer's activations on the validation set, then its last batch's gradients."""
    x = torch.from_numpy(trainee.data.val.x).to(trainee.device)
    tensors: dict[str, torch.Tensor] = {}
    for number, output in enumerate(networks.hidden_outputs(trainee.model, x), 1):
        tensors[f"activations/layer_{number}"] = output
    dense = [layer for layer in trainee.model if isinstance(layer, torch.nn.Linear)]
    for number, layer in enumerate(dense, 1):
        if layer.weight.grad is not None:
            tensors[f"gradients/layer_{number}"] = layer.weight.grad
    for tag, values in tensors.items():
        numbers = values.detach().cpu().double().numpy().ravel()
        if np.isfinite(numbers).all():
            yield Histogram(trainee.step, epoch, tag, numbers)


def _grid(trainee: Trainee, outputs: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return an image of the first rows, captioned "prediction / truth"."""
    data = trainee.data
    if data.classes:
        pairs = zip(outputs.argmax(axis=1)[:_ROWS], data.val.y[:_ROWS], strict=True)
        captions = [f"{prediction} / {truth}" for prediction, truth in pairs]
    else:
        pairs = zip(outputs[:_ROWS, 0], data.val.y[:_ROWS, 0], strict=True)
        captions = [f"{prediction:.2f} / {truth:.2f}" for prediction, truth in pairs]
    return pictures.grid(data.val.x[:_ROWS], captions, data.picture)

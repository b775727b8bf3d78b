"""A stretch of a pack: the order of the examples, and means over sets."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import pack  # noqa: E402 - needs torch
from analyzer.trainer.pack import Pack  # noqa: E402 - needs torch
from analyzer.trainer.sampling import Config  # noqa: E402 - needs torch
from analyzer.trainer.stacked import Updates  # noqa: E402 - needs torch
from analyzer.trainer.stretch import Stretch  # noqa: E402 - needs torch

CONFIG = Config(
    family="clusters",
    width=16,
    optimizer="sgd",
    lr=0.01,
    schedule="constant",
    weight_decay=0.0,
    dropout=0.0,
    noise=0.0,
    train_examples=12,
    batch_size=4,
    epochs=3,
    val_examples=(30, 20),
    per_step=False,
)


@pytest.fixture
def stretch(monkeypatch: pytest.MonkeyPatch) -> Stretch:
    """The first stretch of two runs of different batch sizes."""
    monkeypatch.setattr(pack, "POPULATION", 64)
    larger = dataclasses.replace(CONFIG, train_examples=21, batch_size=7)
    made = Pack([CONFIG, larger], (1, 0), torch.device("cpu"))
    start = made.shape.start(made.source.uniform(made.shape.parameters))
    flat = start[torch.from_numpy(made.run_of)].contiguous()
    kinds, decay = ["sgd"] * len(made.run_of), torch.zeros(len(made.run_of))
    return Stretch(made, np.arange(len(made.run_of)), flat, Updates(kinds, decay, flat))


def test_an_epoch_takes_every_example_once(stretch: Stretch) -> None:
    order = stretch._order(0)
    assert sorted(order[0, :, :4].flatten().tolist()) == list(range(12))
    assert sorted(order[1].flatten().tolist()) == list(range(21))


def test_padding_has_no_weight(stretch: Stretch) -> None:
    assert stretch.weights[0].tolist() == [0.25] * 4 + [0.0] * 3
    assert stretch.weights.sum(1).tolist() == pytest.approx([1.0] * 6)


def test_an_evaluation_is_the_mean_over_the_set(stretch: Stretch) -> None:
    train, shape = stretch.pack.train_set, stretch.pack.shape
    loss, hits = stretch.evaluate(train, np.array([0, 3]))
    output = shape.forward(shape.layers(stretch.flat[:1]), train.inputs[:1, :12])[-1]
    assert loss[0, 0] == pytest.approx(float(shape.losses(output, train.target[:1, :12]).mean()))
    assert hits[0, 0] == pytest.approx(float(shape.hits(output, train.target[:1, :12]).mean()))
    assert loss.shape == (2, 1)


def test_an_epoch_is_logged_for_every_member_and_validated_for_the_logged(
    stretch: Stretch,
) -> None:
    stretch.epoch(0)
    log = stretch.pack.log
    assert np.isfinite(log.population[:, 0]).all()
    assert np.isfinite(log.train_loss[:, 0]).all()
    assert np.isfinite(log.val_loss[[0, 3], 0]).all()
    assert np.isnan(log.val_loss[[1, 2, 4, 5], 0]).all()
    assert np.isnan(log.population[:, 1]).all()

"""Stacked networks beside torch's own: gradients, optimizers and losses."""

from __future__ import annotations

import copy
from functools import partial

import pytest

torch = pytest.importorskip("torch")

from analyzer.trainer.stacked import OPTIMIZERS, Changes, Shape, Updates  # noqa: E402 - needs torch

MEMBERS, EXAMPLES = 3, 7
THEIRS = {
    "sgd": partial(torch.optim.SGD, lr=0.05, weight_decay=0.02),
    "momentum": partial(torch.optim.SGD, lr=0.05, momentum=0.9, weight_decay=0.02),
    "rmsprop": partial(torch.optim.RMSprop, lr=0.05, weight_decay=0.02),
    "adam": partial(torch.optim.Adam, lr=0.05, weight_decay=0.02),
    "adamw": partial(torch.optim.AdamW, lr=0.05, weight_decay=0.02),
}
each_shape = pytest.mark.parametrize("activation", ["relu", "tanh"])


def drawn(shape):
    generator = torch.Generator().manual_seed(3)
    flat = shape.start(torch.rand(MEMBERS, shape.parameters, generator=generator))
    inputs = torch.randn(MEMBERS, EXAMPLES, shape.features, generator=generator)
    if shape.classes:
        target = torch.randint(shape.classes, (MEMBERS, EXAMPLES), generator=generator)
    else:
        target = torch.randn(MEMBERS, EXAMPLES, generator=generator)
    weights = torch.rand(MEMBERS, EXAMPLES, generator=generator)
    masks = [
        (torch.rand(MEMBERS, EXAMPLES, shape.width, generator=generator) < 0.6) / 0.6
        for _ in range(2)
    ]
    return flat, inputs, target, weights, masks


@each_shape
@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("dropping", [False, True])
def test_the_gradient_equals_automatic_differentiation(activation, classes, dropping):
    shape = Shape(5, 6, classes, activation)
    flat, inputs, target, weights, masks = drawn(shape)
    masks = masks if dropping else []
    flat = flat.double().requires_grad_()
    inputs, weights, masks = inputs.double(), weights.double(), [mask.double() for mask in masks]
    target = target if classes else target.double()
    layers = shape.layers(flat)
    values = shape.forward(layers, inputs, masks)
    (shape.losses(values[-1], target) * weights).sum().backward()
    found = torch.zeros_like(flat)
    with torch.no_grad():
        values = shape.forward(layers, inputs, masks)
        slope = shape.slope(values[-1], target, weights)
        shape.backward(
            layers,
            inputs=inputs,
            values=values,
            slope=slope,
            masks=masks,
            into=shape.layers(found),
        )
    torch.testing.assert_close(found, flat.grad)


@each_shape
def test_the_gradient_of_a_likelihood_equals_automatic_differentiation(activation):
    shape = Shape(5, 6, 0, activation, likelihood=True)
    flat, inputs, target, weights, _ = drawn(shape)
    flat = flat.double().requires_grad_()
    inputs, target, weights = inputs.double(), target.double(), weights.double()
    layers = shape.layers(flat)
    values = shape.forward(layers, inputs)
    losses = shape.losses(values[-1], target)
    mean, log_variance = values[-1].unbind(-1)
    theirs = torch.nn.functional.gaussian_nll_loss(
        mean, target, log_variance.exp(), reduction="none"
    )
    torch.testing.assert_close(losses, theirs)
    (losses * weights).sum().backward()
    found = torch.zeros_like(flat)
    with torch.no_grad():
        slope = shape.slope(values[-1], target, weights)
        into = shape.layers(found)
        shape.backward(layers, inputs=inputs, values=values, slope=slope, masks=(), into=into)
    torch.testing.assert_close(found, flat.grad)


def test_a_penalty_is_the_gradient_of_half_the_squared_norm_for_every_optimizer():
    flat = torch.tensor([[2.0, -3.0]])
    for kind in OPTIMIZERS:
        plain, punished = (Updates([kind], torch.zeros(1), flat) for _ in range(2))
        punished.penalty.fill_(0.1)
        slope, moved, twin = torch.tensor([[0.5, 0.25]]), flat.clone(), flat.clone()
        for updates in (plain, punished):
            updates.rate.fill_(0.01)
        punished.apply(moved, slope.clone())
        plain.apply(twin, slope + 0.1 * flat)
        torch.testing.assert_close(moved, twin)


@each_shape
def test_a_member_is_the_network_that_torch_builds(activation):
    shape = Shape(5, 6, 3, activation)
    flat, inputs, *_ = drawn(shape)
    kind = torch.nn.ReLU if activation == "relu" else torch.nn.Tanh
    network = torch.nn.Sequential(
        torch.nn.Linear(5, 6), kind(), torch.nn.Linear(6, 6), kind(), torch.nn.Linear(6, 3)
    )
    linear = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
    with torch.no_grad():
        for layer, (weights, biases) in zip(linear, shape.layers(flat), strict=True):
            layer.weight.copy_(weights[1].T)
            layer.bias.copy_(biases[1, 0])
        torch.testing.assert_close(
            shape.forward(shape.layers(flat), inputs)[-1][1], network(inputs[1])
        )


def test_every_optimizer_equals_torch_s():
    """Five members, each with another optimizer, on the same slopes; two are dropped midway."""
    generator = torch.Generator().manual_seed(5)
    flat = torch.randn(5, 11, generator=generator)
    own = [torch.nn.Parameter(row.clone()) for row in flat]
    theirs = [THEIRS[kind]([row]) for kind, row in zip(OPTIMIZERS, own, strict=True)]
    updates = Updates(OPTIMIZERS, torch.full((5,), 0.02), flat)
    updates.rate.fill_(0.05)
    left = list(range(5))
    for step in range(30):
        if step == 15:
            left = [1, 3, 4]
            rows = torch.tensor(left)
            flat, updates = flat[rows], copy.copy(updates)
            updates.keep(rows)
        slopes = torch.randn(5, 11, generator=generator)
        for row, optimizer, slope in zip(own, theirs, slopes, strict=True):
            row.grad = slope.clone()
            optimizer.step()
        updates.apply(flat, slopes[left].clone())
    expected = torch.stack([own[index].detach() for index in left])
    torch.testing.assert_close(flat, expected, rtol=1e-4, atol=1e-5)


def test_losses_and_hits_equal_torch_s():
    shape = Shape(5, 6, 3, "relu")
    _, _, target, *_ = drawn(shape)
    output = torch.randn(MEMBERS, EXAMPLES, 3, generator=torch.Generator().manual_seed(1))
    expected = torch.nn.functional.cross_entropy(output[2], target[2], reduction="none")
    torch.testing.assert_close(shape.losses(output, target)[2], expected)
    hits = (output[2].argmax(1) == target[2]).float()
    assert shape.hits(output, target)[2].tolist() == hits.tolist()
    regression = Shape(5, 6, 0, "relu")
    assert regression.losses(torch.tensor([[[2.0]]]), torch.tensor([[0.5]])).tolist() == [[2.25]]


def test_smoothed_labels_have_the_gradient_of_torch() -> None:
    output = torch.randn(2, 5, 4, dtype=torch.float64, requires_grad=True)
    target, weights = torch.randint(4, (2, 5)), torch.rand(2, 5, dtype=torch.float64)
    smoothing = (0.1, 0.0)
    loss = sum(
        torch.nn.functional.cross_entropy(
            output[member], target[member], reduction="none", label_smoothing=smoothing[member]
        )
        @ weights[member]
        for member in range(2)
    )
    loss.backward()
    column = torch.tensor(smoothing, dtype=torch.float64)[:, None, None]
    found = Shape(3, 6, 4, "relu").slope(output.detach(), target, weights, column)
    torch.testing.assert_close(found, output.grad)


def test_gradients_are_clipped_as_torch_clips_them() -> None:
    flat, slope = torch.zeros(2, 4), torch.tensor([[3.0, 0, 4, 0], [0.3, 0, 0.4, 0]])
    changes = Changes(clip=torch.tensor([[1.0], [torch.inf]]))
    updates = Updates(["sgd", "sgd"], torch.zeros(2), flat, changes)
    updates.rate.fill_(1.0)
    updates.apply(flat, slope.clone())
    torch.testing.assert_close(flat, -torch.stack([slope[0] / 5, slope[1]]))


def test_gradients_that_nobody_clears_add_up() -> None:
    flat, slope = torch.zeros(2, 3), torch.ones(2, 3)
    updates = Updates(
        ["sgd", "sgd"], torch.zeros(2), flat, Changes(kept=torch.tensor([[1.0], [0.0]]))
    )
    updates.rate.fill_(1.0)
    for _ in range(3):
        updates.apply(flat, slope.clone())
    assert flat[:, 0].tolist() == [-6.0, -3.0]


def test_the_average_of_the_weights_forgets_the_start() -> None:
    """The first steps are averaged evenly; a member that does not average has its own weights."""
    flat = torch.zeros(2, 1)
    updates = Updates(
        ["sgd", "sgd"], torch.zeros(2), flat, Changes(averaged=torch.tensor([[0.25], [1.0]]))
    )
    updates.rate.fill_(-1.0)
    seen = []
    for _ in range(6):
        updates.apply(flat, torch.ones(2, 1))
        seen.append(updates.average.clone().flatten().tolist())
    assert [row[1] for row in seen] == [1, 2, 3, 4, 5, 6]
    expected = [1, 1.5, 2, 2.5, 2.5 + 0.25 * 2.5, 3.125 + 0.25 * 2.875]
    assert [row[0] for row in seen] == pytest.approx(expected)
    updates.keep(torch.tensor([1]))
    assert updates.average.tolist() == [[6.0]]

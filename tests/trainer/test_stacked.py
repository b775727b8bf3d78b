from __future__ import annotations

import copy

import pytest

torch = pytest.importorskip("torch")

from analyzer.trainer.stacked import OPTIMIZERS, Shape, Updates  # noqa: E402 - needs torch

MEMBERS, EXAMPLES = 3, 7
MADE = {
    "sgd": lambda ps: torch.optim.SGD(ps, 0.05, weight_decay=0.02),
    "momentum": lambda ps: torch.optim.SGD(ps, 0.05, momentum=0.9, weight_decay=0.02),
    "rmsprop": lambda ps: torch.optim.RMSprop(ps, 0.05, weight_decay=0.02),
    "adam": lambda ps: torch.optim.Adam(ps, 0.05, weight_decay=0.02),
    "adamw": lambda ps: torch.optim.AdamW(ps, 0.05, weight_decay=0.02),
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
def test_the_gradient_is_that_of_automatic_differentiation(activation, classes, dropping):
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
        shape.backward(layers, inputs, values, slope, masks, shape.layers(found))
    torch.testing.assert_close(found, flat.grad)


@each_shape
def test_a_member_is_the_network_that_torch_builds(activation):
    shape = Shape(5, 6, 3, activation)
    flat, inputs, *_ = drawn(shape)
    kind = torch.nn.ReLU if activation == "relu" else torch.nn.Tanh
    network = torch.nn.Sequential(
        torch.nn.Linear(5, 6), kind(), torch.nn.Linear(6, 6), kind(), torch.nn.Linear(6, 3)
    )
    linear = [one for one in network if isinstance(one, torch.nn.Linear)]
    with torch.no_grad():
        for one, (weights, biases) in zip(linear, shape.layers(flat), strict=True):
            one.weight.copy_(weights[1].T)
            one.bias.copy_(biases[1, 0])
        torch.testing.assert_close(
            shape.forward(shape.layers(flat), inputs)[-1][1], network(inputs[1])
        )


def test_every_optimizer_is_torch_s():
    """Five members, one of each kind, beside torch's own on the same slopes.

    A run that is dropped changes no other.
    """
    generator = torch.Generator().manual_seed(5)
    flat = torch.randn(5, 11, generator=generator)
    own = [torch.nn.Parameter(row.clone()) for row in flat]
    theirs = [MADE[kind]([one]) for kind, one in zip(OPTIMIZERS, own, strict=True)]
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
        for one, optimizer, slope in zip(own, theirs, slopes, strict=True):
            one.grad = slope.clone()
            optimizer.step()
        updates.apply(flat, slopes[left].clone())
    torch.testing.assert_close(
        flat, torch.stack([own[at].detach() for at in left]), rtol=1e-4, atol=1e-5
    )


def test_losses_and_hits_are_those_of_torch():
    shape = Shape(5, 6, 3, "relu")
    _, _, target, *_ = drawn(shape)
    output = torch.randn(MEMBERS, EXAMPLES, 3, generator=torch.Generator().manual_seed(1))
    expected = torch.nn.functional.cross_entropy(output[2], target[2], reduction="none")
    torch.testing.assert_close(shape.losses(output, target)[2], expected)
    assert (
        shape.hits(output, target)[2].tolist()
        == (output[2].argmax(1) == target[2]).float().tolist()
    )
    line = Shape(5, 6, 0, "relu")
    assert line.losses(torch.tensor([[[2.0]]]), torch.tensor([[0.5]])).tolist() == [[2.25]]

"""The networks of the scenarios as torch modules."""

from __future__ import annotations

import torch
from torch import nn

from analyzer.trainer.scenarios import Network

_ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def build(network: Network, inputs: int, outputs: int) -> nn.Sequential:
    """Return a network with torch's default initial weights, drawn from its global generator."""
    layers: list[nn.Module] = []
    for width in network.hidden:
        layers.append(nn.Linear(inputs, width))
        if network.batchnorm:
            layers.append(nn.BatchNorm1d(width))
        layers.append(_ACTIVATIONS[network.activation]())
        if network.dropout:
            layers.append(nn.Dropout(network.dropout))
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def is_activation(layer: nn.Module) -> bool:
    """Return whether a layer is the nonlinearity after a dense layer."""
    return isinstance(layer, tuple(_ACTIVATIONS.values()))


def hidden_outputs(model: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    """Return the output of each hidden layer for some rows, in evaluation mode."""
    model.eval()
    outputs = []
    with torch.no_grad():
        for layer in model:
            x = layer(x)
            if is_activation(layer):
                outputs.append(x)
    return outputs

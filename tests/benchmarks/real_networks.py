"""The networks of the real runs: a multilayer perceptron, a small CNN, a small transformer."""

from __future__ import annotations

from itertools import pairwise

import torch
from real_data import WINDOW, Task, classes_of
from torch import Tensor, nn

_BLOCKS, _HEADS = 2, 4  # of the transformer


def build(task: Task, inputs: Tensor, *, width: int, layers: int, dropout: float) -> nn.Module:
    """Return the network of a task; ``layers`` counts the hidden layers of a perceptron."""
    outputs = classes_of(task)
    if task.network == "cnn":
        return _cnn(width, outputs, dropout)
    if task.network == "transformer":
        return Transformer(width, outputs, dropout)
    sizes = [inputs.shape[1], *[width] * layers]
    parts: list[nn.Module] = []
    for before, after in pairwise(sizes):
        parts += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*parts, nn.Linear(sizes[-1], outputs))


def _cnn(width: int, outputs: int, dropout: float) -> nn.Module:
    """Return two convolutions over 8 x 8 pixels, each with pooling, and a linear layer."""
    return nn.Sequential(
        nn.Conv2d(1, width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(8 * width, outputs),
    )


class Transformer(nn.Module):
    """A causal transformer: batch x window indices to batch x window x outputs."""

    def __init__(self, width: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.symbol, self.place = nn.Embedding(outputs, width), nn.Embedding(WINDOW, width)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.Sequential(*(Block(width, dropout) for _ in range(_BLOCKS)))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        places = self.place(torch.arange(x.shape[1]))
        hidden = self.dropout(self.symbol(x) + places)
        return self.head(self.norm(self.blocks(hidden)))


class Block(nn.Module):
    """Causal self-attention and a feed-forward layer, normalised before each."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.feed = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        heads = self.qkv(self.first(x)).view(batch, length, 3, _HEADS, width // _HEADS)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        seen = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.dropout(self.out(seen.transpose(1, 2).reshape(batch, length, width)))
        return x + self.dropout(self.feed(self.second(x)))

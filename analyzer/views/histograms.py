"""Histograms of activations, gradients and weights by layer, and the layers that stand out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from analyzer.model.run import Run
from analyzer.parsers._event_media import histogram_of
from analyzer.parsers._wandb_media import histogram_in
from analyzer.stats.histogram import Histogram
from analyzer.views._base import Content, HeatMap, Saying, View, ViewTable
from analyzer.views._media import event_tags, read_moments, shortened, thinned, wandb_tags

MOST_STEPS = 24  # columns of a drawing
MOST_DRAWN = 6  # layers that are drawn, those that stand out first
MOST_ROWS = 18  # of the table
MOST_NAMED = 4  # layers of one kind that get a sentence
_BINS = 18  # rows of a drawing
_TAIL = 0.005  # share of the values beyond either end of a drawing

# Of the values at zero: a ReLU layer is often 90 % zero and still learns.
DEAD = 0.99
# Of the values in the outer 5 % of the range at either bound, where tanh and sigmoid are flat.
SATURATED, EDGE = 0.5, 0.05
# Of the upper quartile of the scales of the other layers, since vanishing layers come in rows, each
# smaller than the next. Initialisations keep layers within a factor of 10 to 100.
VANISHED, _QUARTILE = 1e-3, 0.75
_FEWEST = 8  # values of a layer of which zeros say something: a lone bias may have no gradient

_WORDS: Mapping[str, frozenset[str]] = {
    "gradients": frozenset(("grad", "grads", "gradient", "gradients", "gradientes")),
    "activations": frozenset(
        (
            *("activation", "activations", "act", "acts", "output", "outputs", "hidden"),
            *("relu", "tanh", "sigmoid", "gelu", "silu", "features", "activaciones"),
        )
    ),
    "weights": frozenset(
        (
            *("weight", "weights", "kernel", "bias", "biases", "param", "params", "parameters"),
            *("gamma", "beta", "variables", "pesos", "w", "b"),
        )
    ),
}
_ONE_PER_UNIT = frozenset(("bias", "biases", "beta", "gamma", "b"))
_SPARSE = ("emb",)  # parts of names of layers whose gradients are mostly zero by design
_OUTPUTS = frozenset(("logits", "probs", "probabilities", "softmax", "prediction", "predictions"))
_BOUNDS: Mapping[str, tuple[float, float]] = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
_AT_BOUND = 0.005  # of the range: how near the extremes of a bounded layer come to its bounds


@dataclass(frozen=True)
class Layer:
    """The histograms of one tag by step, and what they are of."""

    tag: str
    kind: str
    steps: tuple[int, ...]
    histograms: tuple[Histogram, ...]

    @property
    def last(self) -> Histogram:
        """The histogram of the last step."""
        return self.histograms[-1]

    @property
    def words(self) -> frozenset[str]:
        """The words of the tag."""
        return words_of(self.tag)


class Histograms(View):
    """Heat maps of the histograms of each layer over the steps, and a table of the last step."""

    place: ClassVar[int] = 30

    def read(self, run: Run) -> Content | None:
        """Read the histograms of event files and of W&B."""
        layers = [*_event_layers(run), *_wandb_layers(run)]
        if not layers:
            return None
        rows = [_row(layer, layers) for layer in layers]
        order = sorted(range(len(rows)), key=lambda index: (not rows[index]["stands_out"], index))
        shown = [rows[index] for index in order[:MOST_ROWS]]
        steps = [step for layer in layers for step in (layer.steps[0], layer.steps[-1])]
        values = {"layers": len(layers), "first": min(steps), "last": max(steps)}
        drawn = [layers[index] for index in order[:MOST_DRAWN]]
        return Content(
            says=(Saying("overview", values), *_sayings(rows)),
            numbers={**values, "rows": rows},
            tables=(ViewTable("layers", tuple(shown), len(rows) - len(shown)),),
            maps=tuple(_heat_map(layer) for layer in drawn),
        )


def words_of(tag: str) -> frozenset[str]:
    """Return the words of a tag in lower case, numbers left out."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag)
    return frozenset(word for word in re.split(r"[^a-z]+", split.lower()) if word)


def kind_of(tag: str) -> str:
    """Return what a histogram is of, by its tag: gradients before activations and weights."""
    words = words_of(tag)
    for kind, known in _WORDS.items():
        if words & known:
            return kind
    return "values"


def _event_layers(run: Run) -> list[Layer]:
    tags = event_tags(run, "histogram")
    wanted = [place for places in tags.values() for place in thinned(places, MOST_STEPS)]
    found = {
        (place.path, place.position, place.number): histogram_of(value)
        for place, value in read_moments(wanted)
    }
    layers = []
    for tag, places in tags.items():
        series = {}
        for place in places:
            histogram = found.get((place.path, place.position, place.number))
            if histogram is not None:
                series[place.step] = histogram
        if series:
            layers.append(_layer(tag, series))
    return layers


def _wandb_layers(run: Run) -> list[Layer]:
    layers = []
    for tag, contents in wandb_tags(run, "histogram", MOST_STEPS).items():
        found = {step: histogram_in(content) for step, content in contents.items()}
        series = {step: made for step, made in found.items() if made is not None}
        if series:
            layers.append(_layer(tag, series))
    return layers


def _layer(tag: str, series: Mapping[int, Histogram]) -> Layer:
    return Layer(tag, kind_of(tag), tuple(series), tuple(series.values()))


def _row(layer: Layer, layers: Sequence[Layer]) -> dict[str, Any]:
    """Return the numbers of a layer at its last step; ``stands_out`` is "" for most layers."""
    last = layer.last
    edge = saturation(layer)
    scale = relative_scale(layer, layers)
    zero, wide = last.zero_share, None
    if zero is None and last.low == 0:
        wide = float(last.count[last.left <= 0].sum() / last.total)
    near = zero if wide is None else wide
    return {
        "layer": shortened(layer.tag),
        "kind": layer.kind,
        "step": layer.steps[-1],
        "first_step": layer.steps[0],
        "values": round(last.total),
        "mean": last.mean,
        "deviation": last.deviation,
        "low": last.low,
        "high": last.high,
        "zero": zero,
        "zeros": None if near is None else round(last.total * near),  # or in the bin of 0
        "zero_bin": wide,  # share in the bin that begins at 0, where it is too wide to tell zeros
        "zero_bin_end": float(last.right[last.left <= 0].max()) if wide is not None else None,
        "edge": edge,
        "scale": scale,
        "stands_out": _stands_out(layer, zero, wide, edge, scale),
    }


def _stands_out(
    layer: Layer, zero: float | None, wide: float | None, edge: float | None, scale: float | None
) -> str:
    """Return the key of what is unusual about a layer at its last step, "" if nothing is."""
    is_sparse = any(part in layer.tag.lower() for part in _SPARSE)
    if layer.last.total < _FEWEST:
        return ""
    if layer.kind == "activations" and (zero or 0) >= DEAD:
        return "dead"
    if layer.kind == "activations" and (wide or 0) >= DEAD:
        return "nearly_dead"
    if layer.kind == "gradients" and not is_sparse and (zero or 0) >= DEAD:
        return "no_gradient"
    if scale is not None and scale <= VANISHED:
        return "vanishing"
    if edge is not None and edge >= SATURATED:
        return "saturated"
    return ""


def saturation(layer: Layer) -> float | None:
    """Return the share of the values at the bounds of tanh or sigmoid; None for other layers.

    The name of the layer says what it is, or else values that touch both bounds and pass none.
    Outputs that should lie at the bounds are not judged.
    """
    if layer.kind != "activations" or layer.words & _OUTPUTS:
        return None
    last = layer.last
    for name, (low, high) in _BOUNDS.items():
        margin = _AT_BOUND * (high - low)
        inside = last.low >= low - margin and last.high <= high + margin
        touches = abs(last.low - low) <= margin and abs(last.high - high) <= margin
        if inside and (name in layer.words or (touches and "relu" not in layer.words)):
            edge = EDGE * (high - low)
            return 1.0 - last.share_between(low + edge, high - edge)
    return None


def relative_scale(layer: Layer, layers: Sequence[Layer]) -> float | None:
    """Return the root mean square of a gradient over the upper quartile of the others.

    Only gradients of the same step count, and weights with weights, biases with biases.
    """
    if layer.kind != "gradients" or any(part in layer.tag.lower() for part in _SPARSE):
        return None
    others = [
        other.last.rms
        for other in layers
        if other is not layer
        and other.kind == "gradients"
        and other.steps[-1] == layer.steps[-1]
        and bool(other.words & _ONE_PER_UNIT) == bool(layer.words & _ONE_PER_UNIT)
    ]
    typical = float(np.quantile(others, _QUARTILE)) if others else 0.0
    return layer.last.rms / typical if typical > 0 else None


def _sayings(rows: Sequence[Mapping[str, Any]]) -> list[Saying]:
    """Return a sentence for the first layers of each kind that stand out, and for the others."""
    found: list[Saying] = []
    for key in ("dead", "nearly_dead", "no_gradient", "vanishing", "saturated"):
        own = [row for row in rows if row["stands_out"] == key]
        found += [Saying(key, row) for row in own[:MOST_NAMED]]
        if len(own) > MOST_NAMED:
            found.append(Saying("more", {"count": len(own) - MOST_NAMED}))
    if found:
        return found
    kinds = {row["kind"] for row in rows}
    return [Saying(f"nothing_{kind}") for kind in ("activations", "gradients") if kind in kinds]


def _heat_map(layer: Layer) -> HeatMap:
    """Return a layer as shades: a column for each step, a row for each bin of values."""
    tails = [_range(histogram) for histogram in layer.histograms]
    low = min(tail[0] for tail in tails)
    high = max(tail[1] for tail in tails)
    if not high > low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, _BINS + 1)
    shares = np.array([histogram.on(edges) for histogram in layer.histograms]).T
    levels = np.ceil(np.sqrt(shares) * HeatMap.SHADES - 0.25).clip(0, HeatMap.SHADES)
    return HeatMap(
        name=shortened(layer.tag),
        levels=levels.astype(np.uint8),
        low=low,
        high=high,
        first=layer.steps[0],
        last=layer.steps[-1],
    )


def _range(histogram: Histogram) -> tuple[float, float]:
    """Return where nearly all values of a histogram lie."""
    below = np.cumsum(histogram.count) / histogram.total
    low = histogram.left[np.searchsorted(below, _TAIL, side="right").clip(0, len(below) - 1)]
    high = histogram.right[np.searchsorted(below, 1 - _TAIL).clip(0, len(below) - 1)]
    return float(low), float(high)

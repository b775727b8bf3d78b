"""How much the GPUs were used, where the log holds it, and how long they stood idle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats

# "system/gpu.0.gpu" (W&B), "gpu_0_utilization_percentage" (MLflow), "gpu_id: 0/utilization.gpu (%)"
_USE = re.compile(r"(?:gpu|cuda).*(?:\.gpu$|util)|util.*(?:gpu|cuda)", re.IGNORECASE)
_OTHER = re.compile(r"mem|power|temp|watt|fan|clock|enforced", re.IGNORECASE)
_NUMBER = re.compile(r"(?:gpu|cuda)[^0-9a-z]*?(?:id)?[^0-9a-z]*(\d{1,3})", re.IGNORECASE)
_FEWEST = 10  # samples
_IDLE = 0.05  # of the GPU: a display or a driver uses as much
_OFTEN = 0.2  # of the samples: idle so often is worth a word
_MOST = 16  # GPUs in the table


@dataclass(frozen=True, eq=False)
class Gpu(Values):
    """The use of one GPU as shares, over all samples of the log."""

    name: str
    mean: float
    idle: float  # share of the samples


@dataclass(frozen=True, eq=False)
class GpuUseValues(Values):
    """The use of all GPUs."""

    tags: tuple[str, ...]
    gpus: int
    mean: float
    idle: float
    rows: tuple[Gpu, ...]


class GpuUse(Fact):
    """Whether the GPUs had work to do."""

    place: ClassVar[int | None] = 65

    def compute(self, run: Run, best: Best | None) -> GpuUseValues | None:  # noqa: ARG002 - part of the interface
        """Return the use of the GPUs, or None if the log does not hold it."""
        rows = [
            Gpu(name, float(share.mean()), float(np.mean(share < _IDLE)))
            for name, share in _shares(run)
        ]
        if not rows:
            return None
        idle = float(np.mean([gpu.idle for gpu in rows]))
        tags = ["use"] if len(rows) == 1 else ["use_of_several"]
        if any(gpu.idle > 1 - _IDLE for gpu in rows) and len(rows) > 1:
            tags.append("unused")
        elif idle >= _OFTEN:
            tags.append("idle")
        mean = float(np.mean([gpu.mean for gpu in rows]))
        shown = tuple(rows[:_MOST]) if len(rows) > 1 else ()
        return GpuUseValues(tuple(tags), len(rows), mean, idle, shown)


def _shares(run: Run) -> Iterator[tuple[str, Floats]]:
    """Yield the name of each GPU and its use at each sample, from 0 to 1."""
    found: dict[str, Floats] = {}
    for series in run.series:
        if not _USE.search(series.tag) or _OTHER.search(series.tag):
            continue
        value = series.value[np.isfinite(series.value)]
        if len(value) < _FEWEST or value.min() < 0 or value.max() > 100:
            continue
        number = _NUMBER.search(series.tag)
        name = number[1] if number else series.tag
        found.setdefault(name, value)
    is_percent = any(value.max() > 1 for value in found.values())
    for name in sorted(found, key=lambda name: (len(name), name)):
        yield name, found[name] / (100 if is_percent else 1)

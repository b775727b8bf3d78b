"""What the history of a ``.wandb`` file holds beside numbers: histograms, images, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer.errors import ParseError
from analyzer.parsers import _leveldb
from analyzer.parsers._base import LogFile
from analyzer.parsers._json import number_or_nan
from analyzer.parsers._tfrecord import Damage
from analyzer.parsers._wandb_items import Item, leaves
from analyzer.parsers._wandb_records import History, read_record
from analyzer.stats.arrays import Floats
from analyzer.stats.histogram import Histogram, from_edges

_MOST_BINS = 10_000
_TYPE = "_type"


class Medium(NamedTuple):
    """A value of the history that is no number: its name, ``_type``, step and content."""

    name: str
    kind: str
    step: int
    content: Mapping[str, Any]


def wandb_media(path: Path) -> Iterator[Medium]:
    """Yield the values in the history of a log that say their ``_type``, in log order."""
    try:
        file = LogFile(path, Path(path.name), path.name, path.stat().st_size)
        handle = file.open()
    except (OSError, ParseError):
        return
    last = -1
    with handle:
        for record in _leveldb.records(handle, file.length):
            if isinstance(record, Damage):
                continue
            try:
                row = read_record(record.payload)
            except ValueError:
                continue
            if not isinstance(row, History):
                continue
            last = _step(row, last)
            for name, content in _typed(row).items():
                yield Medium(name, str(content.get(_TYPE)), last, content)


def _step(row: History, last: int) -> int:
    for item in row.items:
        if item.name == "_step" and isinstance(item.value, int):
            return item.value
    return row.step if isinstance(row.step, int) else last + 1


def _typed(row: History) -> dict[str, dict[str, Any]]:
    """Return the dicts of a row that say their type, whichever way a writer spelt them."""
    parted: dict[tuple[str, ...], dict[str, Any]] = {}
    found: dict[str, dict[str, Any]] = {}
    for item in row.items:
        for leaf in leaves(item):
            if isinstance(leaf.value, dict):
                found[leaf.name] = leaf.value
            elif len(leaf.path) > 1:
                _put(parted, leaf)
    for path, content in parted.items():
        if _TYPE in content:
            found[".".join(path)] = content
    return found


def _put(parted: dict[tuple[str, ...], dict[str, Any]], leaf: Item) -> None:
    """Add a leaf to each dict that may hold it: packed bins lie one level deeper."""
    parted.setdefault(leaf.path[:-1], {})[leaf.path[-1]] = leaf.value
    if len(leaf.path) > 2:
        inner = parted.setdefault(leaf.path[:-2], {}).setdefault(leaf.path[-2], {})
        if isinstance(inner, dict):
            inner[leaf.path[-1]] = leaf.value


def histogram_in(content: Mapping[str, Any]) -> Histogram | None:
    """Return a histogram of W&B: by edges, or packed as the first edge, a width and a count."""
    values = content.get("values")
    if not isinstance(values, list) or not 0 < len(values) <= _MOST_BINS:
        return None
    bins, packed = content.get("bins"), content.get("packedBins")
    if isinstance(packed, dict):
        low, width = number_or_nan(packed.get("min")), number_or_nan(packed.get("size"))
        edges: Floats = low + width * np.arange(len(values) + 1.0)
    elif isinstance(bins, list) and len(bins) == len(values) + 1:
        edges = np.array([number_or_nan(edge) for edge in bins])
    else:
        return None
    return from_edges(edges, np.array([number_or_nan(value) for value in values]))

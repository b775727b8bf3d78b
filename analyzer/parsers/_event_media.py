"""What event files hold beside scalars: where it stands, read again when a report shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile
from analyzer.parsers._event import decode_event
from analyzer.parsers._event_blocks import EventBlocks
from analyzer.parsers._tfrecord import Damage, Record, next_item
from analyzer.stats.arrays import Floats
from analyzer.stats.histogram import Histogram, checked

# By the field of a summary value, or the plug-in of a tensor: what it is.
_KINDS = {
    "histo": "histogram",
    "image": "image",
    "histograms": "histogram",
    "images": "image",
    "pr_curves": "pr_curve",
}
SEEN = frozenset(_KINDS)  # the names under which a parser passes these values over
MOST_VALUES = 200_000  # of a file that are noted
_MOST_BUCKETS = 10_000
_TENSORS = {1: ("<f4", "float_val"), 2: ("<f8", "double_val")}  # by DataType
_STRING = 7
_MOST_OUTPUTS = 3  # images of one tag and step


class MediaPlace(NamedTuple):
    """Where a value stands: its kind, tag and step; its file, record and number in the record."""

    kind: str
    tag: str
    step: int
    path: Path
    position: int
    number: int


class Encoded(NamedTuple):
    """An image as it was logged, in whatever format."""

    content: bytes


def media_places(path: Path) -> list[MediaPlace]:
    """Return the histograms, images and PR curves of an event file; [] if it cannot be read."""
    try:
        file = LogFile(path, Path(path.name), path.name, path.stat().st_size)
        handle = file.open()
    except (OSError, ParseError):
        return []
    places: list[MediaPlace] = []
    plugins: dict[str, str] = {}
    with handle:
        for piece in EventBlocks().pieces(handle, file.length):
            if isinstance(piece, Damage):
                continue
            for _, item in piece.rest:
                if isinstance(item, Record):
                    places += _places_in(item, path, plugins)
            if len(places) > MOST_VALUES:
                break
    return places[:MOST_VALUES]


def _places_in(record: Record, path: Path, plugins: dict[str, str]) -> Iterator[MediaPlace]:
    try:
        event = decode_event(record.payload).event
    except ValueError:
        return
    for index, value in enumerate(event.summary.value):
        plugin = value.metadata.plugin_data.plugin_name or plugins.get(value.tag, "")
        plugins[value.tag] = plugin
        kind = _KINDS.get(value.WhichOneof("value") or "") or _KINDS.get(plugin)
        if kind is not None:
            yield MediaPlace(kind, value.tag, event.step, path, record.position, index)


def media_values(places: Sequence[MediaPlace]) -> Iterator[tuple[MediaPlace, Any]]:
    """Yield each place of one file with the message there; those that cannot be read are left."""
    if not places:
        return
    path = places[0].path
    file = LogFile(path, Path(path.name), path.name, path.stat().st_size)
    with file.open() as handle:
        for place in sorted(places, key=lambda place: (place.position, place.number)):
            handle.seek(place.position)
            item = next_item(handle, place.position, file.length).item
            if isinstance(item, Damage):
                continue
            try:
                values = decode_event(item.payload).event.summary.value
            except ValueError:
                continue
            if place.number < len(values):
                yield place, values[place.number]


def histogram_of(value: Any) -> Histogram | None:
    """Return the histogram in a summary value, in either encoding; None if it is none."""
    if value.WhichOneof("value") == "histo":
        return _first_encoding(value.histo)
    rows = tensor_rows(value.tensor, columns=3)
    if rows is None:
        return None
    rows = rows[rows[:, 2] > 0]
    return checked(Histogram(rows[:, 0], rows[:, 1], rows[:, 2]))


def _first_encoding(histo: Any) -> Histogram | None:
    """Return a histogram whose buckets have limits alone; the least value begins the first."""
    if not 0 < len(histo.bucket) == len(histo.bucket_limit) <= _MOST_BUCKETS:
        return None
    limits, count = np.array(histo.bucket_limit), np.array(histo.bucket)
    edges = np.clip(np.concatenate([[histo.min], limits]), histo.min, histo.max)
    edges = np.maximum.accumulate(edges)
    known = histo.num > 0 and np.isclose(histo.num, count.sum())
    sums = (histo.sum, histo.sum_squares) if known else (None, None)
    return checked(Histogram(edges[:-1], edges[1:], count, *sums))


def tensor_rows(tensor: Any, columns: int | None = None) -> Floats | None:
    """Return a tensor of two dimensions as an array; None for another shape or type."""
    shape = [dim.size for dim in tensor.tensor_shape.dim]
    if len(shape) != 2 or tensor.dtype not in _TENSORS or min(shape) < 1:
        return None
    if shape[0] * shape[1] > 3 * _MOST_BUCKETS or columns not in (None, shape[1]):
        return None
    dtype, field = _TENSORS[tensor.dtype]
    values = np.array(getattr(tensor, field), dtype=np.float64)
    if tensor.tensor_content:
        if len(tensor.tensor_content) % np.dtype(dtype).itemsize:
            return None
        values = np.frombuffer(tensor.tensor_content, dtype).astype(np.float64)
    if len(values) == 1:  # a tensor of one value that repeats
        values = np.full(shape[0] * shape[1], values[0])
    return values.reshape(shape) if len(values) == shape[0] * shape[1] else None


def images_of(value: Any) -> list[Encoded]:
    """Return the images in a summary value, in either encoding, the first of many."""
    if value.WhichOneof("value") == "image":
        return [Encoded(value.image.encoded_image_string)]
    if value.WhichOneof("value") != "tensor" or value.tensor.dtype != _STRING:
        return []
    return [Encoded(content) for content in value.tensor.string_val[2 : 2 + _MOST_OUTPUTS]]

"""Read charts saved as JSON: curves with lists ``x`` and ``y``, as Plotly and ClearML write them.

Plotly: ``{"data": [{"name": "train loss", "x": [...], "y": [...]}], "layout": {...}}``. ClearML:
``{"loss": {"train": {"name": "train", "x": [...], "y": [...]}}}``. They become records, which
other histories are, too.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.parsers._odd_entries import OddEntries, odd_entries

_TRACES = (None, "scatter", "scattergl")
_TYPES = {"i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"}  # of Plotly's packed arrays
_MOST = 10_000_000  # bytes of one
_LARGEST = 2.0**53
_STEP = "step"


class _Curve(NamedTuple):
    """A curve of a chart: the words of its name from the outside in, its places and values."""

    words: tuple[str, ...]
    x: list[Any]
    y: list[Any]


def chart_document(document: Any) -> Any:
    """Return the records of a chart, or of each run of one by its name; any other document as is.

    So it is if the places of a curve are no whole numbers, epochs aside.
    """
    curves = list(_curves_of(document))
    if not curves or not all(map(_is_curve, curves)):
        return document
    axis = _axis_of(document)
    if axis == _STEP and not all(_are_whole(curve.x) for curve in curves):
        return document
    measured = _title(_layout(document).get("yaxis")) or _title(_layout(document))
    names = [_name(curve.words, measured) for curve in curves]
    if len(set(names)) < len(names):
        return document
    if any(map(metrics.is_judged, names)) or not metrics.is_judged(measured):
        return _records(names, curves, axis)
    labels = [" ".join(curve.words) for curve in curves]  # each curve is the same metric of a run
    found = {
        label: _records([measured], [own], axis) for label, own in zip(labels, curves, strict=True)
    }
    return found if len(found) == len(labels) else document


def _curves_of(document: Any) -> Iterator[_Curve]:
    """Yield the curves of a document, none if a part of it is anything else.

    Traces that are no curves, such as bars, may stand beside those that are.
    """
    if _are_traces(document):
        yield from _traces(document)
    elif isinstance(document, Mapping) and isinstance(document.get("data"), list):
        yield from _traces(document["data"]) if _are_traces(document["data"]) else ()
    elif isinstance(document, Mapping) and document:
        parts = [(str(name), part) for name, part in document.items()]
        if all(_has_axes(part) for _, part in parts):
            yield from (_Curve((name,), part["x"], part["y"]) for name, part in parts)
        elif all(_holds_curves(part) for _, part in parts):
            for title, part in parts:
                for name, curve in part.items():
                    words = (title,) if name == title else (title, str(name))
                    yield _Curve(words, curve["x"], curve["y"])


def _traces(entries: Sequence[Any]) -> Iterator[_Curve]:
    for entry in filter(_is_line, entries):
        y = _unpacked(entry["y"])
        x = _unpacked(entry.get("x", list(range(len(y)))))
        yield _Curve((str(entry.get("name") or ""),), x, y)


def odd_traces(document: Any) -> tuple[OddEntries, ...]:
    """Return what is to be said of the traces of a chart that are no curves: bars, boxes."""
    entries, name = document, ""
    if isinstance(document, Mapping):
        entries, name = document.get("data"), "data"
    if not _are_traces(entries) or not any(map(_is_line, entries)):
        return ()
    return odd_entries(entries, name, _is_line)


def _are_traces(entries: Any) -> bool:
    if not isinstance(entries, list) or not entries:
        return False
    return all(isinstance(entry, Mapping) and "y" in entry for entry in entries)


def _is_line(entry: Mapping[str, Any]) -> bool:
    return entry.get("type") in _TRACES and isinstance(_unpacked(entry["y"]), list)


def _holds_curves(part: Any) -> bool:
    return isinstance(part, Mapping) and bool(part) and all(map(_has_axes, part.values()))


def _has_axes(part: Any) -> bool:
    return isinstance(part, Mapping) and all(isinstance(part.get(key), list) for key in ("x", "y"))


def _unpacked(values: Any) -> Any:
    """Return a list that Plotly packed as ``{"dtype": "f8", "bdata": ...}``; others as they are."""
    if not isinstance(values, Mapping) or values.get("dtype") not in _TYPES or "shape" in values:
        return values
    packed = values.get("bdata")
    if not isinstance(packed, str) or len(packed) > _MOST:
        return None
    try:
        data = base64.b64decode(packed, validate=True)
        return np.frombuffer(data, dtype=f"<{values['dtype']}").tolist()
    except (binascii.Error, ValueError):
        return None


def _is_curve(curve: _Curve) -> bool:
    """Say whether a curve has a number or nothing at each place, and places that are numbers."""
    if not isinstance(curve.x, list) or len(curve.x) != len(curve.y) or not curve.y:
        return False
    are_places = all(map(_is_number, curve.x))
    return are_places and all(value is None or _is_number(value) for value in curve.y)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_whole(x: Sequence[Any]) -> bool:
    return all(abs(place) < _LARGEST and place == place // 1 for place in x)


def _layout(document: Any) -> Mapping[str, Any]:
    layout = document.get("layout") if isinstance(document, Mapping) else None
    return layout if isinstance(layout, Mapping) else {}


def _title(part: Any) -> str:
    """Return the title of a figure or an axis of Plotly, "" without one."""
    title = part.get("title") if isinstance(part, Mapping) else None
    title = title.get("text") if isinstance(title, Mapping) else title
    return title if isinstance(title, str) else ""


def _axis_of(document: Any) -> str:
    """Return the epoch if the chart calls its axis so, else the step."""
    title = metrics.normal(_title(_layout(document).get("xaxis")))
    return title if title in metrics.EPOCH_AXES else _STEP


def _name(words: Sequence[str], measured: str) -> str:
    """Return the name of a curve, with what the chart measures if it is a split alone."""
    name = "/".join(word for word in words if word)
    if metrics.is_judged(name) or not metrics.is_judged(measured):
        return name
    split = metrics.cell_split(name)
    return f"{name} {measured}" if split or not name else name


def _records(names: Sequence[str], curves: Sequence[_Curve], axis: str) -> list[dict[str, Any]]:
    """Return curves as records: one for each place if they all go forward, else in their order."""
    if not all(left < right for curve in curves for left, right in pairwise(curve.x)):
        return [
            {axis: place, name: value}
            for name, curve in zip(names, curves, strict=True)
            for place, value in zip(curve.x, curve.y, strict=True)
        ]
    rows: dict[Any, dict[str, Any]] = {}
    for name, curve in zip(names, curves, strict=True):
        for place, value in zip(curve.x, curve.y, strict=True):
            rows.setdefault(place, {axis: place})[name] = value
    return [rows[place] for place in sorted(rows)]

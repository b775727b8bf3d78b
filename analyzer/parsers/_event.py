"""Decode one event of a TensorBoard file: the message, its numbers, its hyperparameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from analyzer.parsers._wire import repair_strings

_TAG = (5, 1, 1)  # field numbers: Event.summary, Summary.value, Value.tag
_TEXT = 7  # DataType of a string
_MOST_TEXTS = 1000  # cells of a table of texts
_HALF_FLOAT = "bfloat16"  # not a type of NumPy: the upper half of a float32


class DecodedEvent(NamedTuple):
    """An event message, and whether a tag in it was not UTF-8 and had to be repaired."""

    event: Any
    is_repaired: bool


class _TensorType(NamedTuple):
    """The NumPy type of ``tensor_content``, and the field that has the values otherwise."""

    dtype: str
    field: str


_TENSOR_TYPES: Mapping[int, _TensorType] = {  # by DataType of tensorflow/types.proto
    1: _TensorType("<f4", "float_val"),
    2: _TensorType("<f8", "double_val"),
    3: _TensorType("<i4", "int_val"),
    4: _TensorType("<u1", "int_val"),
    5: _TensorType("<i2", "int_val"),
    6: _TensorType("<i1", "int_val"),
    9: _TensorType("<i8", "int64_val"),
    10: _TensorType("?", "bool_val"),
    14: _TensorType(_HALF_FLOAT, "half_val"),
    17: _TensorType("<u2", "int_val"),
    19: _TensorType("<f2", "half_val"),
    22: _TensorType("<u4", "uint32_val"),
    23: _TensorType("<u8", "uint64_val"),
}


def decode_event(payload: bytes) -> DecodedEvent:
    """Return the event in a record. Raises ValueError if it is not one."""
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.event_pb2 import Event

    try:
        return DecodedEvent(Event.FromString(payload), is_repaired=False)
    except DecodeError:
        pass
    try:
        return DecodedEvent(Event.FromString(repair_strings(payload, _TAG)), is_repaired=True)
    except DecodeError as error:
        raise ValueError("not an event") from error


def scalar(value: Any, plugin: str) -> float | None:
    """Return the number of a summary value, or None if it is not a scalar."""
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return float(value.simple_value)
    if kind != "tensor" or plugin not in ("scalars", ""):
        return None
    return _tensor_number(value.tensor)


def text_of(value: Any) -> str:
    """Return the text of a summary value, "" if it has none."""
    if value.WhichOneof("value") != "tensor" or value.tensor.dtype != _TEXT:
        return ""
    return "\n".join(
        part.decode("utf-8", "replace") for part in value.tensor.string_val[:_MOST_TEXTS]
    )


def _tensor_number(tensor: Any) -> float | None:
    """Return the number of a tensor of rank 0, or of shape [1]; None for any other tensor."""
    if any(dim.size != 1 for dim in tensor.tensor_shape.dim) or tensor.dtype not in _TENSOR_TYPES:
        return None
    dtype, field = _TENSOR_TYPES[tensor.dtype]
    bits = tensor.tensor_content
    if not bits:
        values = getattr(tensor, field)
        if len(values) > 1:
            return None
        if not values:
            return 0.0  # a proto3 writer may leave a zero out
        if field != "half_val":
            return float(values[0])
        # the field has 32 bits, the number the lower 16 of them
        bits = (int(values[0]) & 0xFFFF).to_bytes(2, "little")
    size = 2 if dtype == _HALF_FLOAT else np.dtype(dtype).itemsize
    if len(bits) != size:
        return None
    if dtype == _HALF_FLOAT:
        bits, dtype = b"\0\0" + bits, "<f4"
    return float(np.frombuffer(bits, dtype)[0])


def hyperparameters(content: bytes) -> dict[str, Any]:
    """Return the hyperparameters of a session of the hparams plugin."""
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    readers: Mapping[str, Callable[[Any], Any]] = {
        "number_value": lambda value: value.number_value,
        "string_value": lambda value: value.string_value,
        "bool_value": lambda value: value.bool_value,
    }
    try:
        start = HParamsPluginData.FromString(content).session_start_info
    except DecodeError:
        return {}
    found = {}
    for name, value in sorted(start.hparams.items()):
        reader = readers.get(value.WhichOneof("kind"))
        if reader:
            found[name] = reader(value)
    return found

"""Events of TensorBoard: broken tags are repaired, numbers are read from every type of tensor."""

from __future__ import annotations

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from analyzer.parsers._event import decode_event, hyperparameters, scalar


def test_a_tag_that_is_not_utf8_is_repaired() -> None:
    summary = Summary(value=[Summary.Value(tag="abc", simple_value=1.0)])
    payload = Event(step=3, summary=summary).SerializeToString()
    assert not decode_event(payload).is_repaired
    decoded = decode_event(payload.replace(b"abc", b"a\xffc"))
    assert decoded.is_repaired
    assert decoded.event.summary.value[0].tag == "a\ufffdc"


@pytest.mark.parametrize("payload", [b"\xff", b"\x0b", b"\x1a\x05ab"])
def test_bytes_that_are_not_an_event_raise_value_error(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_event(payload)


@pytest.mark.parametrize(
    ("tensor", "number"),
    [
        (TensorProto(dtype=1, float_val=[0.5]), 0.5),
        (TensorProto(dtype=2, tensor_content=b"\0\0\0\0\0\0\xe0\x3f"), 0.5),
        (TensorProto(dtype=14, tensor_content=b"\0\x3f"), 0.5),
        (TensorProto(dtype=19, half_val=[0x3800]), 0.5),
        (TensorProto(dtype=9), 0.0),
        (TensorProto(dtype=14, tensor_content=b"\0"), None),
        (TensorProto(dtype=7, string_val=[b"x"]), None),
    ],
    ids=["float", "double", "bfloat16", "half", "zero left out", "cut off", "text"],
)
def test_a_tensor_gives_its_number(tensor: TensorProto, number: float | None) -> None:
    assert scalar(Summary.Value(tag="x", tensor=tensor), "scalars") == number
    assert scalar(Summary.Value(tag="x", tensor=tensor), "text") is None


def test_hyperparameters_of_broken_bytes_are_none() -> None:
    assert hyperparameters(b"\xff") == {}

"""Values of event files that are no scalars: where they stand, and damage around them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from analyzer.parsers._event_media import (
    histogram_of,
    images_of,
    media_places,
    media_values,
    tensor_rows,
)
from analyzer.parsers._tfrecord import frame
from tests.views.conftest import histo, image, tensor


def log_of(folder: Path, values: list[tuple[int, Summary.Value]]) -> Path:
    path = folder / "events.out.tfevents.1.h"
    events = [Event(step=step, summary=Summary(value=[value])) for step, value in values]
    path.write_bytes(b"".join(frame(event.SerializeToString()) for event in events))
    return path


def test_places_are_those_of_the_values(tmp_path: Path) -> None:
    scalar = Summary.Value(tag="loss", simple_value=1.0)
    path = log_of(tmp_path, [(1, scalar), (2, histo("a", [1.0, 2.0])), (3, image("b", b"png"))])
    places = media_places(path)
    assert [(place.kind, place.tag, place.step) for place in places] == [
        ("histogram", "a", 2),
        ("image", "b", 3),
    ]
    values = dict(media_values(places))
    assert values[places[1]].image.encoded_image_string == b"png"


def test_a_damaged_record_costs_itself_alone(tmp_path: Path) -> None:
    path = log_of(tmp_path, [(step, histo("a", [1.0, 2.0 + step])) for step in range(3)])
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 255
    path.write_bytes(bytes(whole))
    assert [place.step for place in media_places(path)] == [0, 2]


def test_a_file_that_changed_since_gives_what_is_whole(tmp_path: Path) -> None:
    path = log_of(tmp_path, [(step, histo("a", [1.0, 2.0])) for step in range(3)])
    places = media_places(path)
    path.write_bytes(path.read_bytes()[:-5])
    assert [place.step for place, _ in media_values(places)] == [0, 1]
    path.unlink()
    assert media_places(path) == []


def test_tensors_of_other_shapes_are_refused() -> None:
    def made(shape: list[int], values: list[float]) -> TensorProto:
        dims = [TensorShapeProto.Dim(size=size) for size in shape]
        return TensorProto(dtype=1, tensor_shape=TensorShapeProto(dim=dims), float_val=values)

    rows = tensor_rows(made([2, 3], [1, 2, 3, 4, 5, 6]), columns=3)
    assert rows is not None
    assert rows.tolist() == [[1, 2, 3], [4, 5, 6]]
    repeated = tensor_rows(made([2, 3], [7]))
    assert repeated is not None
    assert (repeated == 7).all()
    for shape in ([2, 2], [6], [1 << 40, 3], [0, 3], [-1, 3]):
        assert tensor_rows(made(shape, [1, 2, 3]), columns=3) is None


def test_both_encodings_give_a_histogram() -> None:
    first = histogram_of(histo("a", [0.0, 1.0, 1.0, 2.0], bins=2))
    assert first is not None
    assert first.count.tolist() == [1, 3]
    second = histogram_of(tensor("a", "histograms", np.array([[0, 1, 1], [1, 2, 3], [2, 3, 0]])))
    assert second is not None
    assert second.count.tolist() == [1, 3]


def test_a_value_of_another_kind_has_no_image() -> None:
    assert images_of(Summary.Value(tag="a", simple_value=1.0)) == []
    assert [made.content for made in images_of(image("a", b"x"))] == [b"x"]

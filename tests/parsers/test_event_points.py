"""Points of many tags are those of each tag, in the order of their records."""

from __future__ import annotations

import numpy as np

from analyzer.parsers._event_points import Mixture, Part, Row, by_column, joined


def part(records: list[int]) -> Part:
    record = np.array(records)
    return Part(record, 10 * record, record / 2, (record / 4).astype(np.float32))


def test_a_mixture_gives_the_points_of_each_tag_in_the_order_of_the_file() -> None:
    mixture = Mixture()
    mixture.add(["b", "a", "b"], part([5, 7, 9]))
    mixture.add(["a", "c"], part([2, 6]))
    found = mixture.by_tag()
    assert {tag: own.record.tolist() for tag, own in found.items()} == {
        "b": [5, 9],
        "a": [2, 7],
        "c": [6],
    }
    for own in found.values():
        assert own.step.tolist() == [10 * number for number in own.record]
        assert own.wall_time.tolist() == [number / 2 for number in own.record]
        assert own.value.tolist() == [number / 4 for number in own.record]
        assert own.value.dtype == np.float64
    assert mixture.by_tag() == {}


def test_parts_are_joined_in_the_order_of_their_records() -> None:
    single = by_column([Row(1, 10, 0.5, 0.25), Row(3, 30, 1.5, 0.75)])
    points = joined([single, part([2])])
    assert points.step.tolist() == [10, 20, 30]
    assert points.value.tolist() == [0.25, 0.5, 0.75]
    assert joined([part([2])]).value.dtype == np.float64

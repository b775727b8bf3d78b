"""Points of many tags are those of each tag, in the order of their records."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.parsers._event_points import (
    Mixture,
    Part,
    Points,
    Row,
    Store,
    gathered,
    in_order,
    of_rows,
)


def points(records: list[int]) -> Points:
    record = np.array(records)
    return Points(10 * record, record / 2, (record / 4).astype(np.float32))


def part(store: Store, records: list[int]) -> Part:
    return Part(np.array(records), store, store.add(points(records)))


def assert_points_of(part: Part, records: list[int]) -> None:
    assert np.asarray(part.record).tolist() == records
    for name, numbers in zip(Points._fields, points(records), strict=True):
        assert part.column(name).tolist() == numbers.tolist()


def test_a_store_keeps_points_as_they_come() -> None:
    store = Store()
    assert part(store, [3, 4]).column("step").tolist() == [30, 40]
    last = part(store, [7])
    assert last.start == 2
    assert len(store) == 3
    assert_points_of(last, [7])
    assert store.column("value").dtype == np.float32
    assert Store(np.float64).column("value").dtype == np.float64


def test_a_mixture_gives_the_points_of_each_tag_in_the_order_of_the_file() -> None:
    mixture = Mixture()
    assert mixture.by_tag() == {}
    mixture.add(["b", "a", "b"], np.array([5, 7, 9]), points([5, 7, 9]))
    mixture.add(["a", "c"], np.array([2, 6]), points([2, 6]))
    found = mixture.by_tag()
    assert list(found) == ["b", "a", "c"]
    for tag, records in {"b": [5, 9], "a": [2, 7], "c": [6]}.items():
        assert_points_of(found[tag], records)


def test_rows_of_several_tags_are_parts_of_one_store() -> None:
    rows = {"a": [Row(1, 10, 0.5, 0.25), Row(4, 40, 2.0, 1.0)], "b": [Row(2, 20, 1.0, 0.5)]}
    store = Store(np.float64)
    found = of_rows(rows, store)
    assert len(store) == 3
    assert_points_of(found["a"], [1, 4])
    assert_points_of(found["b"], [2])


def test_parts_are_put_in_the_order_of_their_records() -> None:
    store, rows = Store(), Store(np.float64)
    first, last = part(store, [1, 2]), part(store, [8])
    assert in_order([last, first]) == [first, last]
    between = of_rows({"loss": [Row(1, 10, 0.5, 0.25), Row(9, 90, 4.5, 2.25)]}, rows)["loss"]
    (merged,) = in_order([between, part(store, [3, 5])])
    assert_points_of(merged, [1, 3, 5, 9])


def test_gathered_points_are_views_of_columns_that_a_frame_may_share() -> None:
    store, rows = Store(), Store(np.float64)
    loss = [part(store, [1, 3]), of_rows({"loss": [Row(4, 40, 2.0, 1.0)]}, rows)["loss"]]
    rate = [part(store, [2])]
    (of_loss, of_rate) = gathered([loss, rate])
    for found, records in ((of_loss, [1, 3, 4]), (of_rate, [2])):
        for ours, theirs in zip(found, points(records), strict=True):
            assert ours.tolist() == theirs.tolist()
        assert found.value.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            found.value[0] = 0
    assert of_loss.value.base is of_rate.value.base
    assert not len(store.column("step"))
    assert gathered([]) == []

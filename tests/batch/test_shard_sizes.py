"""The sizes of shards follow how long a unit takes, and shrink towards the end."""

from __future__ import annotations

from analyzer.batch.shard_sizes import ShardSizes


def test_the_first_shards_have_fifty_units() -> None:
    assert ShardSizes(100_000).next(workers=4) == 50


def test_a_shard_takes_two_seconds_of_the_last_rate_and_has_200_units_at_most() -> None:
    sizes = ShardSizes(100_000)
    sizes.learn(50, seconds=1)
    assert sizes.next(workers=4) == 100
    sizes.learn(50, seconds=0.1)
    assert sizes.next(workers=4) == 200
    sizes.learn(50, seconds=500)
    assert sizes.next(workers=4) == 1


def test_every_unit_is_in_one_shard_and_the_last_shards_are_small() -> None:
    sizes, found = ShardSizes(400), []
    while size := sizes.next(workers=3):
        found.append(size)
    assert sum(found) == 400
    assert found[0] == 50
    assert found[-1] <= 8


def test_few_units_are_shared_among_the_workers() -> None:
    sizes = ShardSizes(60)
    assert [sizes.next(workers=3) for _ in range(3)] == [10, 9, 8]


def test_a_shard_that_gave_nothing_teaches_nothing() -> None:
    sizes = ShardSizes(1000)
    sizes.learn(0, seconds=60)
    assert sizes.next(workers=2) == 50

"""Restarts: what they replace or give up, what an evaluation is, which curve decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._restarts import (
    MOST_EVALUATED,
    UNORDERED_SHARE,
    Marks,
    Restart,
    Track,
    _first_at_most,
    are_ordered,
    mark_restarts,
)

EVALUATION = st.lists(st.integers(0, 40), min_size=1, max_size=MOST_EVALUATED)


def marked(*steps: list[int]) -> list[Marks]:
    """Return the marks of curves; the places of all count one sequence of steps."""
    return mark_restarts([Track(np.array(own, dtype=np.int64)) for own in steps])


def marks_of(steps: list[int]) -> list[bool]:
    found: list[bool] = marked(steps)[0].superseded.tolist()
    return found


def counts(found: Marks) -> dict[int, tuple[int, int]]:
    return {restart.step: (restart.again, restart.abandoned) for restart in found.restarts}


def left(steps: list[int]) -> list[int]:
    return [step for step, mark in zip(steps, marks_of(steps), strict=True) if not mark]


def slowly(stretches: list[range]) -> list[bool]:
    """Say of each point, one by one, whether a later stretch begins at its step or below."""
    marks = []
    for number, stretch in enumerate(stretches):
        later = [other[0] for other in stretches[number + 1 :]]
        marks += [any(first <= step for first in later) for step in stretch]
    return marks


@given(
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(1, 60), st.integers(4, 40)), max_size=3),
    st.integers(1, 500),
)
def test_marks_are_those_of_a_slow_twin(
    first: int, restarts: list[tuple[int, int]], spacing: int
) -> None:
    stretches = [range(0, (first + 1) * spacing, spacing)]
    for back, length in restarts:
        start = max(0, stretches[-1][-1] - back * spacing)
        stretches.append(range(start, start + length * spacing, spacing))
    steps = [step for stretch in stretches for step in stretch]
    (found,) = marked(steps)
    assert found.superseded.tolist() == slowly(stretches)
    taken = sum(restart.again + restart.abandoned for restart in found.restarts)
    assert taken == found.superseded.sum()


@given(st.integers(3, 60), st.integers(0, 59), st.integers(3, 80))
def test_one_attempt_is_left_behind_the_restart(first: int, start: int, length: int) -> None:
    start = min(start, first - 1)
    steps = [*range(first + 1), *range(start, start + length)]
    assert left(steps) == [*range(start), *range(start, start + length)]


@given(st.integers(20, 60), st.integers(0, 19), st.integers(3, 80))
def test_every_point_is_again_abandoned_or_left(last: int, start: int, length: int) -> None:
    steps = [*range(last + 1), *range(start, start + length)]
    again = max(0, min(last, start + length - 1) - start + 1)
    assert counts(marked(steps)[0]) == {start: (again, last - start + 1 - again)}


@given(EVALUATION)
def test_an_evaluation_at_the_end_takes_nothing_from_the_training(checkpoints: list[int]) -> None:
    steps = [*range(50), *sorted(checkpoints)]
    (found,) = marked(steps)
    assert not found.superseded[:50].any()
    assert found.superseded[50:].all()
    assert found.evaluated == len(checkpoints)
    assert found.restarts == ()


@given(EVALUATION)
def test_an_evaluation_in_the_middle_takes_nothing(checkpoints: list[int]) -> None:
    steps = [*range(50), *sorted(checkpoints), *range(50, 90)]
    (found,) = marked(steps)
    assert [step for step, mark in zip(steps, found.superseded, strict=True) if not mark] == [
        *range(90)
    ]


def test_a_restart_that_logs_at_other_steps_is_no_evaluation() -> None:
    steps = [*range(0, 60, 10), 45, 55, 65, 75]
    assert left(steps) == [0, 10, 20, 30, 40, 45, 55, 65, 75]


def test_points_in_slight_disorder_all_stay() -> None:
    assert marks_of([1, 2, 4, 3, 5, 6, 7, 9, 8, 10]) == [False] * 10


def test_each_restart_counts_what_it_took() -> None:
    steps = [*range(10), *range(6, 15), *range(12, 20)]
    assert counts(marked(steps)[0]) == {6: (4, 0), 12: (3, 0)}
    assert left(steps) == [*range(6), *range(6, 12), *range(12, 20)]


def test_what_a_later_restart_reaches_is_not_abandoned() -> None:
    steps = [*range(51), *range(20, 31), *range(25, 41)]
    found = marked(steps)[0]
    assert found.restarts == (Restart(20, 21, 10), Restart(25, 6, 0))
    assert left(steps) == [*range(20), *range(20, 25), *range(25, 41)]


def test_a_rare_curve_is_cut_where_the_training_was() -> None:
    """One point of a validation every ten steps is a restart if the training says so."""
    train = [*range(50), *range(16, 28)]
    places = np.arange(len(train))
    rare = Track(np.array([0, 10, 20, 30, 40, 20]), np.array([0, 10, 20, 30, 40, 54]))
    none = Track(np.array([15, 30, 45]), np.array([15, 30, 45]))
    found = mark_restarts([rare, Track(np.array(train), places), none])
    assert found[0].superseded.tolist() == [False, False, True, True, True, False]
    assert found[2].superseded.tolist() == [False, True, True]
    assert found[0].restarts == (Restart(16, 1, 2),)


def test_an_evaluation_of_a_rare_curve_is_no_restart_of_the_training() -> None:
    train = Track(np.arange(50), np.arange(50))
    rare = Track(np.array([0, 10, 20, 30, 40, 20]), np.array([0, 10, 20, 30, 40, 50]))
    first, second = mark_restarts([train, rare])
    assert not first.superseded.any()
    assert second.superseded.tolist() == [False] * 5 + [True]


def test_all_checkpoints_evaluated_again_take_nothing() -> None:
    train = Track(np.arange(100), np.arange(100))
    again = list(range(0, 100, 10))
    rare = Track(np.array(again * 2), np.array([*again, *range(100, 110)]))
    assert mark_restarts([train, rare])[1].superseded.tolist() == [False] * 10 + [True] * 10


def test_curves_on_axes_of_their_own_decide_for_themselves() -> None:
    batches = [*range(0, 5000, 100), *range(2000, 2800, 100)]
    epochs = Track(np.array([*range(10), 1, 2, 3, 4]), np.array([*range(4, 50, 5), 52, 54, 56, 58]))
    train = Track(np.array(batches), np.arange(len(batches)))
    test = Track(np.array([0]), np.array([57]))
    marks = mark_restarts([train, epochs, test])
    assert marks[0].superseded.sum() == 30
    assert marks[1].superseded.tolist() == [False] + [True] * 9 + [False] * 4
    assert marks[2].superseded.tolist() == [False]


def test_a_restart_is_one_on_every_axis_that_goes_back_there() -> None:
    """The epoch has one point behind the restart of the batches."""
    batches = [*range(0, 5000, 100), *range(2000, 2400, 100)]
    train = Track(np.array(batches), np.arange(len(batches)))
    epochs = Track(np.array([*range(10), 4]), np.array([*range(4, 50, 5), 52]))
    later = Track(np.array([*range(10), 4]), np.array([*range(4, 50, 5), 60]))
    before = Track(np.array([*range(9), 4]), np.array([*range(4, 45, 5), 48]))
    for behind in (epochs, later):
        marks = mark_restarts([train, behind])[1]
        assert marks.superseded.tolist() == [False] * 4 + [True] * 6 + [False]
    assert mark_restarts([train, before])[1].superseded.tolist() == [False] * 9 + [True]


def test_equal_steps_are_no_restart() -> None:
    assert marks_of([1, 1, 2, 2]) == [False] * 4
    assert marks_of([]) == []
    assert marked() == []


def test_the_whole_range_of_64_bits_is_ordered_rightly() -> None:
    low, high = -(2**63), 2**63 - 1
    assert marks_of([low, high]) == [False, False]
    assert marks_of([high, low, high]) == [True, False, False]


def test_a_log_that_goes_back_all_the_time_has_no_order() -> None:
    steps = [step for at in range(0, 200, 10) for step in (at, at - 5)]
    (found,) = marked(steps)
    assert not found.is_ordered
    assert not found.superseded.any()
    assert not are_ordered(np.array(steps))


@pytest.mark.parametrize(("backs", "is_ordered"), [(3, True), (4, False)])
def test_a_short_log_may_go_back_three_times(backs: int, is_ordered: bool) -> None:
    steps = [*range(10 - backs)]
    for _ in range(backs):
        steps += [9, 1]
    assert len(steps) * UNORDERED_SHARE < 3
    assert are_ordered(np.array(steps)) is is_ordered


def test_thousands_of_restarts_are_marked_in_one_pass() -> None:
    (found,) = marked(np.tile(np.arange(25), 2000).tolist())
    assert found.superseded.sum() == 25 * 1999
    assert sum(restart.again for restart in found.restarts) == 25 * 1999


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.data())
def test_the_first_value_below_a_limit_is_that_of_a_slow_twin(
    values: list[int], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(values) - 1))
    limit = data.draw(st.integers(min(values[start:]), 9))
    found = _first_at_most(np.array(values), np.array([start]), np.array([limit]))
    slow = next(at for at in range(start, len(values)) if values[at] <= limit)
    assert found.tolist() == [slow]


def test_the_points_of_a_step_are_found_in_log_order() -> None:
    track = Track(np.array([3, 1, 2, 1, 1, 2**63 - 1]))
    assert track.before(6, 1).tolist() == [1, 3, 4]
    assert track.before(4, 1).tolist() == [1, 3]
    assert track.before(5, 2**63 - 1).tolist() == []
    assert track.before(6, 2**63 - 1).tolist() == [5]


@given(st.lists(st.integers(-5, 12), max_size=30))
def test_no_order_of_steps_breaks_the_counts(steps: list[int]) -> None:
    (found,) = marked(steps)
    taken = sum(restart.again + restart.abandoned for restart in found.restarts)
    assert taken + found.evaluated == found.superseded.sum()
    if steps:
        assert not found.superseded.all()


def test_a_longer_evaluation_of_checkpoints_takes_nothing_from_the_training() -> None:
    """The training leads, though the validation has more points once all is evaluated again."""
    places = np.arange(20)
    train = Track(places, places, trained=1.0 / (1.0 + places))
    again = np.array([*range(20), 0, 5, 10, 15, 19])
    held_out = Track(again, np.arange(25))
    for tracks in ([train, held_out], [held_out, train]):
        marks = mark_restarts(tracks)
        of_training, of_val = (marks[tracks.index(track)] for track in (train, held_out))
        assert not of_training.superseded.any()
        assert of_val.superseded.tolist() == [False] * 20 + [True] * 5


@pytest.mark.parametrize(("behind", "is_restart"), [([9.0, 99.0], True), ([0.7, 0.8], False)])
def test_two_points_with_new_values_of_the_training_are_a_restart(
    behind: list[float], is_restart: bool
) -> None:
    step = np.array([*range(10), 7, 8])
    value = np.array([*(np.arange(10) / 10), *behind])
    (marks,) = mark_restarts([Track(step, step, trained=value)])
    assert bool(marks.restarts) == is_restart
    assert marks.superseded.tolist()[7:] == (
        [True, True, True, False, False] if is_restart else [False, False, False, True, True]
    )

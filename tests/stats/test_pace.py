"""Stalls and slow-downs with a known place, and runs that have none."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.pace import overhead_of, pace_of

STEP = np.arange(400, dtype=float)


def times(seed: int, spread: float = 0.3) -> np.ndarray:
    """Return the seconds of each interval of a calm run, with a log-normal spread."""
    rng = np.random.default_rng(seed)
    return 2.0 * np.exp(spread * rng.standard_normal(399))


def pace(spent: np.ndarray):
    found = pace_of(STEP, 1.7e9 + np.r_[0.0, np.cumsum(spent)])
    assert found is not None
    return found


def test_a_calm_run_has_neither_stall_nor_slow_down() -> None:
    for seed in range(100):
        found = pace(times(seed))
        assert len(found.stalls) == 0
        assert found.slower is None
        assert found.usual == pytest.approx(2.0, rel=0.1)


@pytest.mark.parametrize("seed", range(20))
def test_a_stall_is_found_where_it_is(seed: int) -> None:
    spent = times(seed)
    at = int(np.random.default_rng(seed).integers(10, 390))
    spent[at] = 600.0
    found = pace(spent)
    assert found.stalls.tolist() == [at + 1]
    assert found.stalled == pytest.approx(598, abs=2)


def test_an_evaluation_after_each_epoch_is_no_stall() -> None:
    spent = times(1)
    spent[19::20] = 60.0
    assert len(pace(spent).stalls) == 0
    spent[205] = 3000.0
    assert pace(spent).stalls.tolist() == [206]


def test_a_lasting_slow_down_is_measured() -> None:
    assert pace(times(2) * np.linspace(1, 3, 399)).slower == pytest.approx(2.0, rel=0.25)
    assert pace(times(2)[::-1] * np.linspace(3, 1, 399)).slower is None  # it became faster


def test_times_that_stand_still_or_run_back_tell_nothing() -> None:
    assert pace_of(STEP, np.full(400, 1.7e9)) is None
    assert pace_of(STEP, -STEP) is None
    assert pace_of(STEP[:5], STEP[:5]) is None


def test_the_pause_before_a_later_session_is_no_stall() -> None:
    spent = times(3)
    spent[200] = 6000.0
    at = 1.7e9 + np.r_[0.0, np.cumsum(spent)]
    assert pace(spent).stalls.tolist() == [201]
    found = pace_of(STEP, at, np.array([at[201]]))
    assert found is not None
    assert len(found.stalls) == 0


def overhead(spent: np.ndarray, each: int):
    is_new = np.arange(400) % each == 0
    is_new[0] = False
    seconds = 1.7e9 + np.r_[0.0, np.cumsum(spent)]
    found = pace_of(STEP, seconds, is_new_epoch=is_new)
    assert found is not None
    return overhead_of(STEP, seconds, is_new, found)


@pytest.mark.parametrize("seed", range(20))
def test_the_time_between_epochs_is_measured(seed: int) -> None:
    spent = times(seed)
    spent[19::20] += 15.0
    found = overhead(spent, 20)
    assert found is not None
    assert found.seconds == pytest.approx(15, abs=1)
    assert found.share == pytest.approx(15 * 19 / spent.sum(), rel=0.1)
    assert found.epochs == 19


def test_a_stall_at_the_end_of_an_epoch_is_no_overhead() -> None:
    spent = times(3)
    spent[39] = 900.0
    assert overhead(spent, 20) is None


def test_the_pause_before_a_later_session_is_no_overhead() -> None:
    spent = times(3)
    spent[19::20] += 15.0
    seconds = 1.7e9 + np.r_[0.0, np.cumsum(spent)]
    is_new = np.arange(400) % 20 == 0
    is_new[0] = False
    paused = seconds + 6000.0 * (np.arange(400) >= 200)
    sessions = paused[200:201]
    found = pace_of(STEP, paused, sessions, is_new)
    assert found is not None
    overhead = overhead_of(STEP, paused, is_new, found, sessions)
    assert overhead is not None
    assert overhead.epochs == 18
    assert overhead.seconds == pytest.approx(15, abs=1)
    assert overhead.share == pytest.approx(15 * 18 / found.total, rel=0.1)


def test_a_stall_between_epochs_is_one_against_the_other_ends() -> None:
    spent = times(3)
    spent[19::20] += 18.0  # some of these are ten times as long as a step
    spent[199] = 2000.0
    is_new = np.arange(400) % 20 == 0
    found = pace_of(STEP, 1.7e9 + np.r_[0.0, np.cumsum(spent)], is_new_epoch=is_new)
    assert found is not None
    assert found.stalls.tolist() == [200]


def test_a_calm_run_has_no_time_between_epochs() -> None:
    for seed in range(100):
        assert overhead(times(seed), 20) is None


def test_few_epochs_tell_nothing() -> None:
    spent = times(3)
    spent[199] += 15.0
    assert overhead(spent, 200) is None

"""The course of a reward: its levels, its noise, and how much of its gain is lost."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.measures.rewards import course_of


def test_levels_are_means_of_equal_stretches() -> None:
    course = course_of(np.repeat(np.arange(20.0), 4))
    assert course.levels.tolist() == list(range(20))
    assert course.ends.tolist() == list(range(3, 80, 4))
    assert (course.start, course.best) == (0.0, 19)
    assert (course.end, course.end_best) == (18.5, 19.0)


def test_a_short_run_has_fewer_stretches() -> None:
    assert len(course_of(np.arange(24.0)).levels) == 8
    assert len(course_of(np.arange(45.0)).levels) == 15


def test_what_is_lost_is_a_share_of_the_gain() -> None:
    value = np.concatenate([np.zeros(10), np.full(60, 10.0), np.full(30, 4.0)])
    course = course_of(value)
    assert course.gain == 10
    assert course.lost == pytest.approx(0.6)
    assert course.below_for_good(5.0) == 14
    assert course_of(-value).lost == 0.0  # it never gained


def test_noise_is_the_error_of_a_level_for_white_noise() -> None:
    found = [course_of(np.random.default_rng(seed).normal(0, 2, 2000)).noise for seed in range(200)]
    assert 0.2 <= np.median(found) <= 0.27  # 2 / sqrt(100), and the larger of two estimates


def test_slow_wander_counts_as_noise() -> None:
    rng = np.random.default_rng(0)
    total = np.cumsum(rng.standard_normal(2100))
    mean_of_hundred = (total[100:] - total[:-100]) / 100
    white = rng.permutation(mean_of_hundred)
    assert course_of(mean_of_hundred).noise > 4 * course_of(white).noise


def test_one_disastrous_episode_is_no_level() -> None:
    value = np.linspace(0, 100, 1000)
    value[500] = -1e9
    assert course_of(value).levels.min() > -5


def test_a_constant_reward_neither_rises_nor_falls() -> None:
    course = course_of(np.full(50, 3.0))
    assert (course.rise, course.fall, course.lost) == (0.0, 0.0, 0.0)


def test_the_unit_and_the_sign_of_a_reward_do_not_matter() -> None:
    value = np.sin(np.arange(300) / 40) + np.random.default_rng(1).normal(0, 0.1, 300)
    course, other = course_of(value), course_of(1000 * value - 5000)
    for name in ("rise", "fall", "lost"):
        assert getattr(other, name) == pytest.approx(getattr(course, name), rel=1e-6)

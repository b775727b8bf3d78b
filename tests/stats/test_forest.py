"""The weights of columns by a random forest, and the test behind their p-values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analyzer.stats.forest import groups_of, kruskal, weights

pytest.importorskip("sklearn", reason="needs scikit-learn (extra sweep)")


def test_kruskal_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    values, groups = rng.integers(9, size=40).astype(float), rng.integers(4, size=40)
    theirs = stats.kruskal(*(values[groups == at] for at in range(4))).pvalue
    assert kruskal(values, groups) == pytest.approx(theirs)
    assert kruskal(np.ones(5), np.array([0, 0, 1, 1, 1])) == 1.0
    assert kruskal(np.arange(5.0), np.zeros(5, dtype=int)) == 1.0


def test_a_column_of_many_values_is_tested_by_quarters() -> None:
    assert np.bincount(groups_of(np.arange(100.0))).tolist() == [25] * 4
    assert groups_of(np.array([3.0, 1.0, 3.0])).tolist() == [1, 0, 1]


def test_columns_without_effect_are_seldom_significant() -> None:
    rng = np.random.default_rng(5)
    flagged = 0
    for _ in range(12):
        table = [rng.random(40) for _ in range(3)]
        found = weights(table, table[0] + 0.1 * rng.random(40))
        assert found[0].share > 3 * max(one.share for one in found[1:])
        flagged += sum(one.chance < 0.05 for one in found[1:])
    assert flagged <= 5  # 1.2 of 24 are expected


def test_a_share_is_the_variance_that_a_column_explains() -> None:
    rng = np.random.default_rng(0)
    table = [rng.random(400) for _ in range(2)]
    shares = [found.share for found in weights(table, 2 * table[0] + table[1])]
    assert shares == pytest.approx([0.8, 0.2], abs=0.06)  # as the variances of 2x and x


def test_only_the_columns_with_the_largest_shares_are_tested() -> None:
    rng = np.random.default_rng(2)
    table = [rng.random(40) for _ in range(23)]
    found = weights(table, table[5])
    tested = sorted(one.share for one in found if one.chance < 1)
    assert len(tested) <= 20
    assert found[5].chance < 0.001
    assert max(one.share for one in found if one.chance == 1) <= tested[0]


def test_one_column_alone_is_tested_by_itself() -> None:
    x = np.arange(40.0)
    (found,) = weights([x], x**2)
    assert found.chance < 1e-6

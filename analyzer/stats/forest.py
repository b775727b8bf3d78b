"""A random forest that says how much each column of a table matters for a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats, Ints
from analyzer.stats.correlation import ranks

_TREES = 100  # the interval over them is then a tenth as wide as the spread of single trees
_LEAF = 3  # rows in a leaf: smaller ones learn the noise of single runs
_TESTED = 20  # columns, those with the largest shares: each test grows a forest of its own
_BINS = 4  # of a column with many values, to test it
_COVER = 0.95
_DRAWS = 1000  # of trees, for the interval


class Weight(NamedTuple):
    """How much a column matters.

    ``share`` is the part of the variance of the result that the column explains, with its interval
    over trees; ``chance`` the p-value of its effect beside the other columns.
    """

    share: float
    low: float
    high: float
    chance: float


def weights(columns: Sequence[Floats], result: Floats) -> list[Weight]:
    """Return the weight of each column for the ranks of a result. Shapes: k times (n,), (n,).

    Each tree is grown on a bootstrap sample, and a column is shuffled among the rows that the tree
    has not seen (permutation importance). A shuffled column loses the variance it explains and adds
    as much again by the wrong values, so the share is half of what the error grows by. Ranks, since
    a lost run has a result that is larger by orders of magnitude. The p-value is that of Kruskal
    and Wallis on what a forest without the column leaves unexplained: if the column does not
    matter, these residuals do not depend on it.

    Only the 20 columns with the largest shares are tested; the others get a p-value of 1.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45(1). DOI 10.1023/A:1010933404324.
    Kruskal, W. H., & Wallis, W. A. (1952). Use of ranks in one-criterion variance analysis. Journal
    of the American Statistical Association 47(260). DOI 10.1080/01621459.1952.10483441.
    """
    table, y = np.stack(columns, axis=1), ranks(result)
    y = (y - y.mean()) / y.std()
    lost = np.array(list(_losses(table, y))) / 2
    rng = np.random.default_rng(0)
    means = lost[rng.integers(len(lost), size=(_DRAWS, len(lost)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - _COVER) / 2, (1 + _COVER) / 2], axis=0)
    shares = lost.mean(axis=0)
    chances = np.ones(len(shares))
    for at in np.argsort(-shares, kind="stable")[:_TESTED].tolist():
        left = y - _unseen(np.delete(table, at, axis=1), y) if len(shares) > 1 else y
        chances[at] = kruskal(left, groups_of(table[:, at]))
    rows = np.stack([shares, low, high, chances], axis=1).tolist()
    return [Weight(*row) for row in rows]


def _trees(table: Floats, y: Floats) -> Iterator[tuple[object, Ints]]:
    """Yield trees of bootstrap samples, each with the rows that it has not seen."""
    from sklearn.tree import DecisionTreeRegressor

    rng = np.random.default_rng(0)
    most = max(1, round(table.shape[1] / 2))  # columns a split chooses from, so that trees differ
    for seed in range(_TREES):
        rows = rng.integers(len(y), size=len(y))
        unseen = np.setdiff1d(np.arange(len(y)), rows)
        if len(unseen) < 2:
            continue
        tree = DecisionTreeRegressor(min_samples_leaf=_LEAF, max_features=most, random_state=seed)
        yield tree.fit(table[rows], y[rows]), unseen


def _losses(table: Floats, y: Floats) -> Iterator[Floats]:
    """Yield for each tree what shuffling each column adds to its squared error on unseen rows."""
    rng = np.random.default_rng(1)
    for tree, unseen in _trees(table, y):
        rows = table[unseen]
        before = float(np.mean((y[unseen] - tree.predict(rows)) ** 2))  # type: ignore[attr-defined]
        added = np.empty(table.shape[1])
        for at in range(table.shape[1]):
            shuffled = rows.copy()
            shuffled[:, at] = rng.permutation(shuffled[:, at])
            after = float(np.mean((y[unseen] - tree.predict(shuffled)) ** 2))  # type: ignore[attr-defined]
            added[at] = after - before
        yield added


def _unseen(table: Floats, y: Floats) -> Floats:
    """Return the mean prediction for each row by the trees that have not seen it."""
    total, count = np.zeros(len(y)), np.zeros(len(y))
    for tree, unseen in _trees(table, y):
        total[unseen] += tree.predict(table[unseen])  # type: ignore[attr-defined]
        count[unseen] += 1
    predicted: Floats = np.divide(total, count, out=np.zeros(len(y)), where=count > 0)
    return predicted


def groups_of(column: Floats) -> Ints:
    """Return the group of each row: its value, or its quarter if there are many values."""
    values, place = np.unique(column, return_inverse=True)
    if len(values) <= 2 * _BINS:
        return place
    edges = np.quantile(column, np.linspace(0, 1, _BINS + 1)[1:-1])
    return np.searchsorted(edges, column, side="right")


def kruskal(values: Floats, groups: Ints) -> float:
    """Return the p-value of Kruskal and Wallis: 1 if there is only one group."""
    from scipy.special import chdtrc

    order = ranks(values)
    counts = np.bincount(groups)
    counts, sums = counts[counts > 0], np.bincount(groups, order)[counts > 0]
    spread = float(order.var())
    if len(counts) < 2 or spread == 0:
        return 1.0
    middle = (len(values) + 1) / 2
    between = float((counts * (sums / counts - middle) ** 2).sum())
    return float(chdtrc(len(counts) - 1, between / spread * (len(values) - 1) / len(values)))

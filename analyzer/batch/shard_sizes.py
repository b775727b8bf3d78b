"""How many units a shard has: learned from how long the first ones take."""

from __future__ import annotations

from math import ceil

_FIRST = 50  # units, until it is known how long one takes
_MOST = 200  # a lost worker costs no more; the client has the results of a few shards at once
_LEAST = 8  # towards the end, where shards shrink so that no worker waits long for the last one
_SECONDS = 2.0  # that a shard should take: starting a pool for it is then a tenth of the time


class ShardSizes:
    """The sizes of the shards of so many units."""

    def __init__(self, units: int) -> None:
        self._left = units
        self._usual = _FIRST

    def learn(self, units: int, seconds: float) -> None:
        """Note how long a worker took for a shard of so many units."""
        if units:
            self._usual = min(max(round(_SECONDS * units / max(seconds, 1e-3)), 1), _MOST)

    def next(self, workers: int) -> int:
        """Return how many units the next shard gets, if there are so many workers."""
        fair = max(ceil(self._left / (2 * workers)), _LEAST)
        size = min(self._usual, fair, self._left)
        self._left -= size
        return size

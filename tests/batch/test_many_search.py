"""The search of a large index: its scripts have each run once, whatever their number."""

from __future__ import annotations

import pytest

from analyzer.batch.many_search import shard_names


@pytest.mark.parametrize(("runs", "names"), [(0, 0), (1, 1), (2000, 1), (2001, 2), (100_000, 50)])
def test_there_is_a_script_for_every_2000_runs(runs: int, names: int) -> None:
    found = shard_names(runs)
    assert len(set(found)) == names
    assert all(name.startswith("pages/search-") for name in found)

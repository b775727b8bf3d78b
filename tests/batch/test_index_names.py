"""Names in the index: distinct, and short by what all of them share."""

from __future__ import annotations

import pytest

from analyzer.batch.index_names import common_ends


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["a/b/run-01/history", "a/b/run-02/history"], ["run-01", "run-02"]),
        (["run-01", "run-02"], ["run-01", "run-02"]),
        (["my_long_experiment_name_lr1", "my_long_experiment_name_lr2"], ["lr1", "lr2"]),
        (["a/x", "b/x"], ["a", "b"]),
        (["a/x", "a"], ["a/x", "a"]),
        (["a/", "a/b"], ["a/", "a/b"]),
        (["a/x/x", "a/x"], ["x/x", "x"]),
        (["alone/run"], ["alone/run"]),
        (["same/run", "same/run"], ["same/run", "same/run"]),
        ([], []),
    ],
)
def test_what_all_names_share_is_cut(names: list[str], short: list[str]) -> None:
    ends = common_ends(names)
    assert [ends.cut(name) for name in names] == short
    assert len(set(short)) == len(set(names))

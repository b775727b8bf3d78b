"""Names in the index: distinct, and short by what all of them share."""

from __future__ import annotations

import pytest

from analyzer.batch.index_names import common_ends, fitting


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


def test_a_cut_keeps_what_tells_names_apart() -> None:
    at_the_end = [f"{'setting_1__' * 9}lr__{lr}" for lr in (0.1, 0.01)]
    inside = [f"{'a_1__' * 12}lr__{lr}__{'b_2__' * 14}" for lr in (0.1, 0.2, 0.3)]
    for names in (at_the_end, inside, [*at_the_end, *inside]):
        shown = fitting(names, 80, head=24)
        assert len(set(shown)) == len(names)
        assert max(map(len, shown)) <= 80
        assert all("lr__0." in name for name in shown)
    assert fitting(["short", "short"], 80, head=24) == ["short", "short"]
    assert len(set(fitting(inside[:1] * 2, 80, head=24))) == 1

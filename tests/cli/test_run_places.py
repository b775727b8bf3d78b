"""Names of runs of several paths that share a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import synthetic
from analyzer.cli._run_places import with_places


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            [("pr/base", "s0"), ("pr/base", "s1"), ("pr/new", "s0")],
            ["base/s0", "base/s1", "new/s0"],
        ),
        ([("a/log", "log"), ("b/log", "log")], ["a/log", "b/log"]),
        ([("a", "log"), ("b", "log"), ("c", "other")], ["a/log", "b/log", "other"]),
        ([("runs", "s0"), ("runs/deep", "s0")], ["runs/s0", "deep/s0"]),
        ([("/x/y/a", "s0"), ("/x/y/b", "s0")], ["a/s0", "b/s0"]),
        ([("a", "one"), ("b", "two")], ["one", "two"]),
        ([("a", "one"), ("a", "one")], ["one", "one"]),
    ],
)
def test_names_are_told_apart_alike_on_both_sides(
    given: list[tuple[str, str]], expected: list[str]
) -> None:
    paths = [Path(path) for path, _ in given]
    runs = [synthetic.of_curves(name, {}) for _, name in given]
    assert [run.name for run in with_places(runs, paths, paths)] == expected

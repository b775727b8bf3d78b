"""Which of the paths that a user named are sides, and which repeats of one setting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result

from analyzer import synthetic

Saved = Callable[[Mapping[str, int]], list[Path]]


@pytest.fixture
def saved(save: Callable[..., Path], tmp_path: Path) -> Saved:
    """Save a run below each path, with its seed."""

    def saved(seeds: Mapping[str, int]) -> list[Path]:
        for name, seed in seeds.items():
            run = synthetic.healthy(seed, epochs=40).run
            save(tmp_path / name, run, config={"lr": 0.1, "seed": seed})
        return [tmp_path / name for name in seeds]

    return saved


def sides(result: Result) -> list[int]:
    assert result.exit_code == 0, result.output
    return [len(side["runs"]) for side in json.loads(result.stdout)["sides"]]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"base": 1, "worse": 3}, [1, 1]),
        ({"v1": 7, "v2": 8}, [1, 1]),
        ({"resnet18": 1, "resnet50": 2}, [1, 1]),
        ({"v1/s1": 1, "v1/s2": 2, "v2/s1": 3, "v2/s2": 4}, [2, 2]),
        ({"s0": 4, "s1": 5, "s2": 6}, [3]),
        ({"1": 4, "2": 5}, [2]),
        ({"adam-12": 12, "adam-13": 13}, [2]),
        ({"pr2/s1": 2, "pr2/s2": 3}, [2]),
        ({"run-20240102_101112-ab1cd2ef": 1, "run-20240103_111213-x9yz8w7v": 2}, [2]),
        ({"seed_1/logs": 5, "seed_2/logs": 6}, [2]),
    ],
)
def test_paths_are_sides_unless_a_number_counts_repeats(
    call: Callable[..., Result], saved: Saved, names: dict[str, int], expected: list[int]
) -> None:
    assert sides(call("compare", *saved(names), "--json")) == expected


def test_runs_below_one_path_stay_repeats(
    call: Callable[..., Result], saved: Saved, tmp_path: Path
) -> None:
    saved({"old/a": 1, "old/b": 2, "new/a": 1, "new/b": 3, "new/c": 4})
    old, new = tmp_path / "old", tmp_path / "new"
    assert sides(call("compare", old, new, "--json")) == [2, 2]  # new/a is a copy
    assert sides(call("compare", new, "--json")) == [3]


def test_other_settings_make_the_sides_where_they_differ(
    call: Callable[..., Result], saved: Saved, save: Callable[..., Path], tmp_path: Path
) -> None:
    paths = saved({"a": 1, "b": 2})
    other = save(tmp_path / "c", synthetic.healthy(3, epochs=40).run, config={"lr": 0.2, "seed": 3})
    assert sides(call("compare", *paths, other.parent, "--json")) == [2, 1]


def test_a_sentence_says_that_no_setting_tells_them_apart(
    call: Callable[..., Result], saved: Saved
) -> None:
    paths = saved({"base": 1, "worse": 3})
    assert "differ only in their seed or fold" in call("compare", *paths).stdout
    assert "solo en la semilla" in call("compare", *paths, "--lang", "es").stdout
    drawn = call("plot", *paths, "-o", "both.svg")
    assert drawn.exit_code == 0

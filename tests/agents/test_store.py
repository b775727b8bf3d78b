import os
import shutil
from pathlib import Path

import pytest

from analyzer.agents.store import Store
from analyzer.config import Config
from analyzer.errors import AnalyzerError, NothingReadable


def test_logs_are_read_once_and_diagnosed_once(runs: Path) -> None:
    store = Store(runs, Config())
    first = store.load(".")
    assert store.load("slow/..") is first
    assert first.diagnosis(0) is first.diagnosis(0)


def test_a_log_that_changes_is_read_again(runs: Path) -> None:
    store = Store(runs, Config())
    before = store.load(".")
    log = runs / "slow" / "metrics.csv"
    with log.open("a", encoding="utf-8") as file:
        file.write("40,0.1,0.2\n")
    after = store.load(".")
    assert after is not before
    assert after.points == before.points + 2


def test_a_run_that_comes_or_goes_is_noticed(runs: Path) -> None:
    store = Store(runs, Config())
    assert len(store.load(".").runs) == 2
    shutil.copytree(runs / "slow", runs / "third")
    assert len(store.load(".").runs) == 3
    shutil.rmtree(runs / "third")
    assert len(store.load(".").runs) == 2


def test_what_was_asked_for_longest_ago_is_dropped_first(runs: Path) -> None:
    store = Store(runs, Config(), most_points=100)
    slow = store.load("slow")
    fast = store.load("fast")
    assert store.load("fast") is fast
    assert store.load("slow") is not slow


def test_more_logs_than_memory_allows_are_refused_with_a_way_on(runs: Path) -> None:
    size = (runs / "slow" / "metrics.csv").stat().st_size
    store = Store(runs, Config(), most_bytes=size + 10)
    with pytest.raises(AnalyzerError, match="limit 0; ask with the path of a folder"):
        store.load(".")
    assert len(store.load("slow").runs) == 1


def test_a_large_file_that_is_no_log_does_not_count(runs: Path) -> None:
    (runs / "slow" / "model.pt").write_bytes(os.urandom(100_000))
    store = Store(runs, Config(), most_bytes=50_000)
    assert len(store.load(".").runs) == 2


@pytest.mark.parametrize("name", ["slow", "⟦slow⟧", "slow/metrics.csv"])
def test_a_run_is_found_by_its_name_or_path(runs: Path, name: str) -> None:
    loaded, index = Store(runs, Config()).one(".", name)
    assert loaded.runs[index].name in ("⟦slow⟧", "⟦metrics⟧")


def test_an_unknown_run_gets_the_closest_name(runs: Path) -> None:
    with pytest.raises(AnalyzerError, match='unknown run "⟦slwo⟧"; did you mean "⟦slow⟧"'):
        Store(runs, Config()).one(".", "slwo")


def test_several_runs_need_a_name_and_one_needs_none(runs: Path) -> None:
    store = Store(runs, Config())
    with pytest.raises(AnalyzerError, match="2 runs there; name one with run: ⟦fast⟧, ⟦slow⟧"):
        store.one(".", "")
    assert store.one("slow", "")[1] == 0


def test_runs_whose_long_names_look_alike_stay_apart(runs: Path) -> None:
    for sign in "ab":
        shutil.copytree(runs / "slow", runs / f"{'x' * 90}{sign}{'y' * 60}")
    names = [run.name for run in Store(runs, Config()).load(".").runs]
    assert len(set(names)) == 4


def test_a_folder_without_logs_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingReadable):
        Store(tmp_path, Config()).load("empty")


def test_a_link_out_of_the_folder_is_not_read(runs: Path) -> None:
    (runs / "link").symlink_to(runs.parent / "outside")
    (runs / "link.csv").symlink_to(runs.parent / "outside" / "secret" / "metrics.csv")
    assert len(Store(runs, Config()).load(".").runs) == 2

"""The pages of a site on the disk: written if they changed, without the runs that went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.fingerprints import Prints
from analyzer.batch.publish import batch_of, publish
from analyzer.batch.result import Failure, Options, UnitResult
from analyzer.batch.state import State, Stored
from analyzer.batch.tree import Tree, walk
from analyzer.model.issues import LogIssue
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.reading.site import PAGES

Make = dict[str, Callable[..., Any]]


@pytest.fixture
def tree(tmp_path: Path, make: Make) -> Tree:
    for name in "ab":
        make["history"](tmp_path / "logs" / name / "history.json", 0)
    (tmp_path / "logs" / "notes.md").write_text("no log", encoding="utf-8")
    return walk(tmp_path / "logs", parsers_for(ReadOptions()), {})


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    with State.opened(tmp_path / "site") as state:
        yield state


def keep(state: State, key: str, result: UnitResult) -> None:
    state.add(Stored(key, Prints("stamps", None), result))


def test_what_is_done_and_what_gave_no_run_is_put_together_by_path(
    tree: Tree, state: State, make: Make
) -> None:
    issue = LogIssue("error", "a/history.json", "cannot_open")
    keep(state, "a/history.json", UnitResult(records=(make["record"](0),), issues=(issue,)))
    keep(state, "b/history.json", UnitResult(failures=(Failure("took_too_long", {"seconds": 1}),)))
    batch = batch_of(tree, state)
    assert len(batch.records) == 1
    assert [unread.source for unread in batch.unread] == [
        "a/history.json",
        "b/history.json",
        "notes.md",
    ]
    assert [unread.failed for unread in batch.unread] == [False, True, False]


def test_pages_that_hold_are_left_alone_and_a_lost_one_comes_back(
    tree: Tree, state: State, make: Make
) -> None:
    keep(state, "a/history.json", UnitResult(records=(make["record"](0),)))
    publish(tree, state, Options(), "s", changed=True, interrupted=False)
    index = state.site / "index.html"
    index.write_text("mine", encoding="utf-8")
    publish(tree, state, Options(), "s", changed=False, interrupted=False)
    assert index.read_text(encoding="utf-8") == "mine"
    (state.site / "runs.csv").unlink()
    publish(tree, state, Options(), "s", changed=False, interrupted=False)
    assert all((state.site / name).is_file() for name in PAGES.keys() - {"index.en.html"})
    assert (state.site / "runs.csv").stat().st_size
    assert index.read_text(encoding="utf-8") != "mine"


def test_the_index_is_there_in_the_other_language_alone(
    tree: Tree, state: State, make: Make
) -> None:
    keep(state, "a/history.json", UnitResult(records=(make["record"](0),)))
    for options, other in ((Options(), "es"), (Options(lang="es"), "en"), (Options(), "es")):
        publish(tree, state, options, "s", changed=True, interrupted=False)
        page = state.site / f"index.{other}.html"
        assert sorted(state.site.glob("index.*.html")) == [page]
        assert f'<html lang="{other}"' in page.read_text(encoding="utf-8")
        page.unlink()
        publish(tree, state, options, "s", changed=False, interrupted=False)
        assert page.is_file()


def test_folders_of_runs_that_went_are_removed(tree: Tree, state: State, make: Make) -> None:
    record = make["record"](0, folder="01/stays-0123456789")
    keep(state, "a/history.json", UnitResult(records=(record,)))
    gone = ("01/went-0123456789", "23/went-23456789ab", "old-0123456789")
    for name in ("01/stays-0123456789", *gone):
        (state.site / "runs" / name).mkdir(parents=True)
        (state.site / "runs" / name / "report.html").write_text("x", encoding="utf-8")
    publish(tree, state, Options(reports=False), "s", changed=True, interrupted=False)
    left = [path.relative_to(state.site).as_posix() for path in (state.site / "runs").rglob("*")]
    assert left == ["runs/01", "runs/01/stays-0123456789"]


def test_an_interrupted_batch_is_not_taken_for_a_finished_one(
    tree: Tree, state: State, make: Make
) -> None:
    keep(state, "a/history.json", UnitResult(records=(make["record"](0),)))
    batch = publish(tree, state, Options(), "s", changed=True, interrupted=True)
    assert batch.interrupted
    assert state.pages() == ""
    assert "Not finished: 1 log" in (state.site / "index.md").read_text(encoding="utf-8")

"""The units of a batch: each is done once, whatever is put back or read apart."""

from __future__ import annotations

from pathlib import Path

from analyzer.batch.result import Failure, UnitResult
from analyzer.batch.tree import Unit
from analyzer.batch.work import Work
from analyzer.parsers._base import Group, LogFile

FAILED = UnitResult(failures=(Failure("worker_died", {"code": 1}),))


def unit(*names: str) -> Unit:
    files = [LogFile(Path(name), Path(name), name, 1) for name in names]
    groups = tuple(("csv_table", Group(file.relative, (file,))) for file in files)
    return Unit(names[0], groups, {}, ())


def all_done(work: Work, result: UnitResult) -> list[tuple[Unit, UnitResult]]:
    done: list[tuple[Unit, UnitResult]] = []
    while (number := work.take()) is not None:
        done += work.done(number, result)
    return done


def test_each_unit_is_done_once_also_if_it_is_put_back() -> None:
    units = [unit("a.csv"), unit("b.csv"), unit("c.csv")]
    work = Work(units)
    first, second = work.take(), work.take()
    assert first is not None
    assert second is not None
    assert work.done(second, UnitResult()) == [(units[1], UnitResult())]
    assert work.is_going_on
    work.put_back()
    assert not work.is_going_on
    assert not work.is_done
    assert [done for done, _ in all_done(work, UnitResult())] == [units[0], units[2]]
    assert work.is_done


def test_of_logs_that_fail_together_each_is_tried_alone() -> None:
    both = unit("a.csv", "b.csv")
    work = Work([both])
    number = work.take()
    assert number is not None
    assert work.done(number, FAILED) == []
    first = work.take()
    assert first is not None
    assert work.unit(first).key == "a.csv"
    assert work.done(first, UnitResult()) == []
    work.put_back()
    ((whole, result),) = all_done(work, FAILED)
    assert whole == both
    assert [failure.source for failure in result.failures] == ["b.csv"]
    assert work.is_done


def test_a_single_log_that_fails_is_not_tried_again() -> None:
    work = Work([unit("a.csv")])
    assert all_done(work, FAILED) == [(unit("a.csv"), FAILED)]

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import grouping
from analyzer.batch.grouping import work_tried
from analyzer.batch.job import Task
from analyzer.batch.result import Options, UnitResult
from analyzer.batch.site import run_batch
from analyzer.batch.units import Unit, Units
from analyzer.config import Config
from analyzer.errors import ConfigError

Make = dict[str, Callable[..., Any]]
TASK = Task(root="", site="", config=Config(), lang="en", reports=False)


class Worker:
    """Gives each unit a run with the same settings, and notes what it was handed."""

    def __init__(self, make: Make, settings: dict[str, Any]) -> None:
        self.result = UnitResult(records=(make["record"](0, settings),))
        self.handed: list[list[str]] = []

    def work_all(
        self, _: Task, units: Sequence[Unit], __: object
    ) -> Iterator[tuple[Unit, UnitResult]]:
        self.handed.append([unit.key for unit in units])
        for unit in units:
            yield unit, self.result


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "TRIED", 3)


def units(count: int) -> Units:
    return Units(Unit(f"run{number}", (), {}, ()) for number in range(count))


def test_some_from_all_over_are_read_first_and_then_the_others(make: Make) -> None:
    worker = Worker(make, {"lr": 0.1})
    done = list(work_tried(worker.work_all, TASK, units(7), Options(group=("lr",))))
    assert worker.handed == [["run0", "run2", "run4"], ["run1", "run3", "run5", "run6"]]
    assert len(done) == 7


def test_a_setting_that_none_of_these_has_ends_the_work(make: Make) -> None:
    worker = Worker(make, {"lr": 0.1})
    with pytest.raises(ConfigError, match='group by "dropout"; there are: lr'):
        list(work_tried(worker.work_all, TASK, units(7), Options(group=("dropout",))))
    assert worker.handed == [["run0", "run2", "run4"]]


def test_few_units_are_all_read(make: Make) -> None:
    worker = Worker(make, {"lr": 0.1})
    done = list(work_tried(worker.work_all, TASK, units(3), Options(group=("dropout",))))
    assert len(done) == 3


def test_what_was_read_before_a_batch_was_refused_is_kept(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 5), tmp_path / "site"
    with pytest.raises(ConfigError, match='group by "dropout"'):
        run_batch(logs, site, Config(), Options(group=("dropout",), reports=False))
    made = run_batch(logs, site, Config(), Options(reports=False))
    assert (made.fresh, made.units) == (2, 5)

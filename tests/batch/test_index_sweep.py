"""The index of a sweep: the best settings first, and what cannot be told from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch.index_sweep import Sweep, sweep_of
from analyzer.batch.record import Record
from analyzer.comparing.contrast import UNCLEAR, WORSE
from analyzer.comparing.sides import BASELINE
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def swept(records: list[Record], *, is_complete: bool = True) -> Sweep | None:
    return sweep_of(records, [record.run for record in records], (), is_complete=is_complete)


def test_the_best_settings_come_first_and_a_tie_is_said(make: Make) -> None:
    found = swept(make["grid"]())
    assert found is not None
    assert [side.answer for side in found.sides] == [BASELINE, UNCLEAR, WORSE, WORSE]
    assert {side.name for side in found.sides[:2]} == {"lr=0.1", "lr=0.01"}
    assert found.keys == ("lr",)
    assert found.command in ("--lr 0.1", "--lr 0.01")


def test_a_score_is_best_where_it_is_highest(make: Make) -> None:
    found = swept(make["grid"]("accuracy"))
    assert found is not None
    assert found.sides[0].name == "lr=0.001"


def test_runs_of_another_metric_or_scale_and_copies_are_not_ranked(make: Make) -> None:
    records = make["grid"]()
    other = make["record"](90, {"lr": 1.0}, best=Best("val", "accuracy", 1, None, 0.9))
    percent = make["record"](91, {"lr": 1.0}, scale="percent")
    without = make["record"](92, {"lr": 1.0}, best=None)
    found = swept([other, *records, records[0], percent, without])
    assert found is not None
    assert found.places == tuple(range(1, 13))


@pytest.mark.parametrize("settings", [{}, {"seed": 1}, {"lr": 0.1, "run_name": "x"}])
def test_without_a_setting_that_varies_nothing_is_ranked(
    make: Make, settings: dict[str, Any]
) -> None:
    assert swept([make["record"](at, settings) for at in range(4)]) is None
    assert swept([]) is None


def test_what_matters_waits_for_the_end_and_for_enough_groups(make: Make) -> None:
    pytest.importorskip("sklearn")
    many, few = make["grid"](groups=40, seeds=2), make["grid"]()
    for records, is_complete, known in ((many, True, True), (many, False, False), (few, True, 0)):
        found = swept(records, is_complete=is_complete)
        assert found is not None
        assert bool(found.importances) == known

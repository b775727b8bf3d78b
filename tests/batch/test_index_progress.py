"""The best over time: runs by their start, only where enough of them tell it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch.index import build_index
from analyzer.batch.index_progress import Progress, progress_chart
from analyzer.batch.result import Options
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]
START = 1.76e9  # 2025-10-09 08:53 UTC


def chart(make: Make, levels: list[float], lang: str = "en", **starts: Any) -> Progress | None:
    """Return the chart of runs that started an hour after each other, the last one first."""
    records = [
        make["record"](
            at,
            {"lr": at},
            best=Best("val", "loss", 1, None, level),
            start=starts.get(f"r{at}", START - 3600 * at),
        )
        for at, level in enumerate(levels)
    ]
    return progress_chart(build_index(make["batch"](records), Options(lang=lang), missing=0))


def test_runs_stand_in_the_order_of_their_start(make: Make) -> None:
    found = chart(make, [0.5, 0.3, 0.4, 0.9, 0.8])
    assert found is not None
    assert "the best of all came with run 4 of 5" in found.why
    across = [int(x) for x in re.findall(r'cx="(\d+)"', found.svg)]
    assert across == sorted(across)
    rows = re.findall(r'data-r="(\d)"', found.svg)
    assert rows == ["3", "4", "1", "0", "2"]  # rows are by level
    assert "2025-10-09 04:53" in found.svg
    assert "2025-10-09 08:53" in found.svg


def test_it_is_said_in_spanish(make: Make) -> None:
    found = chart(make, [0.5, 0.3, 0.4, 0.9], "es")
    assert found is not None
    assert "el mejor de todos llegó con la ejecución 3 de 4" in found.why


def test_runs_without_a_start_are_left_out_and_counted(make: Make) -> None:
    found = chart(make, [0.5, 0.3, 0.4, 0.9, 0.8], r2=None)
    assert found is not None
    assert found.svg.count("<circle") == 4
    assert "4 of 5 runs are drawn." in found.why


@pytest.mark.parametrize("known", [0, 3])
def test_too_few_starts_give_no_chart(make: Make, known: int) -> None:
    unknown = {f"r{at}": None for at in range(known, 8)}
    assert chart(make, [0.5 + at for at in range(8)], **unknown) is None


def test_runs_that_all_started_together_give_no_chart(make: Make) -> None:
    together = {f"r{at}": START for at in range(8)}
    assert chart(make, [0.5 + at for at in range(8)], **together) is None


def test_of_many_runs_the_new_bests_are_always_drawn(make: Make) -> None:
    levels = [1 + (at * 7 % 11) for at in range(900)]
    levels[123] = 0.01
    found = chart(make, levels)
    assert found is not None
    assert 300 <= found.svg.count("<circle") <= 410
    assert 'data-r="0"' in found.svg

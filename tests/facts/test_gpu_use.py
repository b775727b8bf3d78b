"""The use of the GPUs, by the names that trackers give it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of
from analyzer.facts.gpu_use import GpuUse
from analyzer.model.run import Run

BUSY = np.full(40, 90.0)
WAITING = np.where(np.arange(40) % 2, 0.0, 80.0)


def run_of(**logged: np.ndarray) -> Run:
    curves = {("val", "loss"): np.geomspace(2, 1, 40)}
    curves |= {("", tag.replace("__", "/").replace("_DOT_", ".")): v for tag, v in logged.items()}
    run = synthetic.of_curves("made", curves)
    series = tuple(
        replace(series, tag=series.metric) if series.split == "" else series
        for series in run.series
    )
    return replace(run, series=series)


def fact_of(**logged: np.ndarray):
    run = run_of(**logged)
    return GpuUse().compute(run, best_of(run))


NAMES = [
    "system__gpu_DOT_0_DOT_gpu",
    "system_DOT_gpu_DOT_0_DOT_gpu",
    "system__gpu_0_utilization_percentage",
    "gpu__0__utilization",
    "sys_DOT_gpu_DOT_0_DOT_gpu_utilization",
    "gpu_id:0__utilization_DOT_gpu",
    "GPU_util",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_gpu_that_waits_is_idle(name: str) -> None:
    fact = fact_of(**{name: WAITING})
    assert fact["tags"] == ("use", "idle")
    assert (fact["mean"], fact["idle"]) == (0.4, 0.5)


@pytest.mark.parametrize(
    "name",
    [
        "system__gpu_DOT_0_DOT_memory",
        "system__gpu_DOT_0_DOT_memoryAllocated",
        "system__gpu_DOT_0_DOT_powerPercent",
        "system__gpu_DOT_0_DOT_temp",
        "gpu_0_memory_utilization",
        "system__cpu",
        "utility",
    ],
)
def test_other_things_of_a_machine_are_no_use_of_a_gpu(name: str) -> None:
    assert fact_of(**{name: WAITING}) is None


def test_a_busy_gpu_gets_no_advice_and_shares_are_read_as_such() -> None:
    assert fact_of(gpu_util=BUSY)["tags"] == ("use",)
    assert fact_of(gpu_util=BUSY / 100)["mean"] == pytest.approx(0.9)


def test_one_of_several_that_is_never_used_is_named() -> None:
    fact = fact_of(system__gpu_0_utilization=BUSY, system__gpu_1_utilization=0 * BUSY)
    assert fact["tags"] == ("use_of_several", "unused")
    assert [(gpu["name"], gpu["idle"]) for gpu in fact["rows"]] == [("0", 0.0), ("1", 1.0)]


@pytest.mark.parametrize("value", [WAITING[:9], WAITING - 5, WAITING * 2, WAITING * np.nan])
def test_what_is_no_share_of_a_gpu_is_left_out(value: np.ndarray) -> None:
    assert fact_of(gpu_util=value) is None

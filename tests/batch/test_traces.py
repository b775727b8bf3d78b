"""Traces in the index: the judged curve at even places, exact to a four-thousandth of its span."""

from __future__ import annotations

import json

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.batch.traces import Trace, read_trace, trace_of
from analyzer.engine import diagnose
from analyzer.stats.arrays import Floats


def traced(**curves: Floats) -> Trace:
    run = synthetic.of_curves("r", {(split, "loss"): curve for split, curve in curves.items()})
    trace = trace_of(diagnose(run))
    assert trace is not None
    return trace


def test_a_short_curve_is_kept_whole() -> None:
    fall = np.geomspace(2, 1, 20)
    trace = traced(train=fall - 0.5, val=fall)
    assert (trace.unit, trace.first, trace.last, trace.is_log) == ("epoch", 0, 19, False)
    np.testing.assert_allclose(trace.values(), fall, atol=1 / 4000)


def test_a_long_curve_keeps_its_extremes() -> None:
    fall = np.geomspace(2, 1, 5000)
    fall[700], fall[4000] = 0.25, 3.0
    trace = traced(val=fall)
    assert len(trace.values()) == 48
    assert trace.values().min() == pytest.approx(0.25, abs=1e-3)
    assert trace.values().max() == pytest.approx(3.0, abs=1e-3)


def test_decades_are_kept_in_logarithms() -> None:
    fall = np.geomspace(1e6, 1e-6, 40)
    trace = traced(val=fall)
    assert trace.is_log
    np.testing.assert_allclose(np.log(trace.values()), np.log(fall), atol=0.01)


def test_a_level_curve_and_one_that_is_not_finite_do_not_break() -> None:
    assert traced(val=np.full(9, 0.5)).values().tolist() == [0.5] * 9
    fall = np.geomspace(2, 1, 20)
    fall[12:] = np.nan
    assert len(traced(val=fall).values()) == 12


def test_a_trace_survives_json_and_a_stranger_s_is_refused() -> None:
    trace = traced(val=np.geomspace(2, 1, 100))
    assert read_trace(json.loads(json.dumps(trace))) == trace
    for changed in (
        {"unit": "<b>"},
        {"codes": "A"},
        {"codes": "AA"},
        {"codes": "AA" * 49},
        {"codes": "<b"},
    ):
        with pytest.raises((KeyError, ValueError)):
            read_trace(list(trace._replace(**changed)))
    with pytest.raises(TypeError):
        read_trace(list(trace._replace(low="0")))  # type: ignore[arg-type]

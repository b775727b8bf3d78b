"""Non-finite values: the first one, in any loss, and what it means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.non_finite import NonFinite
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def falling(epochs: int = 40) -> Floats:
    return 1 / np.arange(1.0, epochs + 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("first", [1, 17, 39])
def test_the_onset_is_the_first_value_that_is_not_finite(value: float, first: int) -> None:
    loss = falling()
    loss[first:] = value
    (found,) = NonFinite().detect(synthetic.of_curves("x", {("train", "loss"): loss}))
    assert found.severity == "critical"
    assert found.onset is not None
    assert (found.onset.low, found.onset.step, found.onset.high) == (first - 1, first, first)
    assert found.values["count"] == 40 - first


def test_the_earliest_of_several_losses_is_named() -> None:
    train, val = falling(), falling()
    train[20:], val[10:] = np.nan, np.nan
    (found,) = NonFinite().detect(
        synthetic.of_curves("x", {("train", "loss"): train, ("val", "loss"): val})
    )
    assert found.split == "val"


def test_a_loss_that_comes_back_is_a_note() -> None:
    loss = falling()
    loss[5] = np.nan
    (found,) = NonFinite().detect(synthetic.of_curves("x", {("train", "loss"): loss}))
    assert found.severity == "info"
    assert found.tags == ("recovered",)


@pytest.mark.parametrize(("last", "severity"), [(1, "info"), (2, "info"), (3, "critical")])
def test_a_run_may_end_in_a_gap_like_those_before(last: int, severity: str) -> None:
    loss = falling()
    loss[[3, 6, 12, 13]] = np.nan
    loss[-last:] = np.nan
    (found,) = NonFinite().detect(synthetic.of_curves("x", {("val", "loss"): loss}))
    assert found.severity == severity


def test_a_loss_that_was_never_finite_is_found_from_the_start() -> None:
    (found,) = NonFinite().detect(
        synthetic.of_curves("x", {("train", "loss"): np.full(12, np.nan)})
    )
    assert found.severity == "critical"
    assert "from_start" in found.tags
    assert found.values["last_finite"] is None


def test_another_metric_that_is_not_finite_is_not_the_loss() -> None:
    run = synthetic.of_curves(
        "x", {("train", "loss"): falling(), ("", "f1 of nothing"): np.full(40, np.nan)}
    )
    assert list(NonFinite().detect(run)) == []


def test_a_run_without_loss_or_score_gives_no_conclusion() -> None:
    with pytest.raises(NotApplicable) as reason:
        list(NonFinite().detect(synthetic.of_curves("x", {("", "seconds"): falling()})))
    assert reason.value.key == "no_loss"


def test_a_log_that_ends_in_a_gap_like_an_earlier_one_has_not_diverged() -> None:
    values = falling()
    values[[5, 6, 20, 39]] = np.nan
    (found,) = NonFinite().detect(synthetic.of_curves("x", {("val", "loss"): values}))
    assert found.severity == "info"
    values[37:] = np.nan
    (found,) = NonFinite().detect(synthetic.of_curves("x", {("val", "loss"): values}))
    assert found.severity == "critical"


def test_a_rate_that_was_never_computed_is_no_divergence() -> None:
    never = np.full(40, np.nan)
    curves = {("val", "loss"): falling(), ("val", "cer_ctc"): never, ("train", "loss"): falling()}
    assert list(NonFinite().detect(synthetic.of_curves("x", curves))) == []
    late = falling()
    late[30:] = np.nan
    (found,) = NonFinite().detect(synthetic.of_curves("x", {**curves, ("val", "cer_ctc"): late}))
    assert found.metric == "cer_ctc"
    (found,) = NonFinite().detect(synthetic.of_curves("x", {**curves, ("val", "loss"): never}))
    assert found.severity == "critical"


def with_norm(first: int, norm: Floats) -> Run:
    """Return a run whose training loss is 0 from a point on, beside a gradient norm."""
    loss = falling()
    loss[first:] = 0.0
    return synthetic.of_curves("x", {("train", "loss"): loss, ("", "grad_norm"): norm})


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_of_0_under_a_norm_that_is_not_finite_was_a_nan(value: float) -> None:
    norm = np.ones(40)
    norm[25:] = value
    (found,) = NonFinite().detect(with_norm(25, norm))
    assert (found.severity, found.tags, found.split) == ("critical", ("as_zero",), "train")
    assert found.onset is not None
    assert (found.onset.low, found.onset.step) == (24, 25)
    assert (found.values["count"], found.values["points"]) == (15, 40)


@pytest.mark.parametrize(
    ("first", "finite"),
    [(38, slice(0, 38)), (25, slice(0, 30)), (25, slice(0, 0)), (25, slice(0, 40)), (0, slice(0))],
)
def test_a_loss_of_0_is_a_small_loss_otherwise(first: int, finite: slice) -> None:
    norm = np.full(40, np.nan)
    norm[finite] = 1.0
    assert list(NonFinite().detect(with_norm(first, norm))) == []


@pytest.mark.parametrize(("step", "count"), [(40, 1), (20, 0)])
def test_a_loss_printed_as_nan_behind_the_others_is_found(step: int, count: int) -> None:
    run = synthetic.of_curves("x", {("train", "loss"): falling()})
    (loss,) = run.series
    nothing = np.full(1, np.nan)
    last = replace(
        loss,
        tag="Loss",
        step=np.array([step]),
        epoch=nothing,
        wall_time=nothing,
        value=nothing,
        superseded=np.zeros(1, dtype=bool),
    )
    found = list(NonFinite().detect(replace(run, series=(loss, last))))
    assert [finding.severity for finding in found] == ["critical"] * count

"""Marks of a chart: the best point, the stretches of findings, the drops of the learning rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.marks import best_point, drop_bands, finding_bands, learning_rate
from analyzer.model.diagnosis import CheckResult, Diagnosis, Finding, Mark, Onset
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.text import words

EN = words("en")
EPOCHS = 60
FALLING = np.linspace(2, 1, EPOCHS)


def run_of(**metrics: np.ndarray) -> Run:
    """Return a run from values by split_metric, as in val_loss."""
    curves = {}
    for name, value in metrics.items():
        split, _, metric = name.partition("_")
        curves[split, metric] = value
    return synthetic.of_curves("run", curves)


def curves_of(run: Run, metric: str, *splits: str) -> list[Curve]:
    return [run.curve(metric, split) for split in splits]


def with_rate(rate: np.ndarray, *, split: str = "") -> Run:
    run = run_of(train_loss=FALLING, val_loss=FALLING)
    series = synthetic.of_curves("lr", {(split, "lr"): rate}).series
    return replace(run, series=(*run.series, *series))


def part(curve: Curve, first: int, last: int) -> Curve:
    """Return some points of a curve, the last included."""
    rows = slice(first, last + 1)
    return replace(
        curve,
        step=curve.step[rows],
        epoch=curve.epoch[rows],
        wall_time=curve.wall_time[rows],
        value=curve.value[rows],
    )


def diagnosis_of(run: Run, *findings: Finding) -> Diagnosis:
    checks = tuple(CheckResult(item.detector, "found", findings=(item,)) for item in findings)
    return Diagnosis(run, "x", checks, None, {})


def finding(
    *marks: Mark, onset: Onset | None = None, metric: str = "loss", split: str = "val"
) -> Finding:
    return Finding("plateau", "warning", metric, split, onset, Values(), marks=marks)


def test_the_best_point_of_a_loss_is_the_lowest_held_out_value() -> None:
    loss = FALLING.copy()
    loss[40] = 0.25
    run = run_of(train_loss=FALLING * 0.1, val_loss=loss)
    point = best_point(run, "loss", curves_of(run, "loss", "train", "val"), EN)
    assert (point.role, point.x, point.y) == ("val", 40, 0.25)
    assert point.label == "best 0.25"


def test_the_best_point_of_an_accuracy_is_the_highest() -> None:
    accuracy = np.linspace(0.1, 0.5, EPOCHS)
    accuracy[7] = 0.9
    run = run_of(val_accuracy=accuracy)
    point = best_point(run, "accuracy", curves_of(run, "accuracy", "val"), EN)
    assert (point.x, point.y) == (7, 0.9)


def test_without_a_held_out_curve_the_first_curve_has_the_best_point() -> None:
    run = run_of(train_loss=FALLING)
    point = best_point(run, "loss", curves_of(run, "loss", "train"), EN)
    assert (point.role, point.x) == ("train", EPOCHS - 1)
    unsaid = synthetic.of_curves("u", {("", "loss"): FALLING})
    assert best_point(unsaid, "loss", [unsaid.curve("loss", "")], EN).role == "train"


def test_an_onset_spans_its_interval_and_is_labelled_with_it() -> None:
    run = run_of(val_loss=FALLING)
    onset = Onset(20, 20.0, 15, 30)
    mark = Mark("onset", "loss", "val", 15, 30)
    found = finding(mark, onset=onset)
    (band,) = finding_bands(diagnosis_of(run, found), "loss", curves_of(run, "loss", "val"), EN)
    assert (band.low, band.at, band.high, band.finding) == (15, 20, 30, 0)
    assert band.label == "onset 20 (15–30)"


def test_a_stretch_is_labelled_with_where_it_begins() -> None:
    run = run_of(val_loss=FALLING)
    span = Mark("span", "loss", "val", 40, 59)
    both = diagnosis_of(run, finding(), finding(span, onset=Onset(50, 50.0, 50, 50)))
    (band,) = finding_bands(both, "loss", curves_of(run, "loss", "val"), EN)
    assert (band.role, band.low, band.high, band.at, band.finding) == ("span", 40, 59, None, 1)
    assert "40" in band.label


def test_a_finding_is_marked_on_its_metric_and_split_only() -> None:
    run = run_of(train_loss=FALLING, val_loss=FALLING, val_accuracy=FALLING)
    span = Mark("span", "loss", "val", 40, 59)
    diagnosis = diagnosis_of(run, finding(span))
    assert finding_bands(diagnosis, "accuracy", curves_of(run, "accuracy", "val"), EN) == []
    assert finding_bands(diagnosis, "loss", curves_of(run, "loss", "train"), EN) == []
    assert len(finding_bands(diagnosis, "loss", curves_of(run, "loss", "train", "val"), EN)) == 1


def test_a_mark_before_the_curve_begins_with_it() -> None:
    run = run_of(val_loss=FALLING)
    loss = part(run.curve("loss", "val"), 10, 40)
    span = Mark("span", "loss", "val", 2, 20)
    (band,) = finding_bands(diagnosis_of(run, finding(span)), "loss", [loss], EN)
    assert (band.low, band.high) == (10, 20)


def test_a_mark_beyond_the_curve_ends_with_it() -> None:
    run = run_of(val_loss=FALLING)
    span = Mark("span", "loss", "val", 50, 500)
    (band,) = finding_bands(
        diagnosis_of(run, finding(span)), "loss", curves_of(run, "loss", "val"), EN
    )
    assert (band.low, band.high) == (50, EPOCHS - 1)


def test_a_drop_is_marked_where_it_happens_with_its_factor() -> None:
    rate = np.where(np.arange(EPOCHS) < 30, 0.4, 0.1)
    (band,) = drop_bands(with_rate(rate), curves_of(with_rate(rate), "loss", "train", "val"), EN)
    assert (band.role, band.low, band.at, band.high) == ("lr_drop", 30, 30, 30)
    assert band.label == "LR ÷ 4"
    assert band.finding is None


@pytest.mark.parametrize("rate", [np.full(EPOCHS, 0.1), np.geomspace(1, 0.01, EPOCHS)])
def test_a_rate_without_steps_has_no_drops(rate: np.ndarray) -> None:
    run = with_rate(rate)
    assert drop_bands(run, curves_of(run, "loss", "train"), EN) == []


def test_a_run_without_a_rate_has_no_drops() -> None:
    run = run_of(train_loss=FALLING)
    assert learning_rate(run) is None
    assert drop_bands(run, curves_of(run, "loss", "train"), EN) == []


def test_the_largest_twelve_of_many_drops_are_marked_in_their_order() -> None:
    rate = 0.5 ** (np.arange(EPOCHS) // 4).astype(float)  # 14 drops by half
    rate[32:] *= 0.1
    run = with_rate(rate)
    bands = drop_bands(run, curves_of(run, "loss", "train"), EN)
    places = [band.at for band in bands]
    assert len(bands) == 12
    assert places == sorted(places, key=float)  # type: ignore[arg-type]
    assert [band.label for band in bands if band.at == 32] == ["LR ÷ 20"]


def test_the_first_rate_with_more_than_one_value_counts() -> None:
    run = with_rate(np.r_[0.1, np.full(EPOCHS - 1, np.nan)], split="train")
    second = with_rate(np.linspace(0.2, 0.1, EPOCHS), split="val").series[-1]
    both = replace(run, series=(*run.series, second))
    found = learning_rate(both)
    assert found is not None
    assert found.split == "val"


def test_drops_by_epoch_are_not_marked_on_curves_by_step() -> None:
    rate = np.where(np.arange(EPOCHS) < 30, 0.4, 0.1)
    run = with_rate(rate)
    loss = run.curve("loss", "train")
    by_batch = replace(loss, step=loss.step * 1000, epoch=np.full(EPOCHS, np.nan))
    assert drop_bands(run, [by_batch], EN) == []
    by_step = replace(loss, epoch=np.full(EPOCHS, np.nan))
    assert [band.at for band in drop_bands(run, [by_step], EN)] == [30]


def test_the_factor_of_a_drop_is_that_to_the_value_just_before() -> None:
    rate = np.where(np.arange(EPOCHS) < 30, 0.4, 0.1)
    rate[29] = 0.38
    run = with_rate(rate)
    (band,) = drop_bands(run, curves_of(run, "loss", "train"), EN)
    assert band.label == "LR ÷ 3.8"


@pytest.mark.parametrize(
    ("first", "last", "count"), [(30, 59, 1), (31, 59, 0), (0, 30, 1), (0, 29, 0)]
)
def test_a_drop_is_marked_from_the_first_to_the_last_point_of_the_curves(
    first: int, last: int, count: int
) -> None:
    run = with_rate(np.where(np.arange(EPOCHS) < 30, 0.4, 0.1))
    curve = part(run.curve("loss", "train"), first, last)
    assert len(drop_bands(run, [curve], EN)) == count


def test_a_drop_is_marked_by_the_axis_of_the_curves() -> None:
    run = with_rate(np.where(np.arange(EPOCHS) < 30, 0.4, 0.1))
    tenfold = replace(
        run, series=tuple(replace(series, step=10 * series.step) for series in run.series)
    )
    loss = tenfold.curve("loss", "train")
    assert [band.at for band in drop_bands(tenfold, [loss], EN)] == [30]
    by_step = replace(loss, epoch=np.full(EPOCHS, np.nan))
    assert [band.at for band in drop_bands(tenfold, [by_step], EN)] == [300]


def test_two_rates_are_enough_for_a_drop() -> None:
    run = with_rate(np.r_[0.4, 0.1, np.full(EPOCHS - 2, np.nan)])
    assert [band.at for band in drop_bands(run, curves_of(run, "loss", "train"), EN)] == [1]

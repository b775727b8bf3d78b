"""Durations and dates stand where the loss stands and never decide how a log is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.parsers.lines import curves, read

EPOCHS = range(1, 9)


def test_a_duration_on_the_line_of_an_epoch_stands_at_it(tmp_path: Path) -> None:
    run = read(
        tmp_path, "".join(f"epoch {e} loss {1 / e:.3f} train_time: {e}.5s\n" for e in EPOCHS)
    )
    found = {series.tag: series for series in run.series}
    assert found["train_time"].value.tolist() == [e + 0.5 for e in EPOCHS]
    assert found["train_time"].epoch.tolist() == list(EPOCHS)
    assert found["loss"].split == "train", "the name of a time says nothing about the loss"


@pytest.mark.parametrize("behind", [True, False])
def test_a_duration_on_a_line_of_its_own_stands_at_its_epoch(tmp_path: Path, behind: bool) -> None:
    values, time = "loss: 0.{e} val_loss: 0.{e}1\n", "Time: {e}.5s\n"
    form = "Epoch {e}/8\n" + (values + time if behind else time + values)
    run = read(tmp_path, "".join(form.format(e=e) for e in EPOCHS))
    found = {series.tag: series for series in run.series}
    assert found["Time"].value.tolist() == [e + 0.5 for e in EPOCHS]
    assert found["Time"].step.tolist() == found["loss"].step.tolist()


def test_of_a_bar_the_time_of_its_last_state_counts(tmp_path: Path) -> None:
    text = "".join(
        f"\rEpoch {e}: {b}0%|##| {b}/10 [00:{e}{b % 10}<00:03, 1.2it/s, loss=0.{e}{b}]"
        for e in EPOCHS
        for b in (5, 10)
    )
    found = curves(read(tmp_path, text))
    assert found["", "elapsed"] == [10.0 * e for e in EPOCHS]


def test_times_of_batches_without_a_loss_are_no_curve(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch {e}\n" + "".join(f"batch time: 0.{b}s\n" for b in range(1, 6)) + f"loss: 0.{e}\n"
        for e in EPOCHS
    )
    run = read(tmp_path, text)
    assert [series.tag for series in run.series] == ["loss"]


def test_a_duration_printed_once_is_no_point(tmp_path: Path) -> None:
    text = "".join(f"epoch {e} loss {1 / e:.3f}\n" for e in EPOCHS) + "Total time: 320.5 s\n"
    assert [series.tag for series in read(tmp_path, text).series] == ["loss"]


def test_times_change_no_curve(tmp_path: Path) -> None:
    bare = "".join(f"[{e}/8][{b}/5] loss 0.{e}{b}\n" for e in EPOCHS for b in range(1, 6))
    timed = bare.replace(" loss", " time 0.25 data_time: 1ms loss")
    run, other = read(tmp_path, bare), read(tmp_path, timed)
    assert [series.tag for series in other.series] == ["loss", "time", "data_time"]
    assert run.series[0].step.tolist() == other.series[0].step.tolist()
    assert run.series[0].value.tolist() == other.series[0].value.tolist()


def test_a_restart_supersedes_the_times_of_its_points(tmp_path: Path) -> None:
    rows = [*range(1, 11), *range(8, 16)]
    text = "".join(
        f"step {s} loss {1 / s + at / 99:.4f} time: {at}s\n" for at, s in enumerate(rows)
    )
    found = {series.tag: series for series in read(tmp_path, text).series}
    assert found["loss"].superseded.any()
    assert (found["time"].superseded == found["loss"].superseded).all()


def test_dates_are_the_wall_time_of_a_tag_whose_lines_all_have_one(tmp_path: Path) -> None:
    text = "".join(
        f"2024-03-05 10:00:0{e} epoch {e} loss {1 / e:.3f}\nacc: 0.{e}\n" for e in EPOCHS
    )
    found = {series.tag: series for series in read(tmp_path, text).series}
    assert np.diff(found["loss"].wall_time).tolist() == [1.0] * 7
    assert np.isnan(found["acc"].wall_time).all()


def test_the_time_column_of_a_table_is_a_duration(tmp_path: Path) -> None:
    text = "epoch     train_loss  valid_loss  time    \n"
    text += "".join(f"{e}         0.{e}00000    0.{e}50000    00:0{e}   \n" for e in EPOCHS)
    assert curves(read(tmp_path, text))["", "time"] == list(EPOCHS)

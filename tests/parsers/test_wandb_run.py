"""W&B runs: logs that wandb wrote, every shape of a record, axes."""

from __future__ import annotations

import math
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analyzer.parsers._wire import FIXED64, Field, encode
from tests.parsers.wandb_logs import (
    history,
    keys,
    only,
    part,
    rows,
    series,
    start,
    updates,
    values,
    whole,
    write,
)

REAL = """
import wandb
run = wandb.init(project="sample", config={"lr": 0.1, "opt": {"name": "adam"}})
for step in range(4):
    run.log({"train/loss": 1 / (step + 1), "val": {"loss": 2 / (step + 1)}, "epoch": step})
run.log({"train/loss": float("nan"), "bound": float("-inf")}, commit=False)
run.log({"hist": wandb.Histogram([1, 2, 3]), "note": "end"})
run.config.update({"later": 3})
run.finish(exit_code=3)
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which wandb wrote a run, offline and away from the home folder."""
    pytest.importorskip("wandb", reason="needs wandb (extra trainer)")
    folder = tmp_path_factory.mktemp("real")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WANDB")}
    away = {
        name: str(folder / "away")
        for name in ("HOME", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_DATA_DIR")
    }
    own = {
        "WANDB_MODE": "offline",
        "WANDB_SILENT": "true",
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_DIR": str(folder),
    }
    subprocess.run(
        [sys.executable, "-c", REAL],
        env={**kept, **away, **own},
        check=True,
        cwd=folder,
        timeout=120,
    )
    return folder / "wandb"


def test_what_wandb_wrote_comes_back(real: Path) -> None:
    run = only(real)
    assert values(run, "train/loss")[:4] == [1, 1 / 2, 1 / 3, 1 / 4]
    assert values(run, "val.loss") == [2, 1, 2 / 3, 1 / 2]
    assert math.isnan(values(run, "train/loss")[4])
    assert values(run, "bound") == [-math.inf]
    assert series(run, "train/loss").step.tolist() == [0, 1, 2, 3, 4]
    assert series(run, "val.loss").epoch.tolist() == [0, 1, 2, 3]
    assert series(run, "val.loss").split == "val"
    assert len(values(run, "_runtime")) == 5
    assert {"_step", "_timestamp"}.isdisjoint(series.tag for series in run.series)
    assert (np.diff(series(run, "train/loss").wall_time) >= 0).all()
    assert run.issues == ()


def test_what_wandb_wrote_beside_the_curves_is_kept(real: Path) -> None:
    run = only(real)
    assert run.config == {"lr": 0.1, "opt": {"name": "adam"}, "later": 3}
    assert run.meta.tracker.exit_code == 3
    assert run.meta.tracker.summary["epoch"] == 3
    assert run.name.endswith(f"-{run.meta.tracker.run_id}")
    assert {("hist", "not_scalar"), ("note", "text_column")} <= {
        (item.name, item.key) for item in run.meta.passed_over
    }


def test_names_in_one_key_and_in_parts_are_read_alike(tmp_path: Path) -> None:
    records = [history({"loss": 1, ("val", "loss"): 2, ("a", "b", "c"): 3, ("train/x",): 4}, 0)]
    assert [series.tag for series in only(write(tmp_path, records)).series] == [
        "loss",
        "val.loss",
        "a.b.c",
        "train/x",
    ]


def test_the_step_is_that_of_the_row_then_of_the_record_then_counted(tmp_path: Path) -> None:
    records = [
        history({"_step": 2**53 + 1, "loss": 1}, 7),
        history({"loss": 2}, 2**53 + 3),
        history({"loss": 3}),
        history({"_step": "none", "loss": 4}),
    ]
    steps = series(only(write(tmp_path, records)), "loss").step.tolist()
    assert steps == [2**53 + 1, 2**53 + 3, 2**53 + 4, 2**53 + 5]


@pytest.mark.parametrize("text", [b'"NaN"', b"NaN"])
def test_numbers_that_are_not_finite_are_points(text: bytes, tmp_path: Path) -> None:
    run = only(write(tmp_path, [history({"loss": text, "up": "Infinity", "down": "-Infinity"}, 0)]))
    assert math.isnan(values(run, "loss")[0])
    assert (values(run, "up"), values(run, "down")) == ([math.inf], [-math.inf])


def test_what_is_no_number_is_passed_over_with_a_count(tmp_path: Path) -> None:
    row = {
        "loss": 1,
        "on": True,
        "none": None,
        "note": "a",
        "list": [1, 2],
        "hist": {"_type": "histogram", "bins": []},
    }
    run = only(write(tmp_path, [history(row, step) for step in range(3)]))
    assert {series.tag: len(series) for series in run.series} == {"loss": 3, "on": 3}
    assert list(run.meta.passed_over) == [
        ("note", "text_column", {"count": 3}),
        ("list", "not_scalar", {"count": 3}),
        ("hist", "not_scalar", {"count": 3}),
    ]


def test_an_image_spelled_out_leaf_by_leaf_is_no_metric(tmp_path: Path) -> None:
    image = {
        ("eval", "image", "_type"): "image-file",
        ("eval", "image", "width"): 640,
        ("eval", "loss"): 1,
    }
    run = only(write(tmp_path, [history(image, 0)]))
    assert [series.tag for series in run.series] == ["eval.loss"]
    assert list(run.meta.passed_over) == [("eval.image", "not_scalar", {"count": 1})]


def test_a_nested_dict_gives_each_of_its_numbers(tmp_path: Path) -> None:
    run = only(write(tmp_path, [history({"val": {"loss": 1, "deep": {"x": "NaN"}}}, 0)]))
    assert values(run, "val.loss") == [1]
    assert math.isnan(values(run, "val.deep.x")[0])


@pytest.mark.parametrize("name", ["epoch", "train/epoch", "trainer/epoch"])
def test_the_epoch_of_a_row_is_kept_as_axis_and_as_series(name: str, tmp_path: Path) -> None:
    run = only(write(tmp_path, [history({"loss": 1, name: 0.5}, 0), history({"loss": 2}, 1)]))
    assert np.array_equal(series(run, "loss").epoch, [0.5, math.nan], equal_nan=True)
    assert values(run, name) == [0.5]
    assert run.meta.axes == {"step": "_step", "epoch": name}


def test_typed_values_are_read_as_json_is(tmp_path: Path) -> None:
    typed = {
        "a": encode(Field(6, FIXED64, 0, struct.pack("<d", 0.5))),
        "b": whole(5, 9),  # zigzag: -5
        "c": whole(4, 1),
        "d": part(8, "3"),
        "e": part(7, "NaN is a word here"),
        "f": whole(3, 0),
    }
    record = part(2, b"".join(part(1, part(1, name) + value) for name, value in typed.items()))
    run = only(write(tmp_path, [record]))
    assert {series.tag: series.value[0] for series in run.series} == {
        "a": 0.5,
        "b": -5,
        "c": 1,
        "d": 3,
    }
    assert list(run.meta.passed_over) == [("e", "text_column", {"count": 1})]


def declaration(axis: str, *, name: str = "", pattern: str = "") -> bytes:
    """Return the record of ``define_metric``."""
    return part(12, part(1, name) + part(2, pattern) + part(4, axis))


def test_the_declared_step_is_the_step_of_its_metrics(tmp_path: Path) -> None:
    records = [
        declaration("train/step", pattern="train/*"),
        declaration("val/step", pattern="val/*"),
        declaration("val/step", name="best"),
    ]
    for at in range(10):
        records.append(
            history({"_step": 2 * at, "train/loss": 1 / (at + 1), "train/step": at * 32})
        )
        records.append(
            history({"_step": 2 * at + 1, "val/loss": 2.0, "val/step": at * 40, "best": 0.5})
        )
    run = only(write(tmp_path, records))
    assert series(run, "train/loss").step.tolist() == list(range(0, 320, 32))
    assert series(run, "val/loss").step.tolist() == list(range(0, 400, 40))
    assert series(run, "best").step.tolist() == list(range(0, 400, 40))
    assert run.meta.axes["step"] == "train/step, val/step"


def test_a_metric_declared_by_epochs_has_the_last_epoch_and_the_step_of_its_row(
    tmp_path: Path,
) -> None:
    records = [declaration("epoch", pattern="val/*")]
    for at in range(6):
        records.append(history({"_step": 2 * at, "train/loss": 1.0, "epoch": at}))
        records.append(history({"_step": 2 * at + 1, "val/loss": 2.0}))
    run = only(write(tmp_path, records))
    assert series(run, "val/loss").epoch.tolist() == list(range(6))
    assert series(run, "val/loss").step.tolist() == list(range(1, 12, 2))


def test_a_learning_rate_of_lightning_has_the_epoch_of_what_follows(tmp_path: Path) -> None:
    records = []
    for epoch in range(4):
        records.append(history({"lr-Adam": 0.1, "trainer/global_step": 10 * epoch}))
        row = {"loss": 1.0, "epoch": epoch, "trainer/global_step": 10 * epoch + 9}
        records.append(history(row))
    lr = series(only(write(tmp_path, records)), "lr-Adam")
    assert (lr.epoch.tolist(), lr.step.tolist()) == ([0, 1, 2, 3], [0, 10, 20, 30])


@pytest.mark.parametrize(
    "name", ["trainer/global_step", "train/global_step", "iter", "global_step"]
)
def test_the_step_that_trainers_log_is_the_step(name: str, tmp_path: Path) -> None:
    records = [history({"_step": at, "loss": 1.0, name: at * 50}) for at in range(8)]
    assert series(only(write(tmp_path, records)), "loss").step.tolist() == list(range(0, 400, 50))


def test_a_clock_of_too_many_digits_costs_the_clock_alone(tmp_path: Path) -> None:
    records = [history({"_step": 0, "_timestamp": b"9" * 400, "loss": 1.0}), *rows(3, first=1)]
    run = only(write(tmp_path, records))
    assert math.isnan(series(run, "loss").wall_time[0])
    assert keys(run) == ["bad_wandb_value"]


def test_settings_are_set_and_removed_in_the_order_of_the_log(tmp_path: Path) -> None:
    records = [
        start({"lr": 0.1, "_wandb": {}, "gone": 1, "opt": {"name": "sgd"}}),
        *rows(2),
        updates(5, {"lr": 0.2, ("opt", "momentum"): 0.9}, removed=("gone",)),
    ]
    assert only(write(tmp_path, records)).config == {
        "lr": 0.2,
        "opt": {"name": "sgd", "momentum": 0.9},
    }

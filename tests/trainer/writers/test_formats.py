"""One run in several formats: the same numbers in each, and no trace of the machine."""

from __future__ import annotations

import getpass
import json
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import analyzer
from analyzer.model.run import Run
from analyzer.model.series import Series

pytest.importorskip("torch", reason="needs torch (extra trainer)")

TORCH = ("tensorboard", "tensorboard-tensors", "tensorboard-split", "csv", "wandb")
KERAS = ("keras-history", "csvlogger", "tensorboard-split")
# Relative: seven digits; float64; the digits that Keras prints.
PRECISION = {"csv": 5e-7, "keras-history": 1e-12, "csvlogger": 1e-6}
SECRET = "account-of-the-user"
SINGLE = 1e-6  # event files contain float32


def trained(folder: Path, scenario: str, formats: tuple[str, ...], *more: str) -> dict[str, Run]:
    """Train in another process, without home folder and network, and load each format."""
    foreign = ("WANDB", "KERAS")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    (folder / "tmp").mkdir()
    away = {
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "KERAS_HOME": str(folder / "keras"),
        "WANDB_BASE_URL": "http://localhost:1",
        **dict.fromkeys(("WANDB_ENTITY", "WANDB_NOTES", "WANDB_TAGS"), SECRET),
    }
    command = [
        sys.executable,
        "-m",
        "analyzer.trainer",
        scenario,
        "-o",
        str(folder / "out"),
        "--epochs",
        "4",
        "--device",
        "cpu",
        "--no-counterfactual",
        *more,
    ]
    for name in formats:
        command += ["--format", name]
    done = subprocess.run(
        command, env={**clean, **away}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    runs = {}
    for name in formats:
        (runs[name],) = analyzer.load(folder / "out" / (name if len(formats) > 1 else ""))
    return runs


@pytest.fixture(scope="module")
def torch_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Run], Path]:
    pytest.importorskip("wandb", reason="needs wandb (extra trainer)")
    folder = tmp_path_factory.mktemp("torch")
    return trained(folder, "healthy", TORCH), folder


@pytest.fixture(scope="module")
def keras_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Run], Path]:
    # Importing Keras here would write into the home folder.
    if find_spec("keras") is None:
        pytest.skip("needs keras (extra trainer)")
    folder = tmp_path_factory.mktemp("keras")
    return trained(folder, "schedule-cosine", KERAS), folder


def series_of(run: Run, metric: str, *, of_steps: bool = False) -> Series:
    """Return the only series of a metric, of its steps or of its epochs."""
    (series,) = (
        series
        for series in run.series
        if series.metric == metric and (series.grain == "step") == of_steps
    )
    return series


def assert_same(runs: dict[str, Run], first: str, metrics: tuple[str, ...]) -> None:
    for (name, run), metric, split in product(runs.items(), metrics, ("train", "val")):
        own, other = runs[first].curve(metric, split), run.curve(metric, split)
        precision = max(SINGLE, PRECISION.get(name, 0.0))
        assert np.allclose(own.value, other.value, rtol=precision, atol=0), name


def test_the_formats_of_torch_have_the_same_numbers(
    torch_runs: tuple[dict[str, Run], Path],
) -> None:
    runs, _ = torch_runs
    assert set(runs) == set(TORCH)
    assert_same(runs, "csv", ("loss", "accuracy"))
    epochs = {name: run.curve("loss", "val").epoch.tolist() for name, run in runs.items()}
    assert epochs == {
        name: [0, 1, 2, 3] if name == "tensorboard-split" else [1, 2, 3, 4] for name in TORCH
    }
    for run in runs.values():
        assert series_of(run, "lr").value[-1] == pytest.approx(0.0006)


def test_every_step_is_logged_except_in_csv(torch_runs: tuple[dict[str, Run], Path]) -> None:
    runs, _ = torch_runs
    steps = {}
    for name in set(TORCH) - {"csv"}:
        steps[name] = series_of(runs[name], "loss", of_steps=True).value
    assert all(len(values) == 48 for values in steps.values())  # 3,000 rows by 256, four times
    assert all(np.allclose(values, steps["wandb"], rtol=SINGLE) for values in steps.values())
    first = runs["tensorboard"].curve("loss", "train").value[0]
    assert first == pytest.approx(steps["wandb"][:12].mean(), rel=1e-5)


def test_the_hyper_parameters_come_back(torch_runs: tuple[dict[str, Run], Path]) -> None:
    runs, _ = torch_runs
    for name in set(TORCH) - {"csv"}:
        assert runs[name].config["optimizer"] == "adam", name
        assert runs[name].config["batch_size"] == 256, name


def test_no_format_names_the_machine_or_the_user(torch_runs: tuple[dict[str, Run], Path]) -> None:
    _, folder = torch_runs
    files = [path for path in (folder / "out").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".wandb", ".csv", ".toml"}
    secrets = {SECRET, str(folder), str(Path.cwd()), str(Path(sys.executable).parent)}
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path
        assert socket.gethostname() not in path.name
        assert str(os.getpid()) not in path.name.split("."), path
    (log,) = (path for path in files if path.suffix == ".wandb")
    content = log.read_bytes()
    for name in (socket.gethostname(), getpass.getuser()):
        assert len(name) <= 3 or name.encode() not in content  # "vm" occurs by chance
    assert b"@" not in b"".join(part for part in content.split(b"\0") if b"email" in part)


def test_histograms_images_and_pr_curves_are_logged(
    torch_runs: tuple[dict[str, Run], Path],
) -> None:
    runs, _ = torch_runs
    passed = {kind: values["count"] for kind, _, values in runs["tensorboard"].meta.passed_over}
    epochs = 4
    assert passed == {"histo": epochs * 5, "image": epochs * 2, "pr_curves": epochs * 4}


def test_rich_records_can_be_left_out_and_steps_too(tmp_path: Path) -> None:
    (run,) = trained(tmp_path, "oscillating", ("csv",), "--no-rich").values()
    assert {series.grain for series in run.series} == {""}
    assert not (tmp_path / "out" / "steps.csv").exists()


def test_the_formats_of_keras_have_the_same_numbers(
    keras_runs: tuple[dict[str, Run], Path],
) -> None:
    runs, folder = keras_runs
    assert set(runs) == set(KERAS)
    assert_same(runs, "keras-history", ("loss",))
    history = json.loads(
        (folder / "out" / "keras-history" / "history.json").read_text(encoding="utf-8")
    )
    assert {"loss", "val_loss", "mae", "val_mae"} <= set(history)
    assert all(
        run.curve("loss", "val").epoch.tolist() == [0, 1, 2, 3] for run in runs.values() if run
    )


def test_keras_rate_follows_the_schedule(keras_runs: tuple[dict[str, Run], Path]) -> None:
    runs, _ = keras_runs
    lr = series_of(runs["tensorboard-split"], "lr").value
    assert lr[0] > lr[1] > lr[2] > lr[3]
    assert lr[3] == pytest.approx(0, abs=1e-5)

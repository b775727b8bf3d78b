"""The course on red wine.

Its table as people have it, its scaling, and a short run of each model.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import analyzer
from analyzer.errors import AnalyzerError
from analyzer.trainer import red_wine
from analyzer.trainer.scenarios import SCENARIOS

pytest.importorskip("torch", reason="needs torch (extra trainer)")

NAMES = [
    "fixed acidity",
    "volatile acidity",
    "citric acid",
    "residual sugar",
    "chlorides",
    "free sulfur dioxide",
    "total sulfur dioxide",
    "density",
    "pH",
    "sulphates",
    "alcohol",
    "quality",
]


def table(path: Path, *, separator: str = ",", rows: int = 60, names: list[str] = NAMES) -> Path:
    """Write made-up wines whose quality rises with the last feature."""
    rng = np.random.default_rng(0)
    cells = rng.uniform(1, 9, (rows, len(names)))
    cells[:, -1] = 3 + (cells[:, -2] > 5)
    lines = [separator.join(f'"{name}"' for name in names)]
    lines += [separator.join(f"{cell:.4g}" for cell in row) for row in cells]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("separator", [",", ";"])
def test_commas_and_semicolons_are_read(tmp_path: Path, separator: str) -> None:
    found = red_wine.read(table(tmp_path / "wine.csv", separator=separator))
    assert found.shape == (60, 12)
    assert set(found[:, -1]) == {3, 4}


def test_the_first_model_gets_everything_scaled_by_the_train_part(tmp_path: Path) -> None:
    data, _ = red_wine.make(table(tmp_path / "wine.csv"), "plain", SCENARIOS["red-wine"])
    assert (len(data.train), len(data.val)) == (42, 18)
    assert data.train.x.min() == data.train.y.min() == 0
    assert data.train.x.max() == data.train.y.max() == 1


def test_the_second_model_gets_raw_numbers_and_batch_normalisation(tmp_path: Path) -> None:
    data, scenario = red_wine.make(
        table(tmp_path / "wine.csv"), "dropout-batchnorm", SCENARIOS["red-wine"]
    )
    assert data.train.y.min() == 3
    assert scenario.network.batchnorm_inputs
    assert scenario.network.hidden == (1024, 1024, 1024)


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "needs a header"), ("a,b\n1,2\n", "needs a header"), ("quality\n5\n", "needs a header")],
)
def test_another_table_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AnalyzerError, match=said):
        red_wine.read(path)


def test_a_cell_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "wine.csv")
    path.write_text(
        path.read_text(encoding="utf-8").replace(",3\n", ",three\n", 1), encoding="utf-8"
    )
    with pytest.raises(AnalyzerError, match="three"):
        red_wine.read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalyzerError, match="No such file"):
        red_wine.read(tmp_path / "none.csv")


@pytest.mark.parametrize("model", ["plain", "dropout-batchnorm"])
def test_a_short_run_is_logged_by_keras_itself(tmp_path: Path, model: str) -> None:
    if find_spec("keras") is None:
        pytest.skip("needs keras (extra trainer)")
    command = [
        sys.executable,
        "-m",
        "analyzer.trainer",
        "red-wine",
        "-o",
        str(tmp_path / "out"),
        "--epochs",
        "3",
        "--data",
        str(table(tmp_path / "wine.csv")),
        "--model",
        model,
        "--no-counterfactual",
    ]
    env = {**os.environ, "KERAS_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    truth = tomllib.loads((tmp_path / "out" / "truth.toml").read_text(encoding="utf-8"))
    assert truth["framework"] == "keras"
    (run,) = analyzer.load(tmp_path / "out")
    assert run.curve("loss", "val").value.min() == pytest.approx(
        truth["measured"]["val_lowest"], rel=1e-4
    )


def test_the_course_s_numbers_are_those_of_the_table() -> None:
    one = SCENARIOS["red-wine"]
    assert one == replace(
        one, epochs=500, batch=256, patience=20, min_delta=0.001, optimizer="adam", lr=0.001
    )
    assert one.network.hidden == (512, 512, 512)

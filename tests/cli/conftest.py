"""Shared by the tests of the command line: logs to read, and calls of the command in a process."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from analyzer import synthetic
from analyzer.cli import main
from analyzer.model.run import Run


@pytest.fixture(autouse=True)
def _away_from_any_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


def _call(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def _only_error(result: Result, code: int) -> str:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.endswith("\n")
    line, rest = result.stderr.split("\n")
    assert rest == ""
    return line


def _save(folder: Path, run: Run, **settings: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    prefixes = {"train": "", "val": "val_"}
    curves = {
        f"{prefixes[series.split]}{series.metric}": series.value.tolist() for series in run.series
    }
    path = folder / "history.json"
    path.write_text(json.dumps({**curves, **settings}), encoding="utf-8")
    return path


def _hostile(folder: Path, name: str) -> Path:
    values = np.exp(-np.arange(40) / 10).tolist()
    folder = folder / name.replace("/", "|")
    folder.mkdir(parents=True)
    document = {
        "loss": values,
        "val_loss": values,
        name: values,
        f"config {name}": name,
        "broken": [name, 1, 2, 3],
    }
    (folder / f"{name.replace('/', '|')}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


@pytest.fixture
def call() -> Callable[..., Result]:
    """Return a function that calls the command with some arguments."""
    return _call


@pytest.fixture
def only_error() -> Callable[[Result, int], str]:
    """Return a function that returns the only line on stderr of a call that exited with a code."""
    return _only_error


@pytest.fixture
def save() -> Callable[..., Path]:
    """Return a function that writes a run as Keras' history JSON into a folder."""
    return _save


@pytest.fixture
def hostile() -> Callable[[Path, str], Path]:
    """Return a function that writes a log whose run, series and settings have a hostile name."""
    return _hostile


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    return _save(tmp_path / "runs" / "good", synthetic.healthy(2, epochs=60).run, lr=0.1).parent


@pytest.fixture
def overfitted(tmp_path: Path) -> Path:
    return _save(tmp_path / "runs" / "over", synthetic.overfitting(2, epochs=60).run).parent


@pytest.fixture
def diverged(tmp_path: Path) -> Path:
    return _save(tmp_path / "runs" / "nan", synthetic.non_finite(2, epochs=60).run).parent


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    folder = tmp_path / "torn"
    folder.mkdir()
    rows = [[epoch, 1 / (epoch + 1)] for epoch in range(30)]
    with (folder / "log.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["epoch", "loss"], *rows, [30, 1, 2]])
    return folder

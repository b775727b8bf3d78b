"""The notebook reads and judges logs as the command line does, by the same settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer import synthetic
from analyzer.cli import main
from analyzer.errors import ConfigError, NothingReadable

SETTINGS = r"""
[text]
lines = ['^~(?P<epoch>\d+)~ tr (?P<train_loss>\S+) va (?P<val_loss>\S+)']

[metrics]
my_nll = "val/loss"

[detectors.overfitting]
min_rise = 1000.0
"""


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder below one with settings, and be in it."""
    (tmp_path / "analyzer.toml").write_text(SETTINGS, encoding="utf-8")
    run = synthetic.overfitting(2, epochs=60).run
    train, val = (run.curve("loss", split).value.tolist() for split in ("train", "val"))
    lines = [f"~{at}~ tr {a} va {b}" for at, (a, b) in enumerate(zip(train, val, strict=True))]
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "train.log").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def test_a_log_is_read_and_judged_as_by_the_command(logs: Path) -> None:
    (run,) = analyzer.load("train.log")
    shown = CliRunner().invoke(main, ["check", "train.log", "--json"])
    (expected,) = json.loads(shown.stdout)["runs"]
    diagnosis = analyzer.diagnose(run)
    assert json.loads(json.dumps(diagnosis.to_dict())) == expected
    assert "overfitting" not in {finding.detector for finding in diagnosis.findings}
    assert "overfitting" in {
        finding.detector for finding in analyzer.diagnose(run, analyzer.Config()).findings
    }


def test_a_folder_is_read_so_too(logs: Path, tmp_path: Path) -> None:
    site = analyzer.batch(logs, tmp_path / "site", reports="none", workers=1)
    assert site.runs == 1


def test_a_history_in_memory_has_the_names_of_the_settings(logs: Path) -> None:
    history = {"loss": [1.0, 0.5, 0.4], "my_nll": [1.0, 0.6, 0.5]}
    assert analyzer.diagnose(history).run.find_curve("loss", "val") is not None
    assert analyzer.plot(history).axes


def test_what_is_passed_stands_in_place_of_the_settings(logs: Path) -> None:
    with pytest.raises(NothingReadable):
        analyzer.load("train.log", config=analyzer.Config())
    (run,) = analyzer.load(
        "train.log", lines=[r"^~(?P<epoch>\d+)~ tr (?P<train_loss>\S+)"], config=analyzer.Config()
    )
    assert len(run.series) == 1


def test_settings_that_cannot_be_used_are_an_error_of_one_line(logs: Path) -> None:
    (logs / "analyzer.toml").write_text("[detector]", encoding="utf-8")
    with pytest.raises(ConfigError, match='did you mean "detectors"'):
        analyzer.load("train.log")

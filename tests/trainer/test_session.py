"""A run from the command line: what lies in its folder, finished or interrupted."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.errors import AnalyzerError
from analyzer.trainer.scenarios import SCENARIOS, Kill, Network

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import data, session
from analyzer.trainer.session import Options

SMALL = replace(
    SCENARIOS["healthy"], train_rows=60, val_rows=20, batch=20, epochs=4, network=Network((8,))
)


def silent(done: int, total: int) -> None:
    """Show no progress."""


def truth_of(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8"))


def test_a_run_writes_its_log_its_truth_and_its_predictions(tmp_path: Path) -> None:
    session.run(SMALL, Options(tmp_path, ("csv",), is_rich=False), silent)
    assert {path.name for path in tmp_path.iterdir()} == {
        "config.json",
        "metrics.csv",
        "predictions.csv",
        "truth.toml",
    }
    truth = truth_of(tmp_path)
    assert (truth["is_complete"], truth["epochs"], truth["first_epoch_in_log"]) == (True, 4, 1)
    assert "wrong" not in truth  # a changed scenario need not show its fault
    assert truth["labels"]["healthy"]["holds"] in (True, False)


def test_a_table_is_read_with_the_scenario_and_the_seed_that_stand_beside_it(
    tmp_path: Path,
) -> None:
    options = Options(
        tmp_path, ("csv",), seed=3, is_rich=False, counterfactual=False, per_step=True
    )
    session.run(SMALL, options, silent)
    runs = analyzer.load(tmp_path)  # the epochs and the steps
    assert [(run.config["scenario"], run.config["seed"]) for run in runs] == [("healthy", 3)] * 2


def test_several_formats_get_a_folder_each_and_one_run(tmp_path: Path) -> None:
    options = Options(tmp_path, ("csv", "tensorboard-split"), is_rich=False, counterfactual=False)
    session.run(SMALL, options, silent)
    assert (tmp_path / "csv" / "metrics.csv").exists()
    assert list((tmp_path / "tensorboard-split" / "validation").glob("events*"))
    assert truth_of(tmp_path)["first_epoch_in_log"] == [0, 1]


def test_an_interrupted_run_keeps_its_log_and_says_it_is_incomplete(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.run(SMALL, Options(tmp_path, ("csv",)), interrupt)
    assert (tmp_path / "metrics.csv").read_text(encoding="utf-8").count("\n") == 3
    assert truth_of(tmp_path) == {"scenario": "healthy", "is_complete": False}


def test_a_shortened_run_moves_its_kill() -> None:
    short = session.shortened(replace(SMALL, epochs=32, kill=Kill(checkpoint=16, at=20)), 8)
    assert (short.epochs, short.kill) == (8, Kill(checkpoint=4, at=5))


@pytest.mark.parametrize("epochs", range(3, 33))
def test_a_kill_stays_between_the_first_epoch_and_the_last(epochs: int) -> None:
    kill = session.shortened(SCENARIOS["resumed"], epochs).kill
    assert kill is not None
    assert 1 <= kill.checkpoint < kill.at <= epochs


def test_a_run_too_short_to_be_killed_is_refused() -> None:
    with pytest.raises(AnalyzerError, match="--epochs 2: resumed needs at least 3"):
        session.shortened(SCENARIOS["resumed"], 2)


def test_the_hyper_parameters_do_not_reveal_the_fault() -> None:
    scenario = replace(SMALL, leak=0.5, label_noise=0.2, patience=7)
    config = session.config_of(scenario, data.make(scenario, 0), Options(Path("unused")))
    assert config["patience"] == 7
    assert config["train_examples"] == 60
    assert not {"leak", "label_noise", "schedule", "zero_grad"} & set(config)


def test_each_format_decides_on_steps_unless_the_user_does() -> None:
    options = Options(Path("unused"))
    assert session.logs_steps("tensorboard", options)
    assert not session.logs_steps("csv", options)
    assert session.logs_steps("csv", replace(options, per_step=True))
    assert not session.logs_steps("tensorboard", replace(options, per_step=False))

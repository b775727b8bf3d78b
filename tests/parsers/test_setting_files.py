"""Files with settings: known by their names, told apart by what else is in these."""

from __future__ import annotations

import pytest

from analyzer.parsers._setting_files import core, is_setting_file


@pytest.mark.parametrize(
    "name",
    ["config.json", "Hparams.YML", "train_args.yaml", "opt.txt", "exp1-config.toml", "README.md"],
)
def test_a_file_for_settings_is_known_by_its_name(name: str) -> None:
    assert is_setting_file(name)


@pytest.mark.parametrize(
    "name",
    ["metrics.csv", "results.json", "tokenizer_config.json", "notes.txt", "setup.py", "config.cfg"],
)
def test_other_files_are_not(name: str) -> None:
    assert not is_setting_file(name)


@pytest.mark.parametrize(
    ("log", "settings"),
    [
        ("metrics_lr0.1_s0.csv", "config_lr0.1_s0.json"),
        ("run_a.csv", "run_a.args.yaml"),
        ("resnet-history.json", "hparams-resnet.yml"),
        ("events.out.tfevents.17.host.3", "config.json"),
    ],
)
def test_a_log_and_its_settings_share_what_tells_runs_apart(log: str, settings: str) -> None:
    assert core(log) == core(settings)


def test_two_runs_do_not() -> None:
    assert core("metrics_s0.csv") != core("config_s1.json")

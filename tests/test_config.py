"""Settings: where they come from, and what is refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import registry, synthetic
from analyzer.config import Config, read_config
from analyzer.detectors._base import Detector, threshold
from analyzer.detectors.plateau import Plateau
from analyzer.engine import diagnose
from analyzer.errors import ConfigError
from analyzer.reading.load import load

PLATEAU_OFF = 'disable = ["plateau"]\n'
OVERFITTING_OFF = 'disable = ["overfitting"]\n'


def in_pyproject(settings: str) -> str:
    return f'[project]\nname = "mine"\n[tool.analyzer]\n{settings}'


def configured(**detectors: Any) -> dict[str, Detector]:
    return Config(detectors).configured()


def test_every_detector_runs_with_its_defaults_unless_told_otherwise() -> None:
    found = configured()
    assert list(found) == sorted(registry.discover("analyzer.detectors", Detector))
    assert found["plateau"] == Plateau()


def test_a_setting_reaches_its_detector_and_no_other() -> None:
    found = configured(plateau={"min_share": 0.5, "min_points": 20})
    assert found["plateau"] == Plateau(min_share=0.5, min_points=20)
    assert found["overfitting"] == configured()["overfitting"]


def test_a_disabled_detector_does_not_run() -> None:
    assert set(configured()) - set(Config(disable=("plateau",)).configured()) == {"plateau"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config({"platau": {}}), 'unknown detector "platau"; did you mean "plateau"?'),
        (
            Config(disable=("overfiting",)),
            'unknown detector "overfiting"; did you mean "overfitting"?',
        ),
        (
            Config({"plateau": {"min_shar": 0.5}}),
            'unknown threshold of plateau "min_shar"; did you mean "min_share"?',
        ),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(config: Config, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config.configured()
    assert str(refused.value) == message


def test_a_name_like_no_other_is_answered_with_the_list() -> None:
    with pytest.raises(
        ConfigError, match=r'unknown detector "zzz"; there are: .*overfitting, plateau'
    ):
        configured(zzz={})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "min_share",
            0.95,
            "plateau.min_share = 0.95: must be at least 0.05 and at most 0.9",
        ),
        (
            "min_share",
            0.01,
            "plateau.min_share = 0.01: must be at least 0.05 and at most 0.9",
        ),
        ("min_points", 5, "plateau.min_points = 5: must be at least 6"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(
    name: str, value: float, message: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        configured(plateau={name: value})
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("name", "value"), [("min_share", 0.05), ("min_share", 0.9), ("min_points", 6)]
)
def test_the_ends_of_a_range_belong_to_it(name: str, value: float) -> None:
    assert getattr(configured(plateau={name: value})["plateau"], name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_points", 8.5),
        ("min_points", "8"),
        ("min_points", True),
        ("min_share", "0.5"),
        ("min_share", float("nan")),
        ("min_share", float("inf")),
        ("min_points", 10**400),
        ("min_share", [0.5]),
    ],
)
def test_a_value_that_is_no_number_is_refused(name: str, value: Any) -> None:
    with pytest.raises(
        ConfigError,
        match=f"plateau.{name} = .*: must be a number, e.g. {getattr(Plateau(), name)}",
    ):
        configured(plateau={name: value})


def test_a_whole_number_is_a_number() -> None:
    assert configured(plateau={"max_band": 1})["plateau"] == Plateau(max_band=1)


def test_a_range_with_an_upper_end_only_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Capped(Plateau):
        most: float = threshold(0.5, "for the test", high=1)

    monkeypatch.setattr(registry, "discover", lambda package, base: {"capped": Capped})
    with pytest.raises(ConfigError, match=r"capped\.most = 2: must be at most 1"):
        configured(capped={"most": 2})


@pytest.mark.parametrize("name", ["analyzer.toml", "pyproject.toml"])
def test_settings_are_found_in_the_current_folder_and_its_parents(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(
        in_pyproject(PLATEAU_OFF) if name == "pyproject.toml" else PLATEAU_OFF
    )
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    for folder in (tmp_path, below):
        monkeypatch.chdir(folder)
        assert read_config() == Config(disable=("plateau",))


def test_the_nearest_folder_wins(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / "analyzer.toml").write_text(PLATEAU_OFF)
    (below / "pyproject.toml").write_text(in_pyproject(OVERFITTING_OFF))
    assert read_config(start=below).disable == ("overfitting",)


def test_analyzer_toml_wins_over_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "analyzer.toml").write_text(PLATEAU_OFF)
    (tmp_path / "pyproject.toml").write_text(in_pyproject(OVERFITTING_OFF))
    assert read_config(start=tmp_path).disable == ("plateau",)


@pytest.mark.parametrize(
    "content", ['[project]\nname = "mine"\n', "[tool.other]\n", "tool = 3\n", "not [ toml"]
)
def test_a_pyproject_without_our_table_is_passed_by(content: str, tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / "analyzer.toml").write_text(PLATEAU_OFF)
    (below / "pyproject.toml").write_text(content)
    assert read_config(start=below).disable == ("plateau",)


def test_an_empty_analyzer_toml_ends_the_search(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / "analyzer.toml").write_text(PLATEAU_OFF)
    (below / "analyzer.toml").touch()
    assert read_config(start=below) == Config()


def test_a_file_that_is_named_wins_over_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "analyzer.toml").write_text(PLATEAU_OFF)
    named = tmp_path / "other.toml"
    named.write_text("[detectors.plateau]\nmin_points = 12\n")
    monkeypatch.chdir(tmp_path)
    assert read_config(named) == Config({"plateau": {"min_points": 12}})


def test_the_analysed_folder_is_never_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers = tmp_path / "strangers"
    own = tmp_path / "own"
    strangers.mkdir()
    own.mkdir()
    (own / "analyzer.toml").touch()
    (strangers / "analyzer.toml").write_text(PLATEAU_OFF)
    (strangers / "pyproject.toml").write_text(in_pyproject(OVERFITTING_OFF))
    (strangers / "history.csv").write_text(
        "epoch,loss\n" + "".join(f"{at},{1 / (1 + at)}\n" for at in range(30))
    )
    monkeypatch.chdir(own)
    (run,) = load(strangers)
    checks = diagnose(run, read_config()).checks
    every = {*registry.discover("analyzer.detectors", Detector)} - {"reward_collapse"}
    assert [check.detector for check in checks] == sorted(every)  # no agent, so no reward


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not [ toml", "not valid TOML"),
        ("a = " + "[" * 20_000, "not valid TOML: nested too deeply"),
        ("a = " + "9" * 5_000, "not valid TOML: Exceeds the limit"),
        ("#" * (1 << 20) + "\n", "cannot be read: more than 1024 KiB"),
        ("detectors = 3\n", r"detectors must be tables such as \[detectors.plateau\]"),
        ("[detectors]\nplateau = 3\n", "detectors must be tables"),
        ('disable = "plateau"\n', "disable must be a list of names"),
        ("disable = [3]\n", "disable must be a list of names"),
        ("[tool]\nanalyzer = 3\n", "analyzer must be a table"),
        ("validation_examples = 1\n", "validation_examples must be a whole number of 2 or more"),
        ("validation_examples = true\n", "validation_examples must be a whole number of 2 or more"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "analyzer.toml"
    path.write_text(content)
    for source in ({"path": path}, {"start": tmp_path}):
        with pytest.raises(ConfigError, match=rf"analyzer\.toml: {message}"):
            read_config(**source)


def test_the_size_of_the_validation_set_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "analyzer.toml").write_text("validation_examples = 1200\n")
    config = read_config(start=tmp_path)
    assert config.validation_examples == 1200
    run = synthetic.of_curves(
        "x", {(split, "loss"): 1 / np.arange(1.0, 30) for split in ("train", "val")}
    )
    assert "validation_set" not in diagnose(run).facts
    assert diagnose(run, config).facts["validation_set"]["examples"] == 1200


def test_a_misspelt_setting_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "analyzer.toml").write_text("[detector.plateau]\nmin_points = 12\n")
    with pytest.raises(
        ConfigError,
        match=r'unknown setting in analyzer\.toml "detector"; did you mean "detectors"\?',
    ):
        read_config(start=tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: cannot be read: .*; check the path"):
        read_config(tmp_path / "gone.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_pipe_and_a_device_are_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(ConfigError, match="cannot be read: not a regular file"):
            read_config(path)


def test_a_file_that_is_named_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(PLATEAU_OFF)
    (tmp_path / "link.toml").symlink_to("own.toml")
    assert read_config(tmp_path / "link.toml").disable == ("plateau",)


def test_a_broken_pyproject_that_speaks_of_us_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.analyzer.check]\nrequire = ["val_loss<1"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid TOML"):
        read_config(start=tmp_path)
    path.write_text('[tool.other]\nx = ["\n', encoding="utf-8")
    assert read_config(start=tmp_path) == Config()


def test_tables_of_other_tools_beside_ours_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "analyzer.toml"
    path.write_text('[tool.other]\nx = 1\n[check]\nfail_on = "never"\n', encoding="utf-8")
    assert read_config(path).check == {"fail_on": "never"}


def test_expressions_of_lines_come_from_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "analyzer.toml"
    path.write_text("[text]\nlines = 'e(?P<epoch>\\d+) (?P<loss>\\S+)'\n", encoding="utf-8")
    assert read_config(path).text == (r"e(?P<epoch>\d+) (?P<loss>\S+)",)


@pytest.mark.parametrize("text", ["text = 3", "[text]\nline = []", "[text]\nlines = ['(']"])
def test_a_bad_expression_is_refused_with_the_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "analyzer.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="text"):
        read_config(path)


def test_patterns_of_folder_names_are_a_text_or_a_list(tmp_path: Path) -> None:
    path = tmp_path / "analyzer.toml"
    path.write_text('folder_settings = "lr{lr}_s{seed}"\n', encoding="utf-8")
    assert read_config(path).folder_settings == ("lr{lr}_s{seed}",)
    path.write_text("folder_settings = [1]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="folder_settings must be a list of patterns"):
        read_config(path)

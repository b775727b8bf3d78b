"""Settings in the names of folders: offered, and read only by a pattern."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer import load
from analyzer.errors import ConfigError
from analyzer.reading.setting_patterns import checked, pattern_of, settings_from, suggested


@pytest.mark.parametrize(
    ("name", "pattern", "settings"),
    [
        ("lr0.01_wd0_s3", "lr{lr}_wd{wd}_s{seed}", {"lr": 0.01, "wd": 0, "seed": 3}),
        ("seed=1,lr=0.1", "seed={seed},lr={lr}", {"seed": 1, "lr": 0.1}),
        ("model-vgg_bs-32", "model-{model}_bs-{bs}", {"model": "vgg", "bs": 32}),
        ("lr_1e-3_seed_2", "lr_{lr}_seed_{seed}", {"lr": 0.001, "seed": 2}),
        ("exp3_lr0.1", "exp{run_id}_lr{lr}", {"run_id": 3, "lr": 0.1}),
        ("opt.lr=0.1_s=4", "opt.lr={opt.lr}_s={seed}", {"opt.lr": 0.1, "seed": 4}),
    ],
)
def test_a_name_that_holds_settings_gives_its_pattern(
    name: str, pattern: str, settings: dict[str, Any]
) -> None:
    assert pattern_of(name) == pattern
    assert settings_from([pattern], Path("/data") / name / "metrics.csv") == (name, settings)


@pytest.mark.parametrize(
    "name", ["base_0", "run_1", "version_0", "2024-01-01", "checkpoint-100", "epoch=3-step=9", "a"]
)
def test_other_names_give_none(name: str) -> None:
    assert pattern_of(name) == ""


def test_a_pattern_may_span_folders_and_the_nearest_wins() -> None:
    log = Path("/old/lr9/seed8/lr0.1/seed2/log.csv")
    assert settings_from(["lr{lr}/seed{seed}"], log)[1] == {"lr": 0.1, "seed": 2}
    assert settings_from(["lr{lr}_s{seed}"], log) == ("", {})


def test_a_pattern_fits_a_folder_however_deep_the_log_lies_below_it() -> None:
    log = Path("/data/lr0.3_s5/2025/06/01/fold/0/logs/csv/version_0/metrics.csv")
    assert settings_from(["lr{lr}_s{seed}"], log) == ("lr0.3_s5", {"lr": 0.3, "seed": 5})


@pytest.mark.parametrize("pattern", ["lr", "lr{lr}{seed}", "lr{lr", "{}", "{0a}"])
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="folder_settings"):
        checked([pattern])


def test_a_long_name_takes_no_time() -> None:
    pattern = "_".join(f"{{a{index}}}" for index in range(20)) + "x"
    assert settings_from([pattern], Path("/") / ("_" * 250) / "log.csv") == ("", {})


def test_names_are_offered_and_read_when_asked(tmp_path: Path) -> None:
    for seed in (0, 1):
        folder = tmp_path / f"lr0.1_s{seed}"
        folder.mkdir()
        rows = "".join(f"{epoch},{1 / epoch + seed}\n" for epoch in range(1, 9))
        (folder / "metrics.csv").write_text(f"epoch,val_loss\n{rows}", encoding="utf-8")
    runs = load(tmp_path)
    assert [run.config for run in runs] == [{}, {}]
    (pattern,) = suggested(list(runs))
    read = load(tmp_path, folder_settings=[pattern])
    assert [run.config for run in read] == [{"lr": 0.1, "seed": 0}, {"lr": 0.1, "seed": 1}]
    assert suggested(list(read)) == []

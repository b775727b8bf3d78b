"""Settings beside a log: which file belongs to which run, and what wins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.reading.load import scan


def log(path: Path, *, noise: int = 0, **columns: Any) -> Path:
    """Write a table of twenty epochs; ``columns`` are repeated in each row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = ",".join(["epoch", "train_loss", "val_loss", *columns])
    rows = [
        ",".join(
            map(str, [epoch, 1 / epoch + noise / 50, 1.2 / epoch + noise / 40, *columns.values()])
        )
        for epoch in range(1, 21)
    ]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")


def configs(path: Path) -> dict[str, Any]:
    return {run.name: dict(run.config) for run in analyzer.load(path)}


def keys(path: Path) -> list[str]:
    return [issue.key for run in analyzer.load(path) for issue in run.issues]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", {"lr": 0.3, "seed": 4}),
        ("config.yaml", "lr: 3.0e-1\nseed: 4\n"),
        ("hparams.yml", "lr: 3e-1\nseed: 4\n"),
        ("args.json", {"args": {"lr": 0.3, "seed": 4}}),
        ("params.json", {"config": {"hparams": {"lr": 0.3, "seed": 4}}}),
        ("opt.yaml", "!!python/object:argparse.Namespace\nlr: 0.3\nseed: 4\n"),
        ("train_config.toml", "lr = 0.3\nseed = 4\n"),
        ("args.txt", "Namespace(lr=0.3, seed=4)"),
        (".hydra/config.yaml", "lr: 0.3\nseed: 4\n"),
        (".hydra/overrides.yaml", "- lr=0.3\n- +seed=4\n"),
        ("config.py", "lr = 0.3\nseed = 4\nother = open('x')\n"),
        (
            "config.yaml",
            "lr:\n  value: 0.3\nseed:\n  desc: null\n  value: 4\n_wandb:\n  value: {}\n",
        ),
        (
            "README.md",
            "# m\n\n### Training hyperparameters\n\n- lr: 0.3\n- seed: 4\n\n### Results\n- a: 1\n",
        ),
    ],
)
def test_the_settings_beside_a_log_are_its_configuration(
    tmp_path: Path, name: str, content: Any
) -> None:
    log(tmp_path / "a" / "metrics.csv")
    put(tmp_path / "a" / name, content)
    (run,) = analyzer.load(tmp_path)
    assert run.config == {"lr": 0.3, "seed": 4}
    assert run.meta.config_files == (f"a/{name}",)


@pytest.mark.parametrize(
    "name",
    ["tokenizer_config.json", "package.json", "tsconfig.json", "dataset_config.yaml", "README.md"],
)
def test_files_of_something_else_are_left_alone(tmp_path: Path, name: str) -> None:
    log(tmp_path / "metrics.csv")
    put(tmp_path / name, '{"lr": 0.3}')
    assert list(configs(tmp_path).values()) == [{}]


def test_of_two_logs_in_a_folder_a_name_says_which_is_meant(tmp_path: Path) -> None:
    for name in ("run_a", "run_b", "run_c"):
        log(tmp_path / f"{name}.csv", noise=ord(name[-1]))
    put(tmp_path / "run_a_config.json", {"lr": 0.1})
    put(tmp_path / "run_b.args.yaml", "lr: 0.2\n")
    put(tmp_path / "run_c.json", {"lr": 0.4, "test_loss": 0.7})
    assert configs(tmp_path) == {"run_a": {"lr": 0.1}, "run_b": {"lr": 0.2}, "run_c": {"lr": 0.4}}


def test_a_file_beside_several_runs_is_nobodys_and_inspect_says_so(tmp_path: Path) -> None:
    log(tmp_path / "run_a.csv")
    log(tmp_path / "run_b.csv", noise=1)
    put(tmp_path / "hparams.yaml", "lr: 0.1\n")
    found = scan(tmp_path)
    assert [run.config for run in found] == [{}, {}]
    assert [(file.source, file.key) for file in found.skipped] == [
        ("hparams.yaml", "settings_unclear")
    ]


def test_one_log_alone_is_read_like_its_folder(tmp_path: Path) -> None:
    log(tmp_path / "one" / "metrics.csv")
    put(tmp_path / "one" / "predictions.csv", "truth,prediction\n" + "1,0\n" * 30)
    put(tmp_path / "one" / "config.json", {"lr": 0.1})
    log(tmp_path / "two" / "a.csv")
    log(tmp_path / "two" / "b.csv", noise=3)
    put(tmp_path / "two" / "config.json", {"lr": 0.2})
    assert configs(tmp_path / "one" / "metrics.csv") == {"one": {"lr": 0.1}}
    assert list(configs(tmp_path / "two" / "a.csv").values()) == [{}]


def test_a_folder_above_gives_what_no_nearer_one_has(tmp_path: Path) -> None:
    put(tmp_path / "sweep" / "config.yaml", "lr: 0.1\n")
    for seed in (0, 1):
        log(tmp_path / "sweep" / f"s{seed}" / "metrics.csv", noise=seed)
    put(tmp_path / "sweep" / "s1" / "config.json", {"lr": 0.5})
    assert configs(tmp_path) == {"sweep/s0": {"lr": 0.1}, "sweep/s1": {"lr": 0.5}}


def test_a_folder_named_train_may_hold_a_whole_run(tmp_path: Path) -> None:
    for number, name in enumerate(("train", "train2")):
        log(tmp_path / name / "results.csv", noise=number)
        put(tmp_path / name / "args.yaml", f"lr0: 0.{number + 1}\n")
    put(tmp_path / "val" / "predictions.json", [])  # of a later evaluation, and no log
    found = scan(tmp_path)
    assert {run.name: run.config["lr0"] for run in found} == {"train": 0.1, "train2": 0.2}
    assert "train/args.yaml" not in [file.source for file in found.skipped]


def test_a_split_with_another_beside_it_has_the_settings_of_the_folder_above(
    tmp_path: Path,
) -> None:
    log(tmp_path / "job" / "train" / "log.csv")
    log(tmp_path / "job" / "val" / "log.csv", noise=1)
    put(tmp_path / "job" / "train" / "args.yaml", "lr: 0.5\n")
    put(tmp_path / "job" / "config.json", {"lr": 0.1})
    assert {config["lr"] for config in configs(tmp_path).values()} == {0.1}


def test_an_empty_file_hides_nothing_above(tmp_path: Path) -> None:
    log(tmp_path / "job" / "version_0" / "metrics.csv")
    put(tmp_path / "job" / "version_0" / "hparams.yaml", "{}\n")
    put(tmp_path / "job" / ".hydra" / "config.yaml", "lr: 0.1\n")
    assert list(configs(tmp_path).values()) == [{"lr": 0.1}]


def test_a_folder_above_with_a_run_of_its_own_keeps_its_settings(tmp_path: Path) -> None:
    log(tmp_path / "base" / "metrics.csv")
    put(tmp_path / "base" / "config.json", {"lr": 0.1})
    log(tmp_path / "base" / "tuned" / "metrics.csv", noise=2)
    assert configs(tmp_path) == {"base": {"lr": 0.1}, "base/tuned": {}}


def test_nothing_outside_the_analysed_folder_is_read(tmp_path: Path) -> None:
    put(tmp_path / "config.json", {"lr": 0.1})
    log(tmp_path / "a" / "metrics.csv")
    (tmp_path / "a" / "args.json").symlink_to(tmp_path / "config.json")
    assert list(configs(tmp_path / "a").values()) == [{}]


def test_the_log_wins_and_the_conflict_is_told(tmp_path: Path) -> None:
    log(tmp_path / "metrics.csv", lr=0.05, seed=3)
    put(tmp_path / "config.json", {"lr": 0.1, "seed": 3, "wd": 0})
    (run,) = analyzer.load(tmp_path)
    assert run.config == {"lr": 0.05, "seed": 3, "wd": 0}
    (issue,) = run.issues
    assert "disagrees with metrics.csv on one setting: lr is 0.1 here and 0.05 there" in str(issue)


def test_a_secret_in_a_conflict_stays_secret(tmp_path: Path) -> None:
    document = {"config": {"api_key": "abc-1"}, "loss": [1, 0.5], "val_loss": [1, 0.6]}
    put(tmp_path / "history.json", document)
    put(tmp_path / "config.json", {"api_key": "abc-2"})
    (run,) = analyzer.load(tmp_path)
    assert "abc" not in " ".join(map(str, run.issues))
    assert "settings_differ" in [issue.key for issue in run.issues]


@pytest.mark.parametrize("content", ["lr: [0.1\nfoo", "a: " + "x" * (1 << 17)])
def test_a_file_that_cannot_be_read_costs_only_itself(tmp_path: Path, content: str) -> None:
    log(tmp_path / "metrics.csv")
    put(tmp_path / "config.yaml", content)
    assert keys(tmp_path) == ["settings_unread"]


def test_a_column_that_never_changes_is_a_setting_and_stays_a_series(tmp_path: Path) -> None:
    log(tmp_path / "metrics.csv", lr=0.1, seed=3, batch_size=32, nan_count=0)
    (run,) = analyzer.load(tmp_path)
    assert run.config == {"lr": 0.1, "seed": 3, "batch_size": 32}
    assert {"lr", "seed", "batch_size", "nan_count"} <= {series.tag for series in run.series}
    assert run.points == 6 * 20


def test_settings_beside_logs_make_repeats(tmp_path: Path) -> None:
    for seed in (0, 1):
        log(tmp_path / f"s{seed}" / "metrics.csv", noise=seed)
        put(tmp_path / f"s{seed}" / "config.json", {"optimizer": {"lr": 0.1}, "seed": seed})
    comparison = analyzer.compare(list(analyzer.load(tmp_path)))
    assert len(comparison.sides) == 1


def test_a_file_above_that_names_another_folder_is_not_taken(tmp_path: Path) -> None:
    for name in ("alpha", "beta"):
        log(tmp_path / name / "metrics.csv", noise=ord(name[0]))
    put(tmp_path / "config_alpha.json", {"lr": 0.07})
    assert configs(tmp_path) == {"alpha": {"lr": 0.07}, "beta": {}}


@pytest.mark.parametrize("place", ["conf", "config", "default"])
def test_groups_of_configuration_beside_a_log_are_choices_and_not_settings(
    place: str, tmp_path: Path
) -> None:
    log(tmp_path / "run" / "log.csv")
    put(tmp_path / "run" / place / "base" / "model.yaml", "name: resnet\ndepth: 18\n")
    put(tmp_path / "run" / place / "optimizer" / "adam.yaml", "lr: 0.1\n")
    assert list(configs(tmp_path).values()) == [{}]
    put(tmp_path / "run" / ".hydra" / "config.yaml", "lr: 0.3\n")
    assert list(configs(tmp_path).values()) == [{"lr": 0.3}]

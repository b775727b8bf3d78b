"""Small JSON files without a series, told by their first bytes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.issues import Skipped
from analyzer.parsers._base import HEAD, LogFile, ReadOptions
from analyzer.parsers._no_series import has_no_series, whole_object
from analyzer.reading.claims import claim, parsers_for
from analyzer.reading.load import scan


def file_of(content: bytes, tmp_path: Path) -> LogFile:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    return LogFile(path, Path(path.name), path.name, len(content))


@pytest.mark.parametrize(
    "content",
    [
        b'{"lr": 0.1, "seed": 3}',
        b'{"optimizer": {"name": "adam", "lr": 0.1}, "amp": true, "name": null}\n',
        b"\xef\xbb\xbf{}",
    ],
)
def test_plain_settings_have_no_series(content: bytes, tmp_path: Path) -> None:
    assert has_no_series(file_of(content, tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        b'{"loss": [0.5, 0.4]}',
        b'{"loss": {"0": 0.5, "1": 0.4}}',
        b'{"epoch_1": {"loss": 0.5}, "epoch_2": {"loss": 0.4}}',
        b'{"history": "{\'loss\': (0.5, 0.4)}"}',
        b'{"lr": 0.1',
        b'{"lr": 0.1}\n{"lr": 0.2}\n',
        b'{"lr": 0.1}\0\0',
        b'{"lr": 0.1, "note": "' + b"x" * HEAD + b'"}',
        b"",
    ],
    ids=["list", "rows", "epochs", "text", "cut", "lines", "NULs", "larger", "empty"],
)
def test_what_may_be_a_history_or_is_damaged_is_read_whole(content: bytes, tmp_path: Path) -> None:
    assert not has_no_series(file_of(content, tmp_path))


def test_settings_without_a_log_are_listed_with_their_format(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"lr": 0.1}')
    (skipped,) = scan(tmp_path).skipped
    assert (skipped.source, skipped.key, skipped.nearest) == (
        "config.json",
        "no_metric",
        "history JSON",
    )


@pytest.mark.parametrize(
    "content",
    [
        b'{"layers": [64, 64], "lr": 0.1}',
        b'{"betas": [0.9, 0.999], "model": {"layers": [{"units": 64}, {"units": 32}]}}',
        b'{"metrics": ["accuracy"], "lr": 0.1, "milestones": [30, 60]}',
        b'{"epochs": 10, "class_weights": [1.0, 3.0], "accuracy_thresholds": [0.5, 0.6]}',
    ],
)
def test_settings_with_lists_are_no_log(content: bytes, tmp_path: Path) -> None:
    assert isinstance(claim(file_of(content, tmp_path), parsers_for(ReadOptions())), Skipped)


@pytest.mark.parametrize(
    "content",
    [
        b'{"loss": [0.5, 0.4], "lr": 0.1, "batch_size": 32, "layers": [64, 64], "seed": 1}',
        b'{"history": {"loss": [0.5]}, "params": {"epochs": 1}}',
        b'{"config": {"lr": 0.1, "layers": [8, 8]}, "curves": {"val_acc": [0.5, 0.6]}}',
    ],
)
def test_a_history_among_settings_is_a_log(content: bytes, tmp_path: Path) -> None:
    assert not isinstance(claim(file_of(content, tmp_path), parsers_for(ReadOptions())), Skipped)


def test_only_a_whole_object_is_one(tmp_path: Path) -> None:
    assert whole_object(file_of(b'{"a": [1]}', tmp_path)) == {"a": [1]}
    assert whole_object(file_of(b"[1, 2]", tmp_path)) is None
    assert whole_object(file_of(b'{"a": [1', tmp_path)) is None


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b'{"epoch": 3.0, "eval_loss": 0.5, "train_runtime": 9.1}', "single_values"),
        (b'{"val": {"loss": 0.4}, "step": 9}', "single_values"),
        (b'{"loss": "mse", "lr": 0.1}', "no_metric"),
        (b'{"loss_weight": 0.5}', "no_metric"),
    ],
)
def test_final_results_are_not_said_to_lack_a_loss(
    content: bytes, key: str, tmp_path: Path
) -> None:
    file_of(content, tmp_path)
    (skipped,) = scan(tmp_path).skipped
    assert skipped.key == key

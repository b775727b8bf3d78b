"""Which file of an MLflow store is which: runs, experiments, logged models, files of nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._base import LogFile
from analyzer.parsers._mlflow_folder import Meta, place_of, read_meta


def write(path: Path, text: str = "x") -> LogFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return LogFile(path, Path(path.name), path.name, path.stat().st_size)


@pytest.mark.parametrize("word", ["run_id", "run_uuid"])
def test_the_files_of_a_run_have_their_kind_and_name(word: str, tmp_path: Path) -> None:
    meta = write(tmp_path / "r" / "meta.yaml", f"{word}: abc\n")
    metric = write(tmp_path / "r" / "metrics" / "val" / "loss")
    assert place_of(meta) == ("meta", "meta.yaml", tmp_path / "r")
    assert place_of(metric) == ("metrics", "val/loss", tmp_path / "r")


def test_a_logged_model_and_an_experiment_are_beside_the_runs(tmp_path: Path) -> None:
    experiment = write(tmp_path / "meta.yaml", "experiment_id: '1'\n")
    write(tmp_path / "models" / "m-1" / "meta.yaml", "model_id: m-1\nsource_run_id: abc\n")
    metric = write(tmp_path / "models" / "m-1" / "metrics" / "loss")
    for file in (experiment, metric):
        place = place_of(file)
        assert place is not None
        assert place.kind == "side"


def test_files_without_a_store_have_no_place(tmp_path: Path) -> None:
    assert place_of(write(tmp_path / "metrics" / "loss")) is None
    assert place_of(write(tmp_path / "meta.yaml", "name: data\n")) is None


def test_a_run_of_a_deleted_experiment_is_deleted(tmp_path: Path) -> None:
    write(tmp_path / "meta.yaml", "experiment_id: '1'\nname: e\nlifecycle_stage: deleted\n")
    write(tmp_path / "r" / "meta.yaml", "run_id: abc\nrun_name: n\nlifecycle_stage: active\n")
    assert read_meta(tmp_path / "r") == Meta("abc", "n", "deleted", "e")
    assert read_meta(tmp_path / "none") == Meta("none")

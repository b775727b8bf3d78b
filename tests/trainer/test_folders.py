"""The output folder: what is refused, and what --force deletes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.trainer import folders

TRUTH = 'scenario = "healthy"\nis_complete = true\n'


def earlier_run(folder: Path) -> Path:
    """Write what an earlier run in two formats leaves."""
    (folder / "csv").mkdir(parents=True)
    (folder / "truth.toml").write_text(TRUTH, encoding="utf-8")
    (folder / "csv" / "metrics.csv").write_text(
        "epoch,step,train_loss\n1,32,0.5\n", encoding="utf-8"
    )
    return folder


def test_a_new_folder_is_created_with_its_parents(tmp_path: Path) -> None:
    folders.prepare(tmp_path / "runs" / "first", force=False)
    assert (tmp_path / "runs" / "first").is_dir()


def test_a_folder_in_use_needs_force(tmp_path: Path) -> None:
    folder = earlier_run(tmp_path / "run")
    with pytest.raises(AnalyzerError, match="is not empty; --force replaces an earlier run"):
        folders.prepare(folder, force=False)
    folders.prepare(folder, force=True)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["notes.md", "thesis/thesis.tex", "csvmetrics.csv", "wandbconfig.json"]
)
def test_force_spares_foreign_files_beside_an_earlier_run(tmp_path: Path, name: str) -> None:
    folder = earlier_run(tmp_path / "run")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("mine", encoding="utf-8")
    before = sorted(folder.rglob("*"))
    with pytest.raises(AnalyzerError, match=f"contains {name}, which"):
        folders.prepare(folder, force=True)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", '{"model_type": "bert"}'),
        ("metrics.csv", "epoch,val_loss\n1,0.5\n"),
        ("csv/steps.csv", "step,loss\n1,0.5\n"),
        ("predictions.csv", "id,label\n1,cat\n"),
    ],
)
def test_force_spares_a_file_of_our_name_that_does_not_begin_like_ours(
    tmp_path: Path, name: str, content: str
) -> None:
    folder = earlier_run(tmp_path / "run")
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(AnalyzerError, match=f"contains {name}, which"):
        folders.prepare(folder, force=True)
    assert (folder / name).read_text(encoding="utf-8") == content
    assert (folder / "truth.toml").is_file()


@pytest.mark.parametrize("begun", ["", '{\n  "sce', '{\n  "scenario": "healthy"\n}\n'])
def test_force_deletes_a_file_that_was_interrupted(tmp_path: Path, begun: str) -> None:
    folder = earlier_run(tmp_path / "run")
    (folder / "config.json").write_text(begun, encoding="utf-8")
    folders.prepare(folder, force=True)
    assert list(folder.iterdir()) == []


def test_force_deletes_the_pictures_of_a_wandb_run(tmp_path: Path) -> None:
    folder = earlier_run(tmp_path / "run")
    pictures = folder / "wandb" / "wandb" / "offline-run-1-a" / "files" / "media" / "images" / "val"
    pictures.mkdir(parents=True)
    (pictures / "confusion_12_eda9.png").write_bytes(b"\x89PNG")
    folders.prepare(folder, force=True)
    assert list(folder.iterdir()) == []


def test_force_reaches_nothing_outside_by_a_link(tmp_path: Path) -> None:
    folder = earlier_run(tmp_path / "run")
    outside = earlier_run(tmp_path / "outside")
    (folder / "wandb").mkdir()
    (folder / "wandb" / "latest-run").symlink_to(outside)
    folders.prepare(folder, force=True)
    assert (outside / "csv" / "metrics.csv").is_file()
    (folder / "truth.toml").symlink_to(outside / "truth.toml")
    with pytest.raises(AnalyzerError, match="did not write"):
        folders.prepare(folder, force=True)


def test_force_refuses_a_folder_that_is_too_deep_to_be_ours(tmp_path: Path) -> None:
    folder = earlier_run(tmp_path / "run")
    (folder / "/".join("x" * 400)).mkdir(parents=True)
    with pytest.raises(AnalyzerError, match=r"contains x/x/.*, which"):
        folders.prepare(folder, force=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_pipe_in_place_of_the_truth_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "truth.toml")
    with pytest.raises(AnalyzerError, match="did not write"):
        folders.prepare(tmp_path, force=True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("thesis.txt", "mine"),
        ("manifest.json", '{"name": "my web app"}'),
        ("manifest.json", "[1, 2]"),
        ("truth.toml", "not = [toml"),
        ("truth.toml", "deep = " + "[" * 20_000),
        ("manifest.json", "[" * 200_000),
    ],
)
def test_force_spares_a_folder_that_the_trainer_did_not_write(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(AnalyzerError, match="did not write"):
        folders.prepare(tmp_path, force=True)
    assert (tmp_path / name).read_text(encoding="utf-8") == content


def test_force_replaces_a_fleet(tmp_path: Path) -> None:
    manifest = '{"command": "analyzer train fleet --runs 3"}'
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    (tmp_path / "corpus.jsonl.gz").touch()
    folders.prepare(tmp_path, force=True)
    assert list(tmp_path.iterdir()) == []


def test_force_replaces_a_fleet_of_remedies_whole_or_in_parts(tmp_path: Path) -> None:
    manifest = '{"command": "analyzer train remedies --runs 3"}'
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    (tmp_path / "trials.jsonl.gz").touch()
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "00001.jsonl").touch()
    folders.prepare(tmp_path, force=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AnalyzerError, match="is a file"):
        folders.prepare(tmp_path / "file", force=False)


def test_a_folder_that_cannot_be_created_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AnalyzerError, match="cannot create the folder"):
        folders.prepare(tmp_path / "file" / "run", force=False)

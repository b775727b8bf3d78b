"""Folders that add_scalars and add_hparams make belong to the run above; others do not."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import hparams_config_pb, hparams_pb
from tensorboard.summary.writer.record_writer import RecordWriter

from analyzer.model.run import Run
from analyzer.reading.load import load

START = 1_700_000_000.0
POINTS = 12


def write(
    folder: Path, *summaries: tuple[int, Summary], start: float = START, suffix: str = ""
) -> None:
    """Write an event file as torch names it, with TensorBoard's own record writer."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"events.out.tfevents.{start:.0f}.host.1{suffix}").open("wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=start, file_version="brain.Event:2").SerializeToString())
        for at, (step, summary) in enumerate(summaries, 1):
            event = Event(wall_time=start + at / 1000, step=step, summary=summary)
            writer.write(event.SerializeToString())
        writer.flush()


def curve(tag: str, level: float = 1.0) -> list[tuple[int, Summary]]:
    return [(step, scalar(tag, level * math.exp(-step / 4))) for step in range(POINTS)]


def scalar(tag: str, value: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def session(config: dict[str, float], **metrics: float) -> list[tuple[int, Summary]]:
    values = [(0, scalar(tag, value)) for tag, value in metrics.items()]
    return [(0, hparams_pb(config, start_time_secs=START)), *values]


def splits(run: Run) -> set[tuple[str, str, int]]:
    return {(series.split, series.metric, len(series)) for series in run.series}


@pytest.mark.parametrize(
    ("tag", "train", "val"),
    [
        ("Loss", "Loss_train", "Loss_val"),
        ("Loss", "Loss/train", "Loss/val"),
        ("Loss/epoch", "Loss_epoch_train", "Loss_epoch_validation"),
        ("Loss/epoch", "Loss/epoch/train", "Loss/epoch/validation"),
        ("Train_Loss", "Train Loss_Train", "Train Loss_Valid"),
        ("losses", "losses_train_loss", "losses_val_loss"),
        ("my-loss.v2", "my-loss.v2_train", "my-loss.v2_test"),
    ],
)
def test_the_folders_of_add_scalars_are_curves_of_the_run_above(
    tag: str, train: str, val: str, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, *curve("lr"))
        write(tmp_path / name / train, *curve(tag))
        write(tmp_path / name / val, *curve(tag, 2.0))
    runs = load(tmp_path)
    assert [run.name for run in runs] == ["a", "b"]
    for run in runs:
        found = {split for split, metric, _ in splits(run) if metric != "lr"}
        assert found in ({"train", "val"}, {"train", "test"})
        assert run.points == 3 * POINTS


def test_a_tag_for_both_splits_is_one_metric(tmp_path: Path) -> None:
    tag = "Training vs. Validation Loss"
    write(tmp_path / "e", *curve("lr"))
    for key in ("Training", "Validation"):
        write(tmp_path / "e" / f"{tag}_{key}", *curve(tag))
    (run,) = load(tmp_path / "e")
    assert {(split, metric) for split, metric, _ in splits(run)} == {
        ("", "lr"),
        ("train", "loss"),
        ("val", "loss"),
    }


def test_keys_that_are_no_splits_stay_apart(tmp_path: Path) -> None:
    write(tmp_path / "e")
    write(tmp_path / "e" / "run_14h_xsinx", *curve("run_14h"))
    write(tmp_path / "e" / "run_14h_a" / "b", *curve("run_14h"))
    (run,) = load(tmp_path / "e")
    assert {series.tag for series in run.series} == {"run_14h/xsinx", "run_14h/a/b"}


def test_the_folders_of_add_scalars_below_that_of_a_split_keep_the_split(tmp_path: Path) -> None:
    write(tmp_path / "e" / "train", *curve("loss"))
    write(tmp_path / "e" / "val", *curve("loss", 2.0))
    for layer in ("stem", "head"):
        write(tmp_path / "e" / "train" / f"grad_norm_{layer}", *curve("grad_norm"))
    (run,) = load(tmp_path)
    assert run.name == "e"
    assert {(series.split, series.tag) for series in run.series} == {
        ("train", "loss"),
        ("val", "loss"),
        ("train", "grad_norm/stem"),
        ("train", "grad_norm/head"),
    }


def test_the_folders_of_add_scalars_suffice_without_the_file_of_the_writer(tmp_path: Path) -> None:
    write(tmp_path / "e" / "Loss_train", *curve("Loss"))
    write(tmp_path / "e" / "Loss_val", *curve("Loss", 2.0))
    (run,) = load(tmp_path)
    assert splits(run) == {("train", "loss", POINTS), ("val", "loss", POINTS)}


def test_one_folder_of_add_scalars_names_its_split_from_inside(tmp_path: Path) -> None:
    write(tmp_path / "e")
    write(tmp_path / "e" / "Loss_val", *curve("Loss"))
    (run,) = load(tmp_path / "e" / "Loss_val")
    assert splits(run) == {("val", "loss", POINTS)}


def test_runs_that_are_named_like_their_tag_stay_runs(tmp_path: Path) -> None:
    for name in ("loss_adam", "loss_sgd"):
        write(tmp_path / name, *curve("loss"))
    assert [run.name for run in load(tmp_path)] == ["loss_adam", "loss_sgd"]


def test_a_folder_with_more_than_one_tag_is_a_run(tmp_path: Path) -> None:
    write(tmp_path, *curve("note"))
    write(tmp_path / "loss_a", *curve("loss"), *curve("accuracy"))
    assert len(load(tmp_path)) == 2


@pytest.mark.parametrize("name", ["1700000009.8254", "hp", "trial 1"])
def test_a_session_gives_its_run_the_configuration_and_its_metrics(
    name: str, tmp_path: Path
) -> None:
    write(tmp_path / "e", *curve("Loss/train"), *curve("Loss/val", 2.0))
    write(tmp_path / "e" / name, *session({"lr": 0.1}, **{"Loss/val": 0.2}), start=START + 9)
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.1}
    assert splits(run) == {
        ("train", "loss", POINTS),
        ("val", "loss", POINTS),
        ("val", "hparam/Loss", 1),
    }


def test_a_session_below_a_split_folder_belongs_to_the_whole_run(tmp_path: Path) -> None:
    write(tmp_path / "e" / "train", *curve("loss"))
    write(tmp_path / "e" / "validation", *curve("loss", 2.0))
    write(tmp_path / "e" / "train" / "1700000009.5", *session({"lr": 0.1}), start=START + 9)
    (run,) = load(tmp_path)
    assert (run.name, run.config) == ("e", {"lr": 0.1})


def test_a_trial_of_keras_below_its_experiment_is_a_run(tmp_path: Path) -> None:
    write(tmp_path, (0, hparams_config_pb(hparams=[], metrics=[])))
    for name in ("run-0", "run-1"):
        write(tmp_path / name, *session({"units": 16.0}, accuracy=0.8))
    assert [run.name for run in load(tmp_path)] == ["run-0", "run-1"]


def test_a_run_with_curves_and_settings_below_another_is_a_run(tmp_path: Path) -> None:
    write(tmp_path, *curve("loss"))
    write(tmp_path / "1700000009.5", *session({"lr": 0.1}), *curve("loss"))
    assert len(load(tmp_path)) == 2


@pytest.mark.parametrize("suffixes", [("_train", "_val"), (".train", ".eval"), ("train", "valid")])
def test_two_writers_in_one_folder_are_told_apart_by_their_suffixes(
    suffixes: tuple[str, str], tmp_path: Path
) -> None:
    for level, suffix in enumerate(suffixes):
        write(tmp_path / "e", *curve("loss", 1.0 + level), suffix=suffix)
    (run,) = load(tmp_path)
    assert splits(run) == {("train", "loss", POINTS), ("val", "loss", POINTS)}
    assert not run.issues


def test_one_file_that_ends_like_a_split_may_come_from_a_host_of_that_name(tmp_path: Path) -> None:
    write(tmp_path / "e", *curve("accuracy"), suffix=".dev")
    (run,) = load(tmp_path)
    assert splits(run) == {("", "accuracy", POINTS)}


def test_what_torch_writes_is_one_run(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs torch (extra trainer)")
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(tmp_path / "e"))
    for step in range(POINTS):
        writer.add_scalars("Loss", {"train": 1 / (step + 1), "val": 2 / (step + 1)}, step)
    writer.add_hparams({"lr": 0.25}, {"best": 0.5})
    writer.close()
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.25}
    assert {("train", "loss", POINTS), ("val", "loss", POINTS)} < splits(run)

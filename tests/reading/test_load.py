"""Loading: which files make a run, its name, and the reason for every other file."""

from __future__ import annotations

import csv
import json
import os
import pickle
import zipfile
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

import analyzer
from analyzer.errors import AnalyzerError, NothingReadable, ParseError, PathNotFound
from analyzer.model.issues import Skipped
from analyzer.reading.load import load, scan
from analyzer.resources import folder

HISTORY = {"loss": [0.9, 0.5, 0.25], "val_loss": [1.0, 0.75, 0.8]}
EVENTS = "events.out.tfevents.1700000000.secret-host.4711.0"
SHARED = Path(__file__).parents[3] / "shared" / "wild"


def history(path: Path, document: Any = HISTORY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def table(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", *HISTORY])
        writer.writerows(zip(range(3), *HISTORY.values(), strict=True))
    return path


def events(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = RecordWriter(file)
        for step, value in enumerate(HISTORY["loss"]):
            summary = Summary(value=[Summary.Value(tag="loss", simple_value=value)])
            writer.write(
                Event(wall_time=1.7e9 + step, step=step, summary=summary).SerializeToString()
            )
        writer.flush()
    return path


def names(path: Path) -> list[str]:
    return [run.name for run in load(path)]


GENERIC = ["history.json", "training.csv", "metrics.csv", "log.csv", "progress.csv", "History.json"]


@pytest.mark.parametrize("name", GENERIC)
def test_a_file_whose_name_says_nothing_is_named_for_its_folder(name: str, tmp_path: Path) -> None:
    make = history if name.endswith("json") else table
    path = make(tmp_path / "exp1" / name)
    assert names(path) == ["exp1"]
    assert names(path.parent) == ["exp1"]


def test_a_file_whose_name_says_something_is_named_for_it(tmp_path: Path) -> None:
    path = table(tmp_path / "exp1" / "resnet.v2.csv")
    assert names(path) == ["resnet.v2"]


def test_the_only_log_of_a_folder_is_named_for_the_folder(tmp_path: Path) -> None:
    history(tmp_path / "runs" / "a" / "history.json")
    table(tmp_path / "runs" / "b" / "whatever.csv")
    assert names(tmp_path / "runs") == ["a", "b"]
    assert names(tmp_path) == ["runs/a", "runs/b"]


def test_several_logs_of_a_folder_are_named_for_their_files(tmp_path: Path) -> None:
    history(tmp_path / "runs" / "seed1.json")
    history(tmp_path / "runs" / "seed2.json")
    assert names(tmp_path / "runs") == ["seed1", "seed2"]
    assert names(tmp_path) == ["runs/seed1", "runs/seed2"]


def test_a_file_that_is_no_log_does_not_change_the_name_of_its_neighbour(tmp_path: Path) -> None:
    history(tmp_path / "exp" / "history.json")
    history(tmp_path / "exp" / "config.json", {"sizes": [1, 2, 3]})
    assert names(tmp_path) == ["exp"]


def test_logs_of_one_name_are_numbered(tmp_path: Path) -> None:
    for suffix in ("json", "log"):
        history(tmp_path / f"seed.{suffix}")
    history(tmp_path / "seed (2).json")
    files = {run.name: run.meta.files for run in load(tmp_path)}
    assert files == {
        "seed": ("seed.json",),
        "seed (3)": ("seed.log",),
        "seed (2)": ("seed (2).json",),
    }


def test_an_event_file_is_named_for_its_folder(tmp_path: Path) -> None:
    path = events(tmp_path / "exp" / EVENTS)
    assert names(path) == names(path.parent) == names(tmp_path) == ["exp"]


@pytest.mark.parametrize("folder", ["train", "validation", "eval"])
def test_a_split_folder_given_directly_is_named_for_the_run(folder: str, tmp_path: Path) -> None:
    path = events(tmp_path / "exp" / folder / EVENTS)
    assert names(path) == names(path.parent) == ["exp"]
    assert load(path)[0].series[0].split == {"train": "train"}.get(folder, "val")


def test_a_folder_given_as_a_dot_has_its_real_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(tmp_path / "exp" / "history.json")
    monkeypatch.chdir(tmp_path / "exp")
    assert names(Path()) == names(Path("history.json")) == ["exp"]


def test_a_link_to_a_folder_is_named_for_what_it_leads_to(tmp_path: Path) -> None:
    history(tmp_path / "exp" / "history.json")
    (tmp_path / "latest").symlink_to(tmp_path / "exp")
    assert names(tmp_path / "latest") == ["exp"]


def test_runs_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("c", "a", "b"):
        history(tmp_path / name / "history.json")
    found = load(tmp_path)
    assert [run.name for run in found] == ["a", "b", "c"]
    assert found[0].name == "a"
    assert [run.name for run in found[1:]] == ["b", "c"]
    assert len(found) == 3


def test_a_path_may_be_a_string(tmp_path: Path) -> None:
    assert analyzer.load(str(history(tmp_path / "x.json")))[0].name == "x"


def test_a_mixed_folder_gives_every_log_and_the_reason_for_every_other_file(tmp_path: Path) -> None:
    history(tmp_path / "keras" / "history.json")
    table(tmp_path / "csv" / "metrics.csv")
    events(tmp_path / "tb" / EVENTS)
    (tmp_path / "notes.txt").write_text("dear diary")
    (tmp_path / "empty.csv").write_bytes(b"")
    with (tmp_path / "weights.npy").open("wb") as file:
        np.save(file, np.zeros(3))
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.writestr("log.csv", "epoch,loss\n0,1\n")
    found = load(tmp_path)
    assert {run.name: run.meta.format for run in found} == {
        "csv": "CSV or TSV table",
        "keras": "history JSON",
        "tb": "TensorBoard event file",
    }
    assert {file.source: file.key for file in found.skipped} == {
        "empty.csv": "empty_file",
        "logs.zip": "archive",
        "notes.txt": "not_a_log",
        "weights.npy": "checkpoint_beside_log",
    }
    assert found.issues == ()


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    for name in ("a", "c"):
        history(tmp_path / name / "history.json")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "history.json").write_text('{"loss": [1, 2}')
    (tmp_path / "b" / EVENTS).write_bytes(b"\xff" * 100)
    found = load(tmp_path)
    assert [run.name for run in found] == ["a", "c"]
    assert sorted((issue.severity, issue.source, issue.key) for issue in found.issues) == [
        ("error", "b/history.json", "not_json"),
        ("warning", "b/events.out.tfevents.1700000000", "bad_length_crc"),
    ]


PICKLES = [
    "history.pkl",
    "history.pickle",
    "trainHistoryDict",
    "history.joblib",
    "model.pt",
    "model.ckpt",
]


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_is_refused_with_the_line_that_saves_it_and_never_opened(
    name: str, tmp_path: Path
) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(tmp_path / "exploded"),)

    path = tmp_path / name
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(NothingReadable) as refused:
        load(path)
    assert "json.dump(history" in str(refused.value)
    assert str(refused.value).startswith(f"{name}: ")
    assert not (tmp_path / "exploded").exists()


def test_a_path_that_does_not_exist_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(PathNotFound, match=r"nowhere: no such file or folder"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name", ["x" * 5000, "a\0b", "file.csv/below"], ids=["long", "NUL", "below a file"]
)
def test_a_path_that_cannot_exist_is_an_error_of_ours(name: str, tmp_path: Path) -> None:
    table(tmp_path / "file.csv")
    with pytest.raises(PathNotFound):
        load(tmp_path / name)


def test_an_empty_folder_holds_nothing_readable(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match="contains no file that could be a log"):
        load(tmp_path)


def test_a_scan_of_a_folder_without_logs_says_why_of_each_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dear diary")
    (tmp_path / "empty").write_bytes(b"")
    found = scan(tmp_path)
    assert len(found) == 0
    assert found.skipped == (Skipped("empty", "empty_file"), Skipped("notes.txt", "not_a_log"))


def test_every_error_is_one_of_ours() -> None:
    assert {kind.exit_code for kind in (PathNotFound, ParseError, NothingReadable)} == {2, 3, 4}
    assert all(
        issubclass(kind, AnalyzerError) for kind in (PathNotFound, ParseError, NothingReadable)
    )


DAMAGED = {
    "history.json": b'{"loss": [1, 2}',
    "ragged.csv": b"epoch,loss\n0,1\n1,2\n2\n3,4\n",
    EVENTS: b"\xff" * 100,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_strict_raises_on_a_damaged_file_what_a_user_would_read(name: str, tmp_path: Path) -> None:
    history(tmp_path / "good" / "history.json")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / name).write_bytes(DAMAGED[name])
    found = load(tmp_path)
    (issue,) = chain(found.issues, *(run.issues for run in found))
    with pytest.raises(ParseError) as error:
        load(tmp_path, strict=True)
    assert error.value.key == issue.key
    assert str(error.value) == str(issue)
    assert str(error.value).startswith("bad/")


def test_strict_takes_a_whole_log_and_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss\n0,1\n1,2\n2,3\nepoch,loss\n1,3\n2,4\n")
    (run,) = load(path, strict=True)
    assert [issue.key for issue in run.issues] == ["restart"]


def test_no_host_name_and_no_absolute_path_leaves_the_loading(tmp_path: Path) -> None:
    events(tmp_path / "exp" / EVENTS)
    damaged = events(tmp_path / "broken" / EVENTS)
    damaged.write_bytes(damaged.read_bytes()[:-3])
    (tmp_path / "header").mkdir()
    (tmp_path / "header" / EVENTS).write_bytes(b"")
    (tmp_path / "bad.json").write_text("{")
    found = load(tmp_path)
    shown = repr(
        (
            [run.meta for run in found],
            [run.issues for run in found],
            found.issues,
            found.skipped,
        )
    )
    assert len(found) == 2
    assert "secret-host" not in shown
    assert "4711" not in shown
    assert str(tmp_path) not in shown


def test_a_name_with_control_characters_becomes_one_line(tmp_path: Path) -> None:
    history(tmp_path / "a\nb\x1b[2J" / "history.json")
    history(tmp_path / "other" / "history.json")
    found = load(tmp_path)
    assert [run.name for run in found] == ["a�b�[2J", "other"]
    assert found[0].meta.files == ("a�b�[2J/history.json",)


def test_two_loads_give_the_same(tmp_path: Path) -> None:
    history(tmp_path / "a" / "history.json")
    events(tmp_path / "b" / EVENTS)
    first, second = load(tmp_path), load(tmp_path)
    assert [run.name for run in first] == [run.name for run in second]
    assert first.skipped == second.skipped
    for run, again in zip(first, second, strict=True):
        assert run.frame.equals(again.frame)
        assert run.meta == again.meta


@pytest.mark.shared
@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the reference material is not beside this checkout"
)
@pytest.mark.parametrize("folder", ["keras", "tensorboard"])
def test_every_real_log_is_read_or_has_a_reason(folder: str) -> None:
    found = load(SHARED / folder)
    assert len(found) >= 5
    assert all(run.points for run in found)
    assert {issue.severity for issue in found.issues} <= {"info"}
    files = set(chain(*(run.meta.files for run in found))) | {file.source for file in found.skipped}
    assert len(files) > 1
    assert not any(file.startswith("/") for file in files)


def test_each_event_file_may_be_a_run_of_its_own(tmp_path: Path) -> None:
    source = folder("sample_logs") / "tensorboard_resumed"
    (together,) = load(source)
    apart = load(source, split_files=True)
    assert len(apart) == 2
    assert sum(run.points for run in apart) == together.points
    assert not any(series.superseded.any() for run in apart for series in run.series)


def two_tags(folder: Path) -> Path:
    """Write an event file with 300 points of each of two tags."""
    folder.mkdir(parents=True)
    with (folder / EVENTS).open("wb") as file:
        writer = RecordWriter(file)
        for step in range(300):
            for tag, value in (("loss", 1 / (1 + step)), ("lr", 0.5)):
                summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
                event = Event(wall_time=1.7e9 + step, step=step, summary=summary)
                writer.write(event.SerializeToString())
        writer.flush()
    return folder


def test_only_the_points_of_the_tags_that_are_wanted_are_kept(tmp_path: Path) -> None:
    two_tags(tmp_path / "events")
    history(tmp_path / "keras" / "history.json")
    everything = {run.name: run for run in load(tmp_path)}
    runs = load(tmp_path, tags=["loss"])
    assert [run.name for run in runs] == ["events", "keras"]
    for run in runs:
        (series,) = run.series
        (same,) = [other for other in everything[run.name].series if other.tag == "loss"]
        assert series.tag == "loss"
        for column in ("step", "wall_time", "value"):
            np.testing.assert_array_equal(getattr(series, column), getattr(same, column))
    assert [run.name for run in load(tmp_path, tags="val_loss")] == ["keras"]


def test_tags_that_no_log_has_are_an_error_that_names_them(tmp_path: Path) -> None:
    two_tags(tmp_path / "events")
    (tmp_path / "README.md").write_text("About these runs.\n", encoding="utf-8")
    with pytest.raises(NothingReadable, match="no log has a point under the tags acc, f1"):
        load(tmp_path, tags=iter(["f1", "acc"]))


def test_a_tag_of_add_scalars_is_wanted_by_its_whole_name(tmp_path: Path) -> None:
    two_tags(tmp_path / "run")
    two_tags(tmp_path / "run" / "loss_ema")
    tags = {series.tag for series in load(tmp_path)[0].series}
    for tag in tags:
        assert [series.tag for series in load(tmp_path, tags=[tag])[0].series] == [tag]

"""ClearML's offline sessions: folder and zip file, names of curves, parameters, damage."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.reading.load import load, scan

ID = "offline-0a1b2c"
Event = tuple[str, str, int, float]


def event(name: str, variant: str, step: int, value: Any, kind: str = "") -> dict[str, Any]:
    return {
        "timestamp": 1795897142984 + step,
        "type": kind or "training_stats_scalar",
        "task": ID,
        "iter": step,
        "metric": name,
        "variant": variant,
        "value": value,
        "method": "get",
    }


def curves(count: int = 12) -> list[dict[str, Any]]:
    events = []
    for step in range(count):
        events.append(event("loss", "train", step, 0.8**step))
        events.append(event("loss", "val", step, 0.85**step))
        events.append(event("lr", "lr", step, 0.1))
    return events


def session(folder: Path, events: list[dict[str, Any]], task: dict[str, Any] | None = None) -> Path:
    """Write a session as ClearML does: several events on each line."""
    place = folder / ID
    place.mkdir(parents=True)
    parts = [events[at : at + 5] for at in range(0, len(events), 5)]
    (place / "metrics.jsonl").write_text("".join(json.dumps(part) + "\n" for part in parts))
    about = {
        "id": ID,
        "name": "my task",
        "project_name": "p",
        "offline_folder": "/x",
        **(task or {}),
    }
    (place / "task.json").write_text(json.dumps(about))
    log = [{"timestamp": 1, "type": "log", "task": ID, "level": "info", "msg": "hello"}]
    (place / "log.jsonl").write_text(json.dumps(log) + "\n")
    return place


def zip_of(place: Path) -> Path:
    path = place.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("metrics.jsonl", "task.json", "log.jsonl"):
            archive.write(place / name, name)
    return path


def tags(run: Run) -> dict[str, str]:
    return {series.tag: f"{series.split}/{series.metric}" for series in run.series}


def parameters(**sections: dict[str, tuple[str, str]]) -> dict[str, Any]:
    hyperparams = {
        section: {
            name: {"name": name, "section": section, "type": kind, "value": value}
            for name, (kind, value) in entries.items()
        }
        for section, entries in sections.items()
    }
    return {"hyperparams": hyperparams}


def test_a_folder_and_its_zip_file_are_one_run(tmp_path: Path) -> None:
    place = session(tmp_path, curves())
    zip_of(place)
    (run,) = load(tmp_path)
    assert (run.name, run.points) == ("my task", 36)
    assert tags(run) == {"loss/train": "train/loss", "loss/val": "val/loss", "lr": "/lr"}
    assert run.series[0].wall_time[0] == 1795897142.984
    assert [passed.key for passed in run.meta.passed_over] == ["clearml_copy"]


def test_the_zip_file_alone_reads_the_same(tmp_path: Path) -> None:
    place = session(tmp_path, curves(), parameters(General={"lr": ("float", "0.1")}))
    whole = load(place)[0]
    (zipped,) = load(zip_of(place))
    assert (zipped.name, zipped.points, zipped.config) == (whole.name, whole.points, {"lr": 0.1})


def test_parameters_are_typed_and_sections_kept_apart(tmp_path: Path) -> None:
    task = parameters(
        General={"lr": ("float", "0.1"), "name": ("str", "7")},
        Args={"lr": ("float", "0.2"), "n": ("int", "3")},
        Own={"lr": ("float", "0.3")},
    )
    session(tmp_path, curves(), task)
    found = {"lr": 0.1, "name": "7", "Args/lr": 0.2, "n": 3, "Own/lr": 0.3}
    assert load(tmp_path)[0].config == found


@pytest.mark.parametrize(
    ("name", "variant", "tag"),
    [
        ("epoch_loss", "train: epoch_loss", "train/epoch_loss"),
        ("Loss", "validation", "Loss/validation"),
        ("loss", "loss", "loss"),
        ("a", "train: b", "train/a/b"),
    ],
)
def test_a_plot_and_its_line_make_the_name(
    name: str, variant: str, tag: str, tmp_path: Path
) -> None:
    events = [event(name, variant, step, 1.0 / (step + 1)) for step in range(5)]
    session(tmp_path, [*events, *curves()])
    assert tag in tags(load(tmp_path)[0])


def test_single_values_plots_and_the_machine_are_no_curves(tmp_path: Path) -> None:
    others = [
        event("Summary", "best", -(2**31), 0.5),
        event("h", "x", 0, 0, kind="plot"),
        event(":monitor:machine", "cpu", 0, 3.0),
    ]
    session(tmp_path, [*curves(), *others])
    (run,) = load(tmp_path)
    assert len(run.series) == 3
    assert run.meta.tracker is not None
    assert run.meta.tracker.summary == {"best": 0.5}
    assert [(passed.name, passed.key) for passed in run.meta.passed_over] == [
        ("plot", "not_scalar")
    ]
    assert ":monitor:machine/cpu" in tags(load(tmp_path, system_stats=True)[0])


def test_a_torn_line_costs_that_line(tmp_path: Path) -> None:
    place = session(tmp_path, curves())
    with (place / "metrics.jsonl").open("a") as file:
        file.write('[{"timestamp": 1, "type"')
    (run,) = load(tmp_path)
    assert [(issue.key, issue.kept) for issue in run.issues] == [("bad_lines", 36)]


def test_a_bomb_in_a_zip_file_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "s.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metrics.jsonl", " " * (30 << 20))
        archive.writestr("task.json", "{}")
    with pytest.raises(NothingReadable, match="would unpack to more"):
        load(tmp_path)


def test_a_session_without_its_log_is_named(tmp_path: Path) -> None:
    place = session(tmp_path, curves())
    (place / "metrics.jsonl").unlink()
    assert {skipped.key for skipped in scan(tmp_path).skipped} == {"clearml_no_log"}


def test_entries_that_are_no_events_are_told(tmp_path: Path) -> None:
    events: list[Any] = curves()
    events[6:6] = [7, "text"]
    events.append(None)
    session(tmp_path, events)
    run = load(tmp_path)[0]
    (issue,) = run.issues
    assert (run.points, issue.key, issue.position, issue.kept) == (36, "odd_entries", 2, 36)
    assert issue.values == {"count": 3, "place": "[1]"}

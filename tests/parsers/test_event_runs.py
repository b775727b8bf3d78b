"""Several runs in one folder are told apart by the sessions that add_hparams wrote."""

from __future__ import annotations

from pathlib import Path

from analyzer.reading.load import load
from tests.parsers.test_event_folders import START, curve, scalar, session, write

LATER = START + 100


def test_two_runs_in_one_folder_each_have_their_session(tmp_path: Path) -> None:
    for start, lr in ((START, 0.1), (LATER, 0.01)):
        write(tmp_path / "e", *curve("loss", lr), start=start)
        write(tmp_path / "e" / f"{start + 9}", *session({"lr": lr}, best=lr), start=start + 9)
    first, second = load(tmp_path / "e")
    assert (first.name, second.name) == ("e #1", "e #2")
    assert (first.config, second.config) == ({"lr": 0.1}, {"lr": 0.01})
    assert not any(series.superseded.any() for series in (*first.series, *second.series))
    assert set(first.paths).isdisjoint(second.paths)


def test_the_folders_of_add_scalars_follow_their_writer(tmp_path: Path) -> None:
    for start, lr in ((START, 0.1), (LATER, 0.01)):
        write(tmp_path / "e", start=start)
        for key in ("train", "val"):
            write(tmp_path / "e" / f"Loss_{key}", *curve("Loss", lr), start=start + 1)
        write(tmp_path / "e" / f"{start + 9}", *session({"lr": lr}), start=start + 9)
    runs = load(tmp_path)
    assert [run.points for run in runs] == [24, 24]
    assert [round(float(run.series[0].value[0]), 6) for run in runs] == [0.1, 0.01]


def test_a_resumed_run_with_two_sessions_is_one(tmp_path: Path) -> None:
    for start, first in ((START, 0), (LATER, 10)):
        points = [(step, scalar("loss", 1 / (step + 1))) for step in range(first, first + 12)]
        write(tmp_path / "e", *points, start=start)
        write(tmp_path / "e" / f"{start + 9}", *session({"lr": 0.1}), start=start + 9)
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.1}
    assert int(run.series[0].superseded.sum()) == 2


def test_a_run_that_crashed_before_its_session_joins_the_restart(tmp_path: Path) -> None:
    write(tmp_path / "e", *curve("loss")[:5])
    write(tmp_path / "e", *curve("loss"), start=LATER)
    write(tmp_path / "e" / f"{LATER + 9}", *session({"lr": 0.1}), start=LATER + 9)
    (run,) = load(tmp_path)
    assert int(run.series[0].superseded.sum()) == 5


def test_other_settings_in_the_file_itself_begin_another_run(tmp_path: Path) -> None:
    for start, lr in ((START, 0.1), (LATER, 0.01)):
        write(tmp_path / "e", *session({"lr": lr}), *curve("loss"), start=start)
    assert [run.config for run in load(tmp_path)] == [{"lr": 0.1}, {"lr": 0.01}]


def test_the_same_settings_in_the_file_itself_are_a_restart(tmp_path: Path) -> None:
    for start in (START, LATER):
        write(tmp_path / "e", *session({"lr": 0.1}), *curve("loss"), start=start)
    assert len(load(tmp_path)) == 1


def test_the_sessions_of_a_search_are_trials_of_their_own(tmp_path: Path) -> None:
    write(tmp_path / "search")
    for trial in range(3):
        at = START + trial / 8
        write(tmp_path / "search" / f"{at}", *session({"lr": trial / 10}, accuracy=0.5), start=at)
    runs = load(tmp_path)
    assert [run.config for run in runs] == [{"lr": 0.0}, {"lr": 0.1}, {"lr": 0.2}]
    assert runs[0].name == f"search/{START}"

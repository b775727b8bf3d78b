"""W&B runs: settings, how a run ended, copies, and what lies beside its log."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.errors import NothingReadable
from analyzer.parsers._base import LogFile, ReadOptions
from analyzer.parsers._leveldb import HEADER
from analyzer.parsers.wandb_run import WandbRun
from analyzer.reading.load import load
from tests.parsers.wandb_logs import (
    FOLDER,
    START,
    content,
    item,
    keys,
    only,
    part,
    rows,
    series,
    start,
    updates,
    values,
    whole,
    write,
)


def beside(folder: Path, name: str, text: str) -> None:
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "files" / name).write_text(text, encoding="utf-8")


def test_config_yaml_fills_the_gaps(tmp_path: Path) -> None:
    write(tmp_path / FOLDER, [start({"lr": 0.1}), *rows(2)])
    own = "wandb_version: 1\n_wandb:\n  value: {cli_version: 1}\n"
    lines = (
        "lr:\n  desc: null\n  value: 9\n"
        "when:\n  value: 2024-01-02\n"
        "nested:\n  value: {1: [a, .nan]}\n"
    )
    beside(tmp_path / FOLDER, "config.yaml", own + lines)
    config = dict(only(tmp_path).config)
    assert np.isnan(config.pop("nested")["1"][1])
    assert config == {"lr": 0.1, "when": "2024-01-02"}


BAD_YAML = {
    "not YAML": "a: [",
    "a tag that runs code": "a:\n  value: !!python/object/apply:os.system [echo]\n",
    "a tag unlike its value": "a:\n  value: !!timestamp x\n",
    "an unknown boolean": "a:\n  value: !!bool x\n",
    "a number of no digit": "a:\n  value: !!int ''\n",
    "too deep": "a: " + "[" * 700,
    "too large": "# " + "x" * (1 << 18),
    "mappings that copy each other": "a: &a {value: 1}\nb: {<<: [*a, *a]}\n",
    "two documents": "a: 1\n---\nb: 2\n",
}


@pytest.mark.parametrize("name", BAD_YAML)
def test_a_config_that_cannot_be_read_costs_no_point(name: str, tmp_path: Path) -> None:
    write(tmp_path / FOLDER, [start({"lr": 0.1}), *rows(3)])
    beside(tmp_path / FOLDER, "config.yaml", BAD_YAML[name])
    run = only(tmp_path)
    assert (run.points, run.config, keys(run)) == (3, {"lr": 0.1}, ["yaml_unread"])


def test_aliases_that_unfold_to_billions_are_cut(tmp_path: Path) -> None:
    write(tmp_path / FOLDER, rows(1))
    names = "abcdefghijklmnop"
    lines = [
        f"{name}: &{name} {{value: [{', '.join([f'*{before}'] * 9)}]}}"
        for before, name in pairwise(names)
    ]
    beside(tmp_path / FOLDER, "config.yaml", "\n".join(["a: &a {value: x}", *lines]))
    assert len(json.dumps(only(tmp_path).config)) < 10_000_000


def test_the_end_of_the_run_is_told(tmp_path: Path) -> None:
    records = [
        start({}, run_id="abc123", project="p", display_name="my run"),
        *rows(2),
        updates(3, {"best": 0.5, "note": "x"}),
    ]
    running = only(write(tmp_path / "a", records))
    stopped = only(write(tmp_path / "b", [*records, part(18, whole(1, -9))]))
    ended = only(write(tmp_path / "c", [*records, part(18, b"")]))
    assert [run.meta.tracker.exit_code for run in (running, stopped, ended)] == [None, -9, 0]
    assert (ended.meta.tracker.run_id, ended.meta.tracker.display_name) == ("abc123", "my run")
    assert ended.meta.tracker.summary == {"best": 0.5}
    assert (ended.meta.start, ended.meta.end) == (START, START + 1)


def test_nothing_of_the_user_and_the_machine_is_read(tmp_path: Path) -> None:
    private = {
        "email": "who@example.com",
        "host": "secret-host",
        "root": "/home/who",
        "username": "who",
    }
    write(tmp_path / FOLDER, [start({}, entity="who", host="secret-host"), *rows(2)])
    beside(tmp_path / FOLDER, "wandb-metadata.json", json.dumps(private))
    found = load(tmp_path)
    assert not any(text in repr(found) for text in private.values())


def stats(values: dict[str, Any], seconds: float) -> bytes:
    time = whole(1, int(seconds)) + whole(2, int(seconds % 1 * 1e9))
    return part(
        7, part(2, time) + b"".join(part(3, item(name, value)) for name, value in values.items())
    )


def test_system_use_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        [
            *rows(2),
            stats({"gpu.0.temp": 40}, START + 0.5),
            stats({"gpu.0.temp": 50, "cpu": 1}, START + 2),
        ],
    )
    assert [series.tag for series in only(path).series] == ["train/loss"]
    parser = WandbRun(ReadOptions(system_stats=True))
    file = LogFile(path, Path(path.name), path.name, path.stat().st_size)
    (group,) = parser.groups([file])
    (run,) = parser.parse(group)
    assert values(run, "system/gpu.0.temp") == [40, 50]
    assert series(run, "system/gpu.0.temp").wall_time.tolist() == [START + 0.5, START + 2]
    assert values(run, "system/cpu") == [1]


NO_POINTS = {
    "only the header": (HEADER, "opened by a writer that never flushed"),
    "nothing at all": (b"", "opened by a writer that never flushed"),
    "no history": (content([start({"lr": 1})]), "contains no logged metrics"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
    "another file": (b"something else " * 9, "does not start like a W&B run log"),
}


@pytest.mark.parametrize("name", NO_POINTS)
def test_a_log_without_a_point_says_why(name: str, tmp_path: Path) -> None:
    data, why = NO_POINTS[name]
    with pytest.raises(NothingReadable, match=why):
        load(write(tmp_path, data))


def test_a_summary_without_a_log_is_refused_with_the_reason(tmp_path: Path) -> None:
    beside(tmp_path / FOLDER, "wandb-summary.json", '{"loss": 0.5}')
    with pytest.raises(NothingReadable, match="only the last value of each metric, no curve"):
        load(tmp_path)
    with pytest.raises(NothingReadable, match="only the last value of each metric, no curve"):
        load(tmp_path / FOLDER / "files" / "wandb-summary.json")


def test_a_run_is_named_for_its_folder_wherever_one_starts(tmp_path: Path) -> None:
    path = write(tmp_path / "wandb" / FOLDER, rows(2))
    assert [only(root).name for root in (path, path.parent, tmp_path / "wandb")] == [FOLDER] * 3
    assert only(tmp_path).name == f"wandb/{FOLDER}"


def test_logs_that_lie_together_are_runs_of_their_own(tmp_path: Path) -> None:
    for name in ("run-a.wandb", "run-b.wandb"):
        write(tmp_path, rows(2), name)
    assert [run.name for run in load(tmp_path)] == ["run-a", "run-b"]


@pytest.mark.parametrize("latest", ["a link", "a copy", "a copy made before the end"])
def test_latest_run_is_no_other_run(latest: str, tmp_path: Path) -> None:
    path = write(tmp_path / FOLDER, [start({"lr": 0.1}), *rows(200)])
    if latest == "a link":
        (tmp_path / "latest-run").symlink_to(path.parent)
    else:
        write(tmp_path / "latest-run", path.read_bytes()[: None if latest == "a copy" else 7000])
    run = only(tmp_path)
    assert (run.name, run.points, keys(run)) == (FOLDER, 200, [])
    assert [item.key for item in run.meta.passed_over] == ["wandb_copy"] * (latest != "a link")


def test_the_larger_copy_is_read_under_the_name_of_the_real_folder(tmp_path: Path) -> None:
    data = content([start({"lr": 0.1}), *rows(200)])
    write(tmp_path / FOLDER, data[:7000])
    write(tmp_path / "latest-run", data)
    run = only(tmp_path)
    assert (run.name, run.points) == (FOLDER, 200)


def test_a_resumed_run_is_no_copy(tmp_path: Path) -> None:
    write(tmp_path / FOLDER, [start({"lr": 0.1}), *rows(20)])
    write(tmp_path / FOLDER.replace("0102", "0103"), [start({"lr": 0.2}), *rows(20, first=20)])
    assert [run.points for run in load(tmp_path)] == [20, 20]


def test_what_lies_beside_a_log_is_told_and_read_by_no_other_parser(tmp_path: Path) -> None:
    write(tmp_path / FOLDER, rows(5))
    for name in ("wandb-summary.json", "wandb-metadata.json", "requirements.txt"):
        beside(tmp_path / FOLDER, name, "{}")
    beside(tmp_path / FOLDER, "output.log", "step,loss\n1,2\n2,3\n")
    found = load(tmp_path)
    passed_over = found[0].meta.passed_over
    assert sum(item.key == "wandb_side_file" for item in passed_over) == 4
    assert (len(found), found.skipped) == (1, ())


def test_the_traceback_at_the_end_of_the_console_output_is_named(tmp_path: Path) -> None:
    write(tmp_path / FOLDER, rows(5))
    end = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nKeyError: 1\n'
    beside(tmp_path / FOLDER, "output.log", f"step,loss\n1,2\n{end}")
    (run,) = load(tmp_path)
    assert run.meta.exception == "KeyError: 1"
    assert [issue.key for issue in run.issues if "output.log" in issue.source] == [
        "ends_in_traceback"
    ]


TRACEBACK = (
    'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: bad font\n'
)


def test_an_exception_that_was_caught_is_no_end(tmp_path: Path) -> None:
    epochs = "".join(f"Epoch {epoch}/10 loss: {1 / epoch:.3f}\n" for epoch in range(1, 11))
    write(tmp_path / "a" / FOLDER, rows(5))
    beside(tmp_path / "a" / FOLDER, "output.log", f"{TRACEBACK}{epochs}Training finished.\n")
    (run,) = load(tmp_path / "a")
    assert (run.meta.exception, keys(run)) == ("", [])
    write(tmp_path / "b" / FOLDER, [*rows(5), part(18, b"")])
    beside(tmp_path / "b" / FOLDER, "output.log", f"{epochs}{TRACEBACK}Training finished.\n")
    (run,) = load(tmp_path / "b")
    assert (run.meta.exception, run.meta.tracker and run.meta.tracker.exit_code) == ("", 0)
    write(tmp_path / "c" / FOLDER, [*rows(5), part(18, whole(1, 1))])
    beside(tmp_path / "c" / FOLDER, "output.log", f"{epochs}{TRACEBACK}")
    (run,) = load(tmp_path / "c")
    assert run.meta.exception == "ValueError: bad font"


def test_console_output_is_left_to_others_where_the_log_holds_no_metric(tmp_path: Path) -> None:
    write(tmp_path / FOLDER, [start({"lr": 0.1})])
    beside(tmp_path / FOLDER, "output.log", "step,loss\n1,2\n2,3\n")
    (run,) = load(tmp_path)
    assert run.meta.format == "CSV or TSV table"


def test_files_of_other_projects_are_left_alone(tmp_path: Path) -> None:
    parser = WandbRun()
    for name in ("files/config.yaml", "config.yaml", "files/output.log", "logs/debug.log"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("a: 1", encoding="utf-8")
        assert not parser.claims(LogFile(path, Path(name), name, 4))

"""W&B runs: logs that wandb wrote, every shape of a record, copies, files beside, damage."""

from __future__ import annotations

import json
import math
import os
import struct
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._base import LogFile, ReadOptions
from analyzer.parsers._leveldb import HEADER, frame
from analyzer.parsers._wandb_records import read_record
from analyzer.parsers._wire import BYTES, FIXED64, VARINT, Field, encode
from analyzer.parsers.wandb_run import WandbRun
from analyzer.reading.load import load

START = 1_700_000_000.0
FOLDER = "run-20240102_030405-abc123"
LOG = "run-abc123.wandb"


def part(number: int, content: str | bytes) -> bytes:
    return encode(
        Field(number, BYTES, 0, content.encode() if isinstance(content, str) else content)
    )


def whole(number: int, value: int) -> bytes:
    return encode(Field(number, VARINT, value & (1 << 64) - 1, b""))


def item(name: str | tuple[str, ...], value: Any) -> bytes:
    """Return an item of a record; a name in parts becomes nested_key, bytes are JSON already."""
    key = part(1, name) if isinstance(name, str) else b"".join(part(2, piece) for piece in name)
    return key + part(16, value if isinstance(value, bytes) else json.dumps(value))


def history(row: dict[Any, Any], step: int | None = None) -> bytes:
    items = b"".join(part(1, item(name, value)) for name, value in row.items())
    return part(2, items + (b"" if step is None else part(2, whole(1, step) if step else b"")))


def updates(number: int, values: dict[Any, Any], removed: tuple[str, ...] = ()) -> bytes:
    set_ = b"".join(part(1, item(name, value)) for name, value in values.items())
    return part(number, set_ + b"".join(part(2, part(1, name)) for name in removed))


def start(config: dict[str, Any], **texts: str) -> bytes:
    numbers = {"run_id": 1, "entity": 2, "project": 3, "display_name": 8, "host": 13}
    values = b"".join(part(1, item(name, value)) for name, value in config.items())
    named = b"".join(part(numbers[name], text) for name, text in texts.items())
    return part(17, named + part(4, values) + part(17, whole(1, int(START))))


def rows(count: int, first: int = 0) -> list[bytes]:
    return [
        history(
            {("_step",): step, ("_timestamp",): START + step, ("train/loss",): 1 / (step + 1)}, step
        )
        for step in range(first, first + count)
    ]


def content(records: list[bytes]) -> bytes:
    data = HEADER
    for record in records:
        data += frame(record, len(data))
    return data


def write(folder: Path, records: list[bytes] | bytes, name: str = LOG) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(records if isinstance(records, bytes) else content(records))
    return path


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def series(run: Run, tag: str) -> Series:
    (found,) = [series for series in run.series if series.tag == tag]
    return found


def values(run: Run, tag: str) -> list[float]:
    return series(run, tag).value.tolist()


def keys(run: Run) -> list[str]:
    return [issue.key for issue in run.issues]


REAL = """
import wandb
run = wandb.init(project="sample", config={"lr": 0.1, "opt": {"name": "adam"}})
for step in range(4):
    run.log({"train/loss": 1 / (step + 1), "val": {"loss": 2 / (step + 1)}, "epoch": step})
run.log({"train/loss": float("nan"), "bound": float("-inf")}, commit=False)
run.log({"hist": wandb.Histogram([1, 2, 3]), "note": "end"})
run.config.update({"later": 3})
run.finish(exit_code=3)
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which wandb wrote a run, offline and away from the home folder."""
    pytest.importorskip("wandb", reason="needs wandb (extra trainer)")
    folder = tmp_path_factory.mktemp("real")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WANDB")}
    away = {
        name: str(folder / "away")
        for name in ("HOME", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_DATA_DIR")
    }
    own = {
        "WANDB_MODE": "offline",
        "WANDB_SILENT": "true",
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_DIR": str(folder),
    }
    subprocess.run(
        [sys.executable, "-c", REAL],
        env={**kept, **away, **own},
        check=True,
        cwd=folder,
        timeout=120,
    )
    return folder / "wandb"


def test_what_wandb_wrote_comes_back(real: Path) -> None:
    run = only(real)
    assert values(run, "train/loss")[:4] == [1, 1 / 2, 1 / 3, 1 / 4]
    assert values(run, "val.loss") == [2, 1, 2 / 3, 1 / 2]
    assert math.isnan(values(run, "train/loss")[4])
    assert values(run, "bound") == [-math.inf]
    assert series(run, "train/loss").step.tolist() == [0, 1, 2, 3, 4]
    assert series(run, "val.loss").epoch.tolist() == [0, 1, 2, 3]
    assert series(run, "val.loss").split == "val"
    assert len(values(run, "_runtime")) == 5
    assert {"_step", "_timestamp"}.isdisjoint(series.tag for series in run.series)
    assert (np.diff(series(run, "train/loss").wall_time) >= 0).all()
    assert run.issues == ()


def test_what_wandb_wrote_beside_the_curves_is_kept(real: Path) -> None:
    run = only(real)
    assert run.config == {"lr": 0.1, "opt": {"name": "adam"}, "later": 3}
    assert run.meta.tracker.exit_code == 3
    assert run.meta.tracker.summary["epoch"] == 3
    assert run.name.endswith(f"-{run.meta.tracker.run_id}")
    assert {("hist", "not_scalar"), ("note", "text_column")} <= {
        (item.name, item.key) for item in run.meta.passed_over
    }


def test_names_in_one_key_and_in_parts_are_read_alike(tmp_path: Path) -> None:
    records = [history({"loss": 1, ("val", "loss"): 2, ("a", "b", "c"): 3, ("train/x",): 4}, 0)]
    assert [series.tag for series in only(write(tmp_path, records)).series] == [
        "loss",
        "val.loss",
        "a.b.c",
        "train/x",
    ]


def test_the_step_is_that_of_the_row_then_of_the_record_then_counted(tmp_path: Path) -> None:
    records = [
        history({"_step": 2**53 + 1, "loss": 1}, 7),
        history({"loss": 2}, 2**53 + 3),
        history({"loss": 3}),
        history({"_step": "none", "loss": 4}),
    ]
    steps = series(only(write(tmp_path, records)), "loss").step.tolist()
    assert steps == [2**53 + 1, 2**53 + 3, 2**53 + 4, 2**53 + 5]


@pytest.mark.parametrize("text", [b'"NaN"', b"NaN"])
def test_numbers_that_are_not_finite_are_points(text: bytes, tmp_path: Path) -> None:
    run = only(write(tmp_path, [history({"loss": text, "up": "Infinity", "down": "-Infinity"}, 0)]))
    assert math.isnan(values(run, "loss")[0])
    assert (values(run, "up"), values(run, "down")) == ([math.inf], [-math.inf])


def test_what_is_no_number_is_passed_over_with_a_count(tmp_path: Path) -> None:
    row = {
        "loss": 1,
        "on": True,
        "none": None,
        "note": "a",
        "list": [1, 2],
        "hist": {"_type": "histogram", "bins": []},
    }
    run = only(write(tmp_path, [history(row, step) for step in range(3)]))
    assert {series.tag: len(series) for series in run.series} == {"loss": 3, "on": 3}
    assert list(run.meta.passed_over) == [
        ("note", "text_column", {"count": 3}),
        ("list", "not_scalar", {"count": 3}),
        ("hist", "not_scalar", {"count": 3}),
    ]


def test_an_image_spelled_out_leaf_by_leaf_is_no_metric(tmp_path: Path) -> None:
    image = {
        ("eval", "image", "_type"): "image-file",
        ("eval", "image", "width"): 640,
        ("eval", "loss"): 1,
    }
    run = only(write(tmp_path, [history(image, 0)]))
    assert [series.tag for series in run.series] == ["eval.loss"]
    assert list(run.meta.passed_over) == [("eval.image", "not_scalar", {"count": 1})]


def test_a_nested_dict_gives_each_of_its_numbers(tmp_path: Path) -> None:
    run = only(write(tmp_path, [history({"val": {"loss": 1, "deep": {"x": "NaN"}}}, 0)]))
    assert values(run, "val.loss") == [1]
    assert math.isnan(values(run, "val.deep.x")[0])


@pytest.mark.parametrize("name", ["epoch", "train/epoch", "trainer/epoch"])
def test_the_epoch_of_a_row_is_kept_as_axis_and_as_series(name: str, tmp_path: Path) -> None:
    run = only(write(tmp_path, [history({"loss": 1, name: 0.5}, 0), history({"loss": 2}, 1)]))
    assert np.array_equal(series(run, "loss").epoch, [0.5, math.nan], equal_nan=True)
    assert values(run, name) == [0.5]
    assert run.meta.axes == {"step": "_step", "epoch": name}


def test_typed_values_are_read_as_json_is(tmp_path: Path) -> None:
    typed = {
        "a": encode(Field(6, FIXED64, 0, struct.pack("<d", 0.5))),
        "b": whole(5, 9),  # zigzag: -5
        "c": whole(4, 1),
        "d": part(8, "3"),
        "e": part(7, "NaN is a word here"),
        "f": whole(3, 0),
    }
    record = part(2, b"".join(part(1, part(1, name) + value) for name, value in typed.items()))
    run = only(write(tmp_path, [record]))
    assert {series.tag: series.value[0] for series in run.series} == {
        "a": 0.5,
        "b": -5,
        "c": 1,
        "d": 3,
    }
    assert list(run.meta.passed_over) == [("e", "text_column", {"count": 1})]


def declaration(axis: str, *, name: str = "", pattern: str = "") -> bytes:
    """Return the record of ``define_metric``."""
    return part(12, part(1, name) + part(2, pattern) + part(4, axis))


def test_the_declared_step_is_the_step_of_its_metrics(tmp_path: Path) -> None:
    records = [
        declaration("train/step", pattern="train/*"),
        declaration("val/step", pattern="val/*"),
        declaration("val/step", name="best"),
    ]
    for at in range(10):
        records.append(
            history({"_step": 2 * at, "train/loss": 1 / (at + 1), "train/step": at * 32})
        )
        records.append(
            history({"_step": 2 * at + 1, "val/loss": 2.0, "val/step": at * 40, "best": 0.5})
        )
    run = only(write(tmp_path, records))
    assert series(run, "train/loss").step.tolist() == list(range(0, 320, 32))
    assert series(run, "val/loss").step.tolist() == list(range(0, 400, 40))
    assert series(run, "best").step.tolist() == list(range(0, 400, 40))
    assert run.meta.axes["step"] == "train/step, val/step"


def test_a_metric_declared_by_epochs_has_the_last_epoch_and_the_step_of_its_row(
    tmp_path: Path,
) -> None:
    records = [declaration("epoch", pattern="val/*")]
    for at in range(6):
        records.append(history({"_step": 2 * at, "train/loss": 1.0, "epoch": at}))
        records.append(history({"_step": 2 * at + 1, "val/loss": 2.0}))
    run = only(write(tmp_path, records))
    assert series(run, "val/loss").epoch.tolist() == list(range(6))
    assert series(run, "val/loss").step.tolist() == list(range(1, 12, 2))


def test_a_learning_rate_of_lightning_has_the_epoch_of_what_follows(tmp_path: Path) -> None:
    records = []
    for epoch in range(4):
        records.append(history({"lr-Adam": 0.1, "trainer/global_step": 10 * epoch}))
        row = {"loss": 1.0, "epoch": epoch, "trainer/global_step": 10 * epoch + 9}
        records.append(history(row))
    lr = series(only(write(tmp_path, records)), "lr-Adam")
    assert (lr.epoch.tolist(), lr.step.tolist()) == ([0, 1, 2, 3], [0, 10, 20, 30])


@pytest.mark.parametrize(
    "name", ["trainer/global_step", "train/global_step", "iter", "global_step"]
)
def test_the_step_that_trainers_log_is_the_step(name: str, tmp_path: Path) -> None:
    records = [history({"_step": at, "loss": 1.0, name: at * 50}) for at in range(8)]
    assert series(only(write(tmp_path, records)), "loss").step.tolist() == list(range(0, 400, 50))


def test_a_clock_of_too_many_digits_costs_the_clock_alone(tmp_path: Path) -> None:
    records = [history({"_step": 0, "_timestamp": b"9" * 400, "loss": 1.0}), *rows(3, first=1)]
    run = only(write(tmp_path, records))
    assert math.isnan(series(run, "loss").wall_time[0])
    assert keys(run) == ["bad_wandb_value"]


def test_settings_are_set_and_removed_in_the_order_of_the_log(tmp_path: Path) -> None:
    records = [
        start({"lr": 0.1, "_wandb": {}, "gone": 1, "opt": {"name": "sgd"}}),
        *rows(2),
        updates(5, {"lr": 0.2, ("opt", "momentum"): 0.9}, removed=("gone",)),
    ]
    assert only(write(tmp_path, records)).config == {
        "lr": 0.2,
        "opt": {"name": "sgd", "momentum": 0.9},
    }


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


def test_a_log_cut_at_any_byte_gives_the_rows_before(tmp_path: Path) -> None:
    records = [start({"lr": 0.1}), *rows(6)]
    data = content(records)
    ends = [len(content(records[:count])) for count in range(len(records) + 1)]
    for size in range(ends[2], len(data)):
        run = only(write(tmp_path, data[:size]))
        count = sum(end <= size for end in ends[2:])
        assert values(run, "train/loss") == [1 / (step + 1) for step in range(count)]
        assert keys(run) == ([] if size in ends else ["truncated_record"])
        assert sum(issue.bytes for issue in run.issues) == size - max(
            end for end in ends if end <= size
        )


def test_no_flipped_byte_changes_a_point_or_goes_unnoticed(tmp_path: Path) -> None:
    data = content([start({"lr": 0.1}), *rows(4)])
    right = {(step, 1 / (step + 1)) for step in range(4)}
    for at in range(len(data)):
        path = write(tmp_path, data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            run = only(path)
        except NothingReadable:
            continue
        assert {issue.severity for issue in run.issues} == {"warning"}
        for series in run.series:
            assert set(zip(series.step.tolist(), series.value.tolist(), strict=True)) <= right


def test_damage_costs_one_block_of_a_long_log(tmp_path: Path) -> None:
    data = content(rows(5000))
    at = 2 * 32768 + 500
    run = only(write(tmp_path, data[:at] + b"\xff" + data[at + 1 :]))
    lost = set(range(5000)) - set(series(run, "train/loss").step.tolist())
    assert 0 < len(lost) < 600
    assert lost == set(range(min(lost), max(lost) + 1))
    (issue,) = run.issues
    assert (issue.key, issue.kept, issue.position // 32768) == ("bad_block", 5000 - len(lost), 2)


def test_a_row_may_fill_several_blocks(tmp_path: Path) -> None:
    big = history({"loss": 0.5, "note": "x" * 100_000}, 0)
    assert values(only(write(tmp_path, [big, history({"loss": 0.25}, 1)])), "loss") == [0.5, 0.25]


BAD_VALUES = {
    "no JSON": b"{]",
    "too deep": b"[" * 100_000,
    "too long a number": b"1" * 5000,
    "more than a float holds": b"1" + b"0" * 400,
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_a_value_that_cannot_be_read_is_counted_as_lost(name: str, tmp_path: Path) -> None:
    run = only(
        write(tmp_path, [history({"loss": BAD_VALUES[name], "acc": 1}, 0), *rows(2, first=1)])
    )
    assert run.points == 3
    assert [(issue.key, issue.lost) for issue in run.issues] == [("bad_wandb_value", 1)]


def test_a_record_that_is_no_message_costs_that_record(tmp_path: Path) -> None:
    run = only(write(tmp_path, [*rows(2), b"\xff\xff\xff", part(2, b"\x0b"), *rows(2, first=2)]))
    assert (run.points, keys(run), run.issues[0].values["count"]) == (4, ["bad_wandb_record"], 2)


def test_a_name_that_is_no_utf8_is_kept_with_an_issue(tmp_path: Path) -> None:
    row = part(2, part(1, part(2, b"lo\xffss") + part(16, "1")))
    run = only(write(tmp_path, [row]))
    assert (run.series[0].tag, keys(run)) == ("lo�ss", ["bad_name"])


@pytest.mark.parametrize(
    "name", ["n" * 127, "n" * 128, "n" * 20_000, ("a" * 100, "b" * 200, "c"), tuple("abc" * 20)]
)
def test_a_name_may_have_any_length(name: str | tuple[str, ...], tmp_path: Path) -> None:
    run = only(
        write(
            tmp_path,
            [history({name: "x", "loss": "0.5".ljust(200).encode()}, 0), history({name: 0.5}, 1)],
        )
    )
    assert values(run, name if isinstance(name, str) else ".".join(name)) == [0.5]
    assert values(run, "loss") == [0.5]


@pytest.mark.parametrize(
    "path", [("loss",), ("val", "loss"), ("",), ("x" * 127,), ("x" * 128, "y")]
)
@pytest.mark.parametrize(
    "value", [0.5, "Infinity", None, [1], "x" * 125, "x" * 126, {"a": 1}, b"{]"]
)
def test_a_field_that_is_unknown_changes_nothing(path: tuple[str, ...], value: Any) -> None:
    known = item(path, value)
    assert read_record(part(2, part(1, known))) == read_record(
        part(2, part(1, known + whole(99, 1)))
    )

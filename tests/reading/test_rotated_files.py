"""The files of a rotated log are one run, the oldest first; numbered runs and ranks are not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from analyzer.batch.tree import walk
from analyzer.model.run import Run, RunSet
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.reading.groups import read_groups
from analyzer.reading.load import load

LOSS = [round(2 / (epoch + 2), 4) for epoch in range(30)]


def text(epochs: range) -> str:
    return "".join(
        f"epoch {epoch} train loss {LOSS[epoch]} val loss {LOSS[epoch] + 0.1:.4f}\n"
        for epoch in epochs
    )


def records(epochs: range, *, since: float | None = None) -> str:
    lines = []
    for epoch in epochs:
        record: dict[str, float] = {"epoch": epoch, "loss": LOSS[epoch], "val_loss": 1.0}
        if since is not None:
            record["timestamp"] = 1.7e9 + since + 60 * (epoch - epochs[0])
        lines.append(json.dumps(record) + "\n")
    return "".join(lines)


def table(epochs: range) -> str:
    return "epoch,loss\n" + "".join(f"{epoch},{LOSS[epoch]}\n" for epoch in epochs)


def read(folder: Path, files: Mapping[str, str]) -> RunSet:
    for name, content in files.items():
        packed = gzip.compress(content.encode()) if name.endswith(".gz") else content.encode()
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(packed)
    return load(folder)


def losses(run: Run) -> list[float]:
    found: list[float] = run.curve("loss", "train").value.tolist()
    return found


@pytest.mark.parametrize(
    "names",
    [
        ("train.log.2.gz", "train.log.1", "train.log"),
        ("log.txt.2026-01-01", "log.txt.2026-01-02", "log.txt"),
        ("m-20260131.log", "m-20260201.log", "m.log"),
        ("m.log-20251231", "m.log-20260101.gz", "m.log"),
        ("run.2026-01-01_09-30-00.log", "run.2026-01-01_18-00-00.log", "run.log"),
        ("m.log.10", "m.log.9", "m.log.8"),
        ("m.log.1", "m.log.2", "m.log.3"),  # the other way round
    ],
)
def test_a_rotated_text_is_one_run_from_its_oldest_file(
    tmp_path: Path, names: Sequence[str]
) -> None:
    parts = (range(10), range(10, 22), range(22, 30))
    files = {name: text(epochs) for name, epochs in zip(names, parts, strict=True)}
    (run,) = read(tmp_path, dict(sorted(files.items())))
    assert losses(run) == LOSS
    assert run.meta.files == tuple(names)
    assert len(run.paths) == 3


@pytest.mark.parametrize(("name", "write"), [("m.jsonl", records), ("m.csv", table)])
def test_rotated_records_and_tables_are_one_run(tmp_path: Path, name: str, write: object) -> None:
    assert callable(write)
    (run,) = read(tmp_path, {f"{name}.1": write(range(18)), name: write(range(18, 30))})
    assert losses(run) == LOSS


@pytest.mark.parametrize(
    "files",
    [
        {"log.1": text(range(20)), "log.2": text(range(20))},  # two ranks
        {"train.log": text(range(25)), "train.log.1": text(range(30))},  # started again
        {"run.1/m.log": text(range(10)), "run.2/m.log": text(range(10, 20))},
        {"m.log.1": text(range(6)), "m.log": text(range(23, 30)), "m.log.2": text(range(6))},
        {"a.log": text(range(10)), "b.log": text(range(10, 20))},
        {"m.log": text(range(10, 20)), "m.jsonl.1": records(range(10))},
    ],
)
def test_numbered_runs_and_ranks_stay_apart(tmp_path: Path, files: dict[str, str]) -> None:
    assert len(read(tmp_path, files)) == len(files)


def test_files_far_apart_are_no_rotation_unless_their_times_say_so(tmp_path: Path) -> None:
    without = {"m.jsonl.1": records(range(6)), "m.jsonl": records(range(24, 30))}
    assert len(read(tmp_path, without)) == 2
    timed = {
        "m.jsonl.1": records(range(6), since=0),
        "m.jsonl": records(range(24, 30), since=9e4),
    }
    (run,) = read(tmp_path, timed)
    assert losses(run) == [*LOSS[:6], *LOSS[24:]]
    assert (run.meta.start, run.meta.end) == (1.7e9, 1.7e9 + 9e4 + 300)


def test_a_run_that_resumed_in_a_new_file_replaces_what_it_logged_again(tmp_path: Path) -> None:
    parts = {
        "m.jsonl.1": records(range(20), since=0),
        "m.jsonl": records(range(15, 30), since=9e4),
    }
    (run,) = read(tmp_path, parts)
    assert losses(run) == LOSS
    (issue,) = (issue for issue in run.issues if issue.key == "restart")
    assert issue.values == {"step": 15, "superseded": 10}
    assert run.points == 70


def test_a_file_that_is_older_than_its_number_says_is_another_run(tmp_path: Path) -> None:
    parts = {
        "m.jsonl.1": records(range(20), since=9e4),
        "m.jsonl": records(range(20, 30), since=0),
    }
    assert len(read(tmp_path, parts)) == 2


def test_a_name_whose_split_one_file_alone_tells_is_one_curve(tmp_path: Path) -> None:
    first = "".join(f"epoch {epoch} loss {LOSS[epoch]} acc 0.{epoch + 10}\n" for epoch in range(10))
    rest = "".join(
        f"epoch {epoch} loss {LOSS[epoch]} acc 0.{epoch + 10} val_acc 0.5\n"
        for epoch in range(10, 30)
    )
    (run,) = read(tmp_path, {"m.log.1": first, "m.log": rest})
    assert len(run.curve("accuracy", "train")) == 30


def test_a_batch_joins_the_same_files(tmp_path: Path) -> None:
    read(
        tmp_path,
        {"exp.log.1": text(range(10)), "exp.log": text(range(10, 30)), "b.log": text(range(9))},
    )
    parsers = parsers_for(ReadOptions())
    names = []
    for unit in walk(tmp_path, parsers, {}).units:
        found = read_groups(tmp_path, unit.groups, parsers, logs=unit.logs)
        names += [run.name for run in found]
    assert sorted(names) == [run.name for run in load(tmp_path)] == ["b", "exp"]

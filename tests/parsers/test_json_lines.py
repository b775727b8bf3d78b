"""JSON Lines: the shapes that trainers append, splits named in records, bad lines, other JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers import _json_rows, json_lines
from analyzer.parsers._base import LogFile
from analyzer.reading.load import load


def save(folder: Path, records: list[Any] | str | bytes, name: str = "metrics.json") -> Path:
    """Write records, or lines as they are, one a line."""
    path = folder / name
    if isinstance(records, list):
        records = "".join(
            f"{record if isinstance(record, str) else json.dumps(record)}\n" for record in records
        )
    path.write_bytes(records.encode() if isinstance(records, str) else records)
    return path


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def series(run: Run, tag: str, split: str | None = None) -> Series:
    (found,) = [
        series for series in run.series if series.tag == tag and split in (None, series.split)
    ]
    return found


def keys(run: Run) -> list[str]:
    return [issue.key for issue in run.issues]


ROWS = [
    {"epoch": epoch, "train_loss": 1 / (epoch + 1), "test_loss": 2 / (epoch + 1)}
    for epoch in range(5)
]


@pytest.mark.parametrize(
    "name", ["metrics.json", "log.txt", "history.jsonl", "result.ndjson", "no_suffix"]
)
def test_records_are_read_under_any_file_name(name: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, ROWS, name))
    assert series(run, "train_loss").value.tolist() == [1 / (epoch + 1) for epoch in range(5)]
    assert (series(run, "test_loss").split, series(run, "test_loss").epoch.tolist()) == (
        "test",
        [0, 1, 2, 3, 4],
    )
    assert run.meta.format == "JSON Lines"
    assert run.issues == ()


def test_two_records_are_enough(tmp_path: Path) -> None:
    assert only(save(tmp_path, ROWS[:2])).points == 4


def test_records_longer_than_the_head_are_recognised(tmp_path: Path) -> None:
    rows = [
        {"epoch": epoch, "loss": 1, **{f"loss_{part:04}": 0.5 for part in range(400)}}
        for epoch in range(3)
    ]
    assert only(save(tmp_path, rows, "log.txt")).points == 3 * 401


def test_nested_names_are_joined(tmp_path: Path) -> None:
    run = only(
        save(
            tmp_path, [{"step": step, "val": {"loss": 1, "deep": {"f1": 0.5}}} for step in range(2)]
        )
    )
    assert [(series.tag, series.split) for series in run.series] == [
        ("val/loss", "val"),
        ("val/deep/f1", "val"),
    ]


@pytest.mark.parametrize(("depth", "is_joined"), [(20, True), (21, False)])
def test_names_are_joined_down_to_twenty_objects(
    depth: int, is_joined: bool, tmp_path: Path
) -> None:
    deep: Any = 0.25
    for _ in range(depth):
        deep = {"in": deep}
    run = only(save(tmp_path, [{"step": step, "loss": 0.5, "a": deep} for step in range(3)]))
    tags = {"/".join(["a", *["in"] * depth])} if is_joined else set()
    assert {series.tag for series in run.series} == {"loss", *tags}


def test_names_that_meet_when_joined_stay_apart(tmp_path: Path) -> None:
    run = only(
        save(tmp_path, [{"step": step, "val/loss": 1, "val": {"loss": 2}} for step in range(2)])
    )
    assert [series.value.tolist() for series in run.series] == [[1, 1], [2, 2]]


MMCV = [
    {"env_info": "linux", "seed": 0, "config": "model = dict()"},
    *(
        {
            "mode": mode,
            "epoch": epoch,
            "iter": count,
            "lr": 0.1,
            ("loss" if mode == "train" else "acc_seg"): 50 / epoch,
        }
        for epoch in (1, 2, 3)
        for mode, count in (("train", 50), ("train", 100), ("val", 20))
    ),
    {},
]


def test_a_record_may_say_its_split(tmp_path: Path) -> None:
    run = only(save(tmp_path, MMCV, "20240101.log.json"))
    assert series(run, "loss").split == "train"
    assert series(run, "acc_seg").split == "val"
    assert series(run, "acc_seg").value.tolist() == [50, 25, 50 / 3]
    assert {series.split for series in run.series if series.tag == "lr"} == {"train", "val"}
    assert keys(run) == []


def test_an_iteration_that_counts_within_the_epoch_is_no_step(tmp_path: Path) -> None:
    run = only(save(tmp_path, MMCV))
    assert series(run, "loss").step.tolist() == [1, 1, 2, 2, 3, 3]
    assert series(run, "acc_seg").step.tolist() == [1, 2, 3]
    assert not any(series.superseded.any() for series in run.series)
    assert series(run, "iter", "train").value.tolist() == [50, 100] * 3


def test_a_name_that_says_a_split_is_believed_before_the_record(tmp_path: Path) -> None:
    rows = [{"phase": "train", "step": step, "loss": 1, "val_loss": 2} for step in range(3)]
    assert {series.tag: series.split for series in only(save(tmp_path, rows)).series} == {
        "loss": "train",
        "val_loss": "val",
    }


def test_a_history_of_the_wandb_api_is_read(tmp_path: Path) -> None:
    rows = [
        {
            "_step": step,
            "_timestamp": 1.7e9 + step,
            "_runtime": step,
            name: 1 / (step + 1),
            "hist": {"_type": "histogram"},
        }
        for step, name in enumerate(["train/loss", "val/loss"] * 3)
    ]
    run = only(save(tmp_path, rows, "history.jsonl"))
    assert series(run, "val/loss").step.tolist() == [1, 3, 5]
    assert series(run, "val/loss").wall_time.tolist() == [1.7e9 + step for step in (1, 3, 5)]
    assert (run.meta.start, run.meta.end) == (1.7e9, 1.7e9 + 5)
    assert len(series(run, "_runtime")) == 6


def test_rows_are_counted_where_nothing_counts_them(tmp_path: Path) -> None:
    loss = series(only(save(tmp_path, [{"loss": 3}, {"loss": 2}, {"loss": 1}])), "loss")
    assert (loss.step.tolist(), np.isnan(loss.epoch).all()) == ([0, 1, 2], True)


def test_every_kind_of_number_is_a_point_and_null_is_none(tmp_path: Path) -> None:
    cells = ["NaN", "null", '"0.5"', "[0.25]", "-Infinity"]
    lines = [
        f'{{"step": {step}, "loss": {cell}}}'
        for step, cell in [*enumerate(cells), (2**53 + 1, "1")]
    ]
    loss = series(only(save(tmp_path, lines)), "loss")
    assert math.isnan(loss.value[0])
    assert loss.value[1:].tolist() == [0.5, 0.25, -math.inf, 1]
    assert loss.step.tolist() == [0, 2, 3, 4, 2**53 + 1]


def test_lists_and_texts_are_passed_over_with_their_reason(tmp_path: Path) -> None:
    rows = [{"epoch": epoch, "loss": 1, "ap": [0.1, 0.2], "host": "a"} for epoch in range(3)]
    found = list(only(save(tmp_path, rows)).meta.passed_over)
    assert found == [("host", "text_column", {"count": 3}), ("ap", "not_scalar", {"count": 3})]


def test_settings_that_each_record_repeats_are_settings(tmp_path: Path) -> None:
    rows = [
        {"step": step, "loss": 1, "config": {"lr": 0.1, "model": {"layers": 2}}}
        for step in range(2)
    ]
    run = only(save(tmp_path, rows, "result.json"))
    assert (run.config, [series.tag for series in run.series]) == (
        {"lr": 0.1, "model": {"layers": 2}},
        ["loss"],
    )


BAD_LINES = {
    "half a line": '{"epoch": 2, "tr',
    "text": "Traceback (most recent call last):",
    "a list": "[1, 2]",
    "too deep": '{"a":' * 100_000,
    "too long a number": '{"epoch": ' + "9" * 5000 + "}",
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_costs_that_line(name: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, [*ROWS[:2], BAD_LINES[name], *ROWS[3:]]))
    assert run.points == 8
    assert [(issue.key, issue.position, issue.values["count"]) for issue in run.issues] == [
        ("bad_lines", 3, 1)
    ]


def test_a_first_line_that_is_bad_hides_nothing(tmp_path: Path) -> None:
    assert only(save(tmp_path, ['{"epoch": 0, "tr', *ROWS[1:]])).points == 8


def test_a_file_cut_at_any_byte_gives_the_records_before(tmp_path: Path) -> None:
    data = "".join(f"{json.dumps(row)}\n" for row in ROWS).encode()
    ends = [at for at, byte in enumerate(data) if byte == ord("}")]
    for size in range(ends[1] + 1, len(data)):
        run = only(save(tmp_path, data[:size]))
        whole = sum(end < size for end in ends)
        assert run.points == 2 * whole
        assert keys(run) == ([] if data[size - 1 : size] in (b"}", b"\n") else ["cut_line"])


def test_a_record_behind_nul_bytes_is_kept(tmp_path: Path) -> None:
    lines = [json.dumps(row) for row in ROWS]
    run = only(
        save(tmp_path, [*lines[:2], "\0" * 500 + lines[2], lines[3][:9] + "\0" * 20, lines[4]])
    )
    assert run.points == 8
    assert [(issue.key, issue.values) for issue in run.issues] == [
        ("nul_bytes", {"count": 520, "rows": 1})
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_every_encoding_that_a_system_writes_is_read(encoding: str, tmp_path: Path) -> None:
    lines = "".join(f'{{"época": {epoch}, "loss": 1}}\r\n' for epoch in range(3))
    run = only(save(tmp_path, lines.encode(encoding), "log.jsonl"))
    assert series(run, "loss").epoch.tolist() == [0, 1, 2]


def test_a_line_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_json_rows, "LONGEST_LINE", 100)
    run = only(save(tmp_path, [*ROWS[:2], {"note": "x" * 1000}, *ROWS[3:]]))
    assert (run.points, [(issue.key, issue.position) for issue in run.issues]) == (
        8,
        [("bad_lines", 3)],
    )


def test_a_restart_supersedes_the_records_before(tmp_path: Path) -> None:
    run = only(save(tmp_path, [*ROWS, *ROWS[3:]]))
    assert series(run, "train_loss").superseded.tolist() == [False] * 3 + [True] * 2 + [False] * 2


NO_LOGS = {
    "texts": [{"text": "a", "label": 1}] * 3,
    "results": [{"prompt": "a", "loss": 0.5}, {"prompt": "b", "loss": 0.7}],
    "messages": [{"time": "2024-01-01T00:00:00Z", "level": "INFO", "msg": "start"}] * 3,
    "nothing": [{}, {}, {}],
}


@pytest.mark.parametrize("name", NO_LOGS)
def test_other_json_lines_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NothingReadable):
        load(save(tmp_path, NO_LOGS[name]))


def test_a_dataset_is_refused_before_it_is_read_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(json_lines, "_TRIED", 10)
    lines = [{"text": "a"}] * 11 + [{"loss": 1}] * 10
    with pytest.raises(NothingReadable, match="no recognised loss or score"):
        load(save(tmp_path, lines))


def test_records_that_share_no_names_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(json_lines, "_MOST_CELLS", 1000)
    with pytest.raises(NothingReadable, match=r"more names than a log has \(50 names\)"):
        load(save(tmp_path, [{f"loss_{row}": 1} for row in range(50)]))


OTHERS = {
    "a history": json.dumps({"loss": [3, 2, 1]}),
    "a history over lines": json.dumps({"history": {"loss": [3, 2, 1]}}, indent=2),
    "an object that opens on the second line": '{"history":\n{"loss": [3, 2, 1]}\n}\n',
    "a list of records": '[\n{"loss": 3},\n{"loss": 2},\n{"loss": 1}\n]\n',
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_history_stays_a_history(name: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, OTHERS[name]))
    assert (run.meta.format, run.points) == ("history JSON", 3)


def test_documents_that_are_not_one_a_line_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match="several JSON documents, but not one record"):
        load(save(tmp_path, '{"epoch": 0,\n "loss": 0.9}\n{"epoch": 1,\n "loss": 0.5}\n'))


def test_text_between_records_costs_only_its_lines(tmp_path: Path) -> None:
    lines: list[Any] = []
    for step in range(6):
        lines += [f"INFO epoch {step} done", {"step": step, "loss": 1.0 - 0.1 * step}]
    run = only(save(tmp_path, lines, "metrics.jsonl"))
    assert len(series(run, "loss")) == 6
    (issue,) = [issue for issue in run.issues if issue.key == "bad_lines"]
    assert issue.lost == 6 or issue.values["count"] == 6


def test_records_of_something_else_between_text_are_no_log(tmp_path: Path) -> None:
    lines: list[Any] = []
    for number in range(6):
        lines += ["INFO done", {"user": number, "path": "/index"}]
    with pytest.raises(NothingReadable):
        load(save(tmp_path, lines, "access.jsonl"))


@pytest.mark.parametrize(
    ("log", "is_part"),
    [("vis_data/scalars.json", True), ("vis_data/a.json", False), ("run/scalars.json", False)],
)
def test_only_mmengine_has_a_configuration_that_counts_as_a_log(
    log: str, is_part: bool, tmp_path: Path
) -> None:
    (tmp_path / log).parent.mkdir()
    save(tmp_path, [{"step": 1, "loss": 2.5}], log)
    path = (tmp_path / log).with_name("config.py")
    file = LogFile(path, path.relative_to(tmp_path), path.name, 0)
    assert json_lines.JsonLines().claims(file) == is_part


def test_a_record_with_very_many_names_costs_those_names(tmp_path: Path) -> None:
    records: list[dict[str, Any]] = [{"step": at, "loss": 1 / (at + 1)} for at in range(20)]
    records[10] |= {f"k{at}": at for at in range(12_000)}
    records[19]["test_loss"] = 0.5
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    (run,) = load(path)
    (issue,) = [issue for issue in run.issues if issue.key == "rare_names"]
    assert (issue.position, issue.lost, issue.kept) == (11, 2003, run.points)
    assert "2003 of 12003 names have a single value and were not read" in str(issue)
    assert {"loss", "test_loss", "k0"} <= {series.tag for series in run.series}
    assert "k11999" not in {series.tag for series in run.series}

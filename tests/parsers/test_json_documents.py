"""JSON documents one behind the other: records, and histories of several calls, are told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import analyzer
from analyzer.parsers._json_documents import is_history, load_documents

HISTORIES = [{"loss": [4.0, 2.0, scale], "val_loss": [5.0, 3.0, scale]} for scale in (1.0, 0.5)]


@pytest.mark.parametrize("between", ["", "\n", ",\n", " "])
def test_objects_behind_each_other_are_records(between: str) -> None:
    text = between.join(f'{{\n "epoch": {epoch}\n}}' for epoch in range(4))
    assert load_documents(text) == ([{"epoch": epoch} for epoch in range(4)], False)
    assert load_documents(text + between + '{"epoch": 4, "lo')[0][-1] == {"epoch": 4}


@pytest.mark.parametrize(
    "text", ['{"a": 1}{"a": 2}', '{"a": 1}{"a": 2}{"a" 1', "[1][2][3]", "", '{"a": [1]} {"a": 2}']
)
def test_other_documents_are_no_records(text: str) -> None:
    assert load_documents(text)[0] == []


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("name", ["history.json", "history.jsonl"])
def test_two_histories_of_a_file_are_two_runs(
    between: str, indent: int | None, name: str, tmp_path: Path
) -> None:
    text = between.join(json.dumps(history, indent=indent) for history in HISTORIES)
    path = tmp_path / name
    path.write_text(text)
    first, second = analyzer.load(path)
    assert list(first.frame["value"])[-1] == 1.0
    assert list(second.frame["value"])[-1] == 0.5
    path.write_text(text[:-9])
    first, second = analyzer.load(path)
    assert len(first.frame) == 6
    assert 3 <= len(second.frame) < 6
    assert "json_cut" in [issue.key for issue in second.issues]


def test_a_history_has_nothing_but_arrays() -> None:
    assert is_history(HISTORIES[0])
    for other in ({}, [], {"loss": 1.0}, {"loss": [1.0, 2.0], "lr": 0.1}, {"loss": [1.0]}):
        assert not is_history(other)


@pytest.mark.parametrize("indent", [2, None])
@pytest.mark.parametrize("name", ["train.log", "metrics.json"])
def test_records_of_numbers_that_were_appended_are_a_run(
    indent: int | None, name: str, tmp_path: Path
) -> None:
    records = [
        {"epoch": epoch, "train": {"loss": 3 / epoch}, "val": {"loss": 4 / epoch}}
        for epoch in range(1, 8)
    ]
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(record, indent=indent) for record in records))
    (run,) = analyzer.load(path)
    found = {(series.split, series.metric): series.value.tolist() for series in run.series}
    assert found["train", "loss"] == [3 / epoch for epoch in range(1, 8)]
    assert found["val", "loss"] == [4 / epoch for epoch in range(1, 8)]

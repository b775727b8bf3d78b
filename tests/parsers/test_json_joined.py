"""Several JSON objects on one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.parsers._json_joined import Joined, begins_joined, joined_objects
from analyzer.reading.load import load

RECORDS = [{"step": step, "loss": round(2 / (step + 1), 4)} for step in range(20)]
TEXTS = [json.dumps(record) for record in RECORDS]


def test_objects_may_have_blanks_and_commas_between() -> None:
    assert joined_objects('{"a": 1}{"a": {"b": 2}} , {"a": 3}\r\n').objects == [
        {"a": 1},
        {"a": {"b": 2}},
        {"a": 3},
    ]


@pytest.mark.parametrize("line", ['{"a": 1}', '{"a": 1} text {"a": 2}', '{"a": 1}{"a": \n', "[1]"])
def test_other_lines_have_none(line: str) -> None:
    assert joined_objects(line) == Joined([])


def test_the_last_object_may_be_cut_where_the_file_ends() -> None:
    assert joined_objects('{"a": 1}{"a": 2}{"a') == Joined([{"a": 1}, {"a": 2}], is_cut=True)


def test_the_first_line_tells_whether_another_object_follows() -> None:
    assert begins_joined('{"a": 1}{"a": 2, "b"') == {"a": 1}
    assert begins_joined('{"a": 1}\n{"a": 2}') is None
    assert begins_joined('{"a": [{"b": 1}, {"b": 2}]}') is None


@pytest.mark.parametrize(
    "text",
    [
        "".join(TEXTS),
        ", ".join(TEXTS) + "\n",
        "\n".join(TEXTS[:7]) + "".join(TEXTS[7:9]) + "\n" + "\n".join(TEXTS[9:]) + "\n",
        "\r".join(TEXTS) + "\n",
    ],
)
@pytest.mark.parametrize("name", ["log.jsonl", "log.json", "train.log"])
def test_every_record_of_a_log_is_read(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    (run,) = load(tmp_path)
    (series,) = run.series
    assert series.step.tolist() == [record["step"] for record in RECORDS]
    assert series.value.tolist() == [record["loss"] for record in RECORDS]
    assert not run.issues


def test_a_cut_record_is_told(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("".join(TEXTS) + '{"step": 20, "lo', encoding="utf-8")
    (run,) = load(tmp_path)
    assert run.points == len(RECORDS)
    assert [issue.key for issue in run.issues] == ["cut_line"]

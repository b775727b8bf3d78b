"""Large files of JSON Lines: the same rows and losses as line by line."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from analyzer.parsers import _json_blocks, _json_rows, json_lines
from analyzer.parsers._base import LogFile
from analyzer.parsers.json_lines import _Log, _read
from analyzer.reading.load import load


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "_TRIED", 20)
    monkeypatch.setattr(_json_blocks, "_BLOCK", 1 << 13)


def shown(log: _Log) -> list[object]:
    found: list[object] = [log.keys, log.config, log.losses]
    for split, rows in log.splits.items():
        columns = [
            (column.name, column.value.tobytes(), column.present.tobytes(), column.text)
            for column in rows.columns()
        ]
        exact = [dict(column.exact) for column in rows.columns()]
        found += [split, list(rows.lines), columns, exact, rows.lists()]
    return found


def check(content: bytes, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that a file is read alike in blocks and line by line."""
    path.write_bytes(content)
    file = LogFile(path, Path(path.name), path.name, len(content))
    monkeypatch.setattr(json_lines, "SMALLEST", len(content) + 1)
    slow = _read(file, ())
    monkeypatch.setattr(json_lines, "SMALLEST", 0)
    assert shown(_read(file, ())) == shown(slow)


def train(step: int, source: random.Random) -> bytes:
    row = {"step": step, "mode": "train", "loss": source.random(), "lr": 1e-3, "deep": {"x": step}}
    return json.dumps(row).encode() + b"\n"


def val(step: int, source: random.Random) -> bytes:
    row = {"mode": "val", "step": step, "loss": source.random(), "list": [], "on": True}
    return json.dumps(row).encode() + b"\n"


ODD = [
    b'{"step": 3, "is_val": true, "loss": 0.5}\n',
    b'{"step": 3, "is_val": false, "loss": 0.5}\n',
    b'{"step": 3, "mode": "train", "loss": NaN, "lr": 0.001, "deep": {"x": 3}}\n',
    b'{"step": 3, "mode": "train", "loss": nan, "lr": 0.001, "deep": {"x": 3}}\n',
    b'12:00:03 INFO {"step": 3, "mode": "train", "loss": 1, "lr": 0.001, "deep": {"x": 3}}\n',
    b'{"step": 3, "mode": "train", "loss": "n/a", "lr": 0.001, "deep": {"x": 3}}\n',
    b'{"step": 9007199254740993, "mode": "train", "loss": 1, "lr": 0.001, "deep": {"x": 3}}\n',
    b'{"step": -0, "mode": "train", "loss": 5, "lr": 0.001, "deep": {"x": 3}}\n',
    b'{"step": 3, "mode": "train", "loss": 05, "lr": 0.001, "deep": {"x": 3}}\n',
    b'{"step": 3, "mode": "train", "loss": 5., "lr": 0.001, "deep": {"x": 3}}\n',
    b'{"step": 3, "loss": [1, 2], "lr": 4}\n',
    b'{"step": 3, "loss": [1], "loss": 2}\n',
    b'{"step": 3, "deep/x": 1, "deep": {"x": 2}, "loss": 4}\n',
    b'{"config": {"lr": 1}, "step": 2, "loss": 4}\n',
    b'{"step": 3, "loss": 0.5, "\xc3\xb1": 1}\n',
    b'{"step": 3, "loss": 0.5, "\xf1": 1}\n',
    b"some text\n",
    b"\n",
    b"{}\n",
    b"\0\0" + b'{"step": 3, "loss": 0.5}\n',
    b'{"step": 3, "lo\0ss": 0.5}\n',
    b'{"step": 3, "loss": 0.5}\r\n',
    b'\xef\xbb\xbf{"step": 3, "loss": 0.5}\n',
    b"x" * 9000 + b"\n",
]


def test_records_of_two_splits_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random.Random(1)
    lines = [(train if step % 7 else val)(step, source) for step in range(1500)]
    check(b"".join(lines), tmp_path / "a.jsonl", monkeypatch)
    lines = [(train if step % 2 else val)(step, source) for step in range(1500)]
    check(b"".join(lines), tmp_path / "b.jsonl", monkeypatch)


@pytest.mark.parametrize("odd", ODD)
def test_an_unusual_line_is_read_alike(
    odd: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random.Random(1)
    lines = [train(step, source) for step in range(600)]
    check(b"".join([*lines[:300], odd, *lines[300:]]), tmp_path / "a.jsonl", monkeypatch)
    check(b"".join([*lines[:300], *[odd] * 60, *lines[300:]]), tmp_path / "a.jsonl", monkeypatch)
    check(b"".join([*lines, odd])[:-1], tmp_path / "a.jsonl", monkeypatch)


def test_lines_of_any_kind_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(12):
        source = random.Random(seed)
        lines = [(train if source.random() < 0.8 else val)(step, source) for step in range(800)]
        for _ in range(source.randrange(80)):
            lines.insert(source.randrange(30, len(lines)), source.choice(ODD))
        content = b"".join(lines)
        check(content[: -source.randrange(1, 60)], tmp_path / "a.jsonl", monkeypatch)


def test_a_line_that_is_too_long_is_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_json_rows, "LONGEST_LINE", 20_000)
    monkeypatch.setattr(_json_blocks, "LONGEST_LINE", 20_000)
    source = random.Random(1)
    lines = [train(step, source) for step in range(600)]
    for size in (8000, 19_990, 19_999, 20_000, 20_001, 30_000, 90_000):
        for end in (b"\n", b""):
            content = b"".join(lines[:300]) + b"x" * (size - 1) + end
            check(content, tmp_path / "a.jsonl", monkeypatch)
            if end:
                check(content + b"".join(lines[300:]), tmp_path / "a.jsonl", monkeypatch)


def test_records_behind_what_a_logger_prints_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random.Random(2)
    lines = [b"12:00:%02d,123 INFO log " % (step % 60) + train(step, source) for step in range(90)]
    check(b"".join(lines), tmp_path / "a.jsonl", monkeypatch)
    (run,) = load(tmp_path / "a.jsonl")
    assert [series.step.tolist() for series in run.series if series.tag == "loss"] == [
        list(range(90))
    ]

"""Typed values in the history of W&B, in the spellings of its writers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.parsers import _leveldb
from analyzer.parsers._wandb_media import histogram_in, wandb_media
from tests.views.conftest import _field

ENTRY = {"_type": "histogram", "values": [1, 2], "packedBins": {"min": 0, "size": 1, "count": 2}}


def log_of(folder: Path, rows: list[list[tuple[list[str], Any]]]) -> Path:
    """Write rows of items, each a path and a value, with nested keys where there are several."""
    data = bytearray(_leveldb.HEADER)
    for row in rows:
        items = b""
        for path, value in row:
            key = b"".join(_field(1 if len(path) == 1 else 2, part.encode()) for part in path)
            items += _field(1, key + _field(16, json.dumps(value).encode()))
        data += _leveldb.frame(_field(2, items), len(data))
    path = folder / "run-a.wandb"
    path.write_bytes(bytes(data))
    return path


def test_whole_dicts_and_leaves_are_the_same_value(tmp_path: Path) -> None:
    whole = [(["_step"], 4), (["h"], ENTRY)]
    parted = [
        (["_step"], 9),
        (["h", "_type"], "histogram"),
        (["h", "values"], [1, 2]),
        (["h", "packedBins", "min"], 0),
        (["h", "packedBins", "size"], 1),
        (["h", "packedBins", "count"], 2),
    ]
    found = list(wandb_media(log_of(tmp_path, [whole, parted])))
    assert [(medium.name, medium.kind, medium.step) for medium in found] == [
        ("h", "histogram", 4),
        ("h", "histogram", 9),
    ]
    for medium in found:
        made = histogram_in(medium.content)
        assert made is not None
        assert (made.low, made.high, made.total) == (0.0, 2.0, 3.0)


def test_numbers_and_a_missing_file_give_nothing(tmp_path: Path) -> None:
    path = log_of(tmp_path, [[(["loss"], 0.5), (["parts", "a"], 1)]])
    assert list(wandb_media(path)) == []
    assert list(wandb_media(tmp_path / "none.wandb")) == []


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"values": "x", "bins": [0, 1]},
        {"values": [1], "bins": [0]},
        {"values": [1], "bins": [0, "x"]},
        {"values": [1], "packedBins": {"min": "NaN", "size": 1}},
        {"values": [1] * 20_000, "packedBins": {"min": 0, "size": 1}},
        {"values": [10**400], "bins": [0, 1]},
    ],
)
def test_what_is_no_histogram(content: dict[str, Any]) -> None:
    assert histogram_in(content) is None

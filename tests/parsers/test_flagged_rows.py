"""Flags in records: words come before them, and one that never changes is a setting."""

from __future__ import annotations

import json
import random
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import Run
from analyzer.parsers._flagged_rows import by_split, flags_of, settings_in
from analyzer.parsers._json_rows import Rows
from analyzer.parsers._split_flags import Flag
from analyzer.reading.load import load

SPLITS = ("train", "val", "test")
LOSS = [2.0, 1.5, 1.2, 1.0, 0.9, 0.85]


def curves(run: Run) -> dict[tuple[str, str], list[float]]:
    return {(series.split, series.metric): series.value.tolist() for series in run.series}


def read(tmp_path: Path, records: list[dict[str, Any]]) -> Run:
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in records))
    (run,) = load(tmp_path)
    return run


def of_each_split(flag: str) -> list[dict[str, Any]]:
    return [
        {"epoch": epoch, flag: flag == f"is_{split}", "split": split, "loss": loss + at}
        for epoch, loss in enumerate(LOSS)
        for at, split in enumerate(SPLITS)
    ]


@pytest.mark.parametrize("flag", ["is_val", "is_test", "is_training", "eval"])
@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_a_word_comes_before_a_flag_in_any_order(
    tmp_path: Path, flag: str, order: tuple[int, ...]
) -> None:
    records = []
    for record in of_each_split(flag):
        pairs = list(record.items())
        records.append(dict(pairs[at] for at in order))
    assert curves(read(tmp_path, records)) == {
        (split, "loss"): [loss + at for loss in LOSS] for at, split in enumerate(SPLITS)
    }


def test_a_flag_that_never_changes_is_a_setting(tmp_path: Path) -> None:
    records = [
        {"epoch": at, "validation": True, "loss": loss, "val_loss": loss + 1}
        for at, loss in enumerate(LOSS)
    ]
    run = read(tmp_path, records)
    assert curves(run) == {("train", "loss"): LOSS, ("val", "loss"): [loss + 1 for loss in LOSS]}
    assert run.config["validation"] is True


def test_a_setting_beside_a_flag_decides_nothing(tmp_path: Path) -> None:
    records = [
        {"epoch": epoch, "eval": True, "is_training": not at, "loss": loss + at}
        for epoch, loss in enumerate(LOSS)
        for at in (0, 1)
    ]
    run = read(tmp_path, records)
    assert curves(run) == {("train", "loss"): LOSS, ("val", "loss"): [loss + 1 for loss in LOSS]}


def test_several_flags_say_one_split(tmp_path: Path) -> None:
    records = [
        {"epoch": epoch, "is_val": at == 1, "is_test": at == 2, "loss": loss + at}
        for epoch, loss in enumerate(LOSS)
        for at in range(3)
    ]
    assert curves(read(tmp_path, records)) == {
        (split, "loss"): [loss + at for loss in LOSS] for at, split in enumerate(SPLITS)
    }


def test_records_that_all_are_evaluations_stay_so(tmp_path: Path) -> None:
    run = read(tmp_path, [{"epoch": at, "is_val": True, "loss": x} for at, x in enumerate(LOSS)])
    assert curves(run) == {("val", "loss"): LOSS}


def rows_of(*records: tuple[int, dict[str, Any]]) -> Rows:
    rows = Rows()
    for line, record in records:
        rows.add(record, line)
    return rows


def test_only_true_or_false_is_a_flag() -> None:
    assert flags_of({"is_val": True, "val": 1, "note": False}) == (Flag("is_val", True),)


def test_rows_with_and_without_a_flag_are_joined_by_their_lines() -> None:
    flags = (Flag("validation", False),)
    flagged = {flags: rows_of((1, {"loss": 1.0}), (4, {"loss": 4.0, "lr": 0.1}))}
    assert settings_in(flagged) == {"validation": False}
    splits = {"": rows_of((2, {"loss": 2.0}), (3, {"acc": 3.0}))}
    (rows,) = by_split(flagged, splits, {"validation"}).values()
    assert list(rows.lines) == [1, 2, 3, 4]
    found = {column.name: column for column in rows.columns()}
    assert found["loss"].value[found["loss"].present].tolist() == [1.0, 2.0, 4.0]
    assert found["acc"].present.tolist() == [False, False, True, False]
    assert found["lr"].present.tolist() == [False, False, False, True]


def test_rows_joined_in_any_parts_are_those_read_at_once() -> None:
    source = random.Random(1)
    records = [(line, {source.choice("abc"): float(line)}) for line in range(60)]
    whole = rows_of(*records)
    parts = [record for record in records if record[0] % 3], records[::3]
    joined = rows_of(*parts[0]).joined(rows_of(*parts[1]))
    assert joined.lines == whole.lines
    assert {name: tuple(map(list, cells)) for name, cells in joined.cells.items()} == {
        name: tuple(map(list, cells)) for name, cells in whole.cells.items()
    }

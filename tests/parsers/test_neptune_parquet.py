"""Neptune's Parquet export: parts of a run, settings, steps, and a missing extra."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.parsers import neptune_parquet
from analyzer.reading.load import load, scan

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
SCHEMA = pa.schema(
    [
        ("project_id", pa.string()),
        ("run_id", pa.string()),
        ("attribute_path", pa.string()),
        ("attribute_type", pa.string()),
        ("step", pa.decimal128(18, 6)),
        ("timestamp", pa.timestamp("ms", tz="UTC")),
        ("int_value", pa.int64()),
        ("float_value", pa.float64()),
        ("string_value", pa.string()),
        ("bool_value", pa.bool_()),
        ("string_set_value", pa.list_(pa.string())),
    ]
)
START = datetime(2026, 1, 1, tzinfo=UTC)


def row(path: str, kind: str, **values: Any) -> dict[str, Any]:
    return {"attribute_path": path, "attribute_type": kind, **values}


def points(path: str, steps: list[Any]) -> list[dict[str, Any]]:
    return [
        row(
            path,
            "float_series",
            step=Decimal(str(step)),
            float_value=0.8**place,
            timestamp=START + timedelta(seconds=place),
        )
        for place, step in enumerate(steps)
    ]


def part(folder: Path, rows: list[dict[str, Any]], run: str = "SAN-1", number: int = 0) -> Path:
    blank = {**dict.fromkeys(SCHEMA.names), "project_id": "ws/proj", "run_id": run}
    table = pa.Table.from_pylist([{**blank, **entry} for entry in rows], schema=SCHEMA)
    path = folder / f"{run}_part_{number}.parquet"
    pq.write_table(table, path, compression="snappy")
    return path


SETTINGS = [
    row("sys/name", "string", string_value="nice"),
    row("sys/owner", "string", string_value="someone"),
    row("params/lr", "float", float_value=0.1),
    row("params/n", "int", int_value=3),
    row("params/amp", "bool", bool_value=True),
]


def test_the_parts_of_a_run_are_one_run(tmp_path: Path) -> None:
    part(tmp_path, [*SETTINGS, *points("train/loss", list(range(6)))])
    part(tmp_path, points("val/loss", list(range(6))), number=1)
    part(tmp_path, points("loss", [0, 1, 2]), run="SAN-2")
    other, nice = load(tmp_path)
    assert (nice.name, other.name) == ("nice", "SAN-2")
    assert nice.config == {"params/lr": 0.1, "params/n": 3, "params/amp": True}
    assert [(series.split, series.metric) for series in nice.series] == [
        ("train", "loss"),
        ("val", "loss"),
    ]
    assert nice.series[0].wall_time[0] == START.timestamp()
    assert len(nice.meta.files) == 2


def test_steps_that_are_fractions_are_counted(tmp_path: Path) -> None:
    part(tmp_path, points("loss", [0.5, 1.25, 1.75]))
    assert load(tmp_path)[0].series[0].step.tolist() == [0, 1, 2]


def test_the_machine_is_read_on_demand(tmp_path: Path) -> None:
    part(tmp_path, [*points("loss", [0, 1]), *points("monitoring/cpu", [0, 1])])
    assert len(load(tmp_path)[0].series) == 1
    assert len(load(tmp_path, system_stats=True)[0].series) == 2


def test_a_damaged_part_costs_only_itself(tmp_path: Path) -> None:
    part(tmp_path, points("loss", list(range(6))))
    path = part(tmp_path, points("val_loss", list(range(500))), number=1)
    content = bytearray(path.read_bytes())
    content[20:200] = bytes(180)
    path.write_bytes(content)
    (run,) = load(tmp_path)
    assert run.series[0].metric == "loss"
    assert [issue.key for issue in run.issues] == ["parquet_damaged"]


@pytest.mark.parametrize("name", ["step", "float_value"])
def test_numbers_that_are_of_another_type_cost_their_part(name: str, tmp_path: Path) -> None:
    part(tmp_path, points("loss", list(range(6))))
    path = part(tmp_path, points("val_loss", list(range(6))), number=1)
    table = pq.read_table(path)
    texts = pa.array([b"x"] * 6, pa.binary())
    place = table.schema.get_field_index(name)
    pq.write_table(table.set_column(place, name, texts), path)
    (run,) = load(tmp_path)
    assert [series.tag for series in run.series] == ["loss"]
    (issue,) = run.issues
    assert (issue.key, name in str(issue)) == ("parquet_damaged", True)


def test_a_time_is_in_utc_and_what_is_none_is_unknown() -> None:
    assert np.isnan(neptune_parquet._seconds(None))
    assert neptune_parquet._seconds(START.replace(tzinfo=None)) == START.timestamp()


def test_other_parquet_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": [1, 2]}), tmp_path / "data.parquet")
    (skipped,) = scan(tmp_path).skipped
    assert (skipped.key, skipped.nearest) == ("no_neptune_columns", "Neptune export (Parquet)")


def test_without_the_extra_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part(tmp_path, points("loss", [0, 1, 2]))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (skipped,) = scan(tmp_path).skipped
    assert (skipped.key, skipped.is_unreadable) == ("parquet_extra", True)

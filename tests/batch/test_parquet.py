"""Tables as Parquet: points as they were logged, and runs with typed columns."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from analyzer import synthetic
from analyzer.batch import parquet
from analyzer.errors import AnalyzerError

Make = dict[str, Callable[..., Any]]
reader = pytest.importorskip("pyarrow.parquet")


def table(content: bytes) -> Any:
    return reader.read_table(io.BytesIO(content))


def test_points_are_those_of_the_tidy_frame() -> None:
    runs = [replace(synthetic.healthy(seed).run, name=f"run{seed}") for seed in (1, 2)]
    parts = [parquet.points_of(run, f"0{at}/run-x") for at, run in enumerate(runs)]
    found = table(parquet.joined(parts))
    assert found.num_rows == sum(run.points for run in runs)
    first = found.slice(0, runs[0].points).to_pandas()
    assert list(first["value"]) == list(runs[0].frame["value"])
    assert set(first["run"]) == {"run1"}
    assert set(first["folder"]) == {"00/run-x"}
    assert parquet.joined(parts) == parquet.joined(parts)
    assert reader.ParquetFile(io.BytesIO(parts[0])).metadata.row_group(0).column(0).compression == (
        "ZSTD"
    )


def test_settings_are_numbers_where_all_are_and_texts_elsewhere(make: Make) -> None:
    settings = ({"lr": 0.1, "x": 1, "on": True}, {"lr": 1, "x": "caf\udce9"}, {"lr": None})
    records = [make["record"](at, own) for at, own in enumerate(settings)]
    found = table(parquet.runs_table(records, ["lr", "x", "on"]))
    assert found.column("config.lr").to_pylist() == [0.1, 1.0, None]
    assert found.column("config.x").to_pylist() == ["1", "caf?", None]
    assert found.column("config.on").to_pylist() == ["True", None, None]
    assert found.column("best").to_pylist() == [record.best.value for record in records]
    assert found.column("best_step").to_pylist() == [1000, 1001, 1002]


def test_without_the_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    with pytest.raises(AnalyzerError, match=r"pip install '\.\[parquet\]'"):
        parquet.check_library()

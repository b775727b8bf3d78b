"""Export: every point, exactly, in every format.

Names that a spreadsheet would run are made safe.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analyzer
from analyzer import synthetic
from analyzer.model.run import COLUMNS, Run
from analyzer.safe.names import visible

AWKWARD = [0.1 + 0.2, 1e-310, -1e308, 5e-324, 1 / 3, np.nan, np.inf, -np.inf, 0.0, 2.0**53 + 2]


def awkward() -> Run:
    return synthetic.of_curves("awkward", {("train", "loss"): np.array(AWKWARD)})


def same(values: list[float], expected: list[float]) -> bool:
    return all(
        a == b or (np.isnan(a) and np.isnan(b)) for a, b in zip(values, expected, strict=True)
    )


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_csv_values_round_trip_exactly(tmp_path: Path, suffix: str) -> None:
    path = analyzer.export([awkward()], tmp_path / f"points{suffix}")
    content = path.read_bytes()
    text = (gzip.decompress(content) if suffix.endswith("gz") else content).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0]) == list(COLUMNS)
    assert same([float(row["value"]) for row in rows], AWKWARD)
    assert [row["wall_time"] for row in rows] == [""] * len(AWKWARD)


def test_json_lines_are_strict_and_round_trip(tmp_path: Path) -> None:
    path = analyzer.export([awkward()], tmp_path / "points.jsonl")
    rows = [
        json.loads(line, parse_constant=pytest.fail)
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    values = [float(row["value_is"]) if row["value"] is None else row["value"] for row in rows]
    assert same(values, AWKWARD)
    assert rows[0]["wall_time"] is None


def test_parquet_holds_the_frame(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="needs pyarrow (extra parquet)")
    run = synthetic.overfitting(1).run
    path = analyzer.export([run], tmp_path / "points.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(path), run.frame, check_categorical=False)


@pytest.mark.parametrize("name", ["=1+1", "+SUM(A1)", "-cmd", "@x", "\tx", "\rx"])
def test_a_name_that_a_spreadsheet_would_run_gets_a_quote(tmp_path: Path, name: str) -> None:
    series = tuple(replace(item, tag=name) for item in awkward().series)
    path = analyzer.export([replace(awkward(), series=series)], tmp_path / "points.csv")
    with path.open(encoding="utf-8", newline="") as file:
        assert {row["tag"] for row in csv.DictReader(file)} == {f"'{visible(name)}"}


@pytest.mark.parametrize("name", ["-1.5", "+3", "loss", "1=1"])
def test_a_harmless_name_stays_as_it_is(tmp_path: Path, name: str) -> None:
    series = tuple(replace(item, tag=name) for item in awkward().series)
    path = analyzer.export([replace(awkward(), series=series)], tmp_path / "points.csv")
    with path.open(encoding="utf-8") as file:
        assert {row["tag"] for row in csv.DictReader(file)} == {name}


def test_the_same_points_give_the_same_bytes(tmp_path: Path) -> None:
    run = synthetic.overfitting(1).run
    first = analyzer.export([run], tmp_path / "a.csv.gz").read_bytes()
    assert first == analyzer.export([run], tmp_path / "b.csv.gz").read_bytes()


def test_an_unknown_suffix_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        analyzer.AnalyzerError, match=r"points\.xlsx: unknown export format; .*\.jsonl"
    ):
        analyzer.export([awkward()], tmp_path / "points.xlsx")

"""Why a file without a known metric is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.parsers._unknown import unknown, unknown_series
from analyzer.reading.load import load

ROWS = [[2 / at, 2 / at + 0.1] for at in range(1, 13)]


def test_names_that_could_be_mapped_are_told() -> None:
    assert unknown(["epoch", "mystery"]).values["names"] == "mystery"
    assert unknown(["epoch"]).key == "no_metric"


def test_only_lists_of_numbers_are_series() -> None:
    assert unknown_series({"a": [1, 2], "b": ["x", "y"], "c": 1}).values["names"] == "a"
    assert unknown_series([1]).key == "no_metric"


def test_rows_without_names_are_the_reason(tmp_path: Path) -> None:
    assert unknown_series({"loss": ROWS}).key == "bare_columns"
    (tmp_path / "log.json").write_text(json.dumps({"loss": ROWS}))
    with pytest.raises(AnalyzerError, match="without names for their columns"):
        load(tmp_path)

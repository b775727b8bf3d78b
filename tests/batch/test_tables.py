"""The tables of a site for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from analyzer.batch.tables import findings_jsonl, runs_csv
from analyzer.measures.level import Level

Make = Mapping[str, Callable[..., Any]]


def test_the_level_stands_beside_the_best_value(make: Make) -> None:
    record = make["record"](0, level=Level(0.42, 0.4, 0.44))
    (row,) = csv.DictReader(io.StringIO(runs_csv([record], ["lr"])))
    assert (row["level"], row["level_low"], row["level_high"]) == ("0.42", "0.4", "0.44")
    assert float(row["best"]) == record.best.value
    assert row["config.lr"] == "1"


def test_a_run_without_a_level_has_empty_cells(make: Make) -> None:
    record = make["record"](0, best=None, level=None)
    (row,) = csv.DictReader(io.StringIO(runs_csv([record], [])))
    assert (row["best"], row["level"], row["level_high"]) == ("", "", "")
    assert findings_jsonl([record]).count("\n") == 1

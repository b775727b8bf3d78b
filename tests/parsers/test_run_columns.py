"""Names of runs and seeds that look like numbers with groups of digits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.parsers._run_columns import is_name, may_name_runs
from analyzer.reading.load import load

ROWS = [(run, epoch, epoch + 2.5) for run in ("1_001", "1_002") for epoch in range(8)]


@pytest.mark.parametrize("name", ["run", "trial_id", "seed_id", "Seed", "model version", "id"])
def test_a_group_of_digits_names_something(name: str) -> None:
    assert is_name(name, "1_001")
    assert not is_name(name, "1001")


@pytest.mark.parametrize("name", ["loss", "step", "tokens", "value", "grid"])
def test_a_group_of_digits_counts_elsewhere(name: str) -> None:
    assert not is_name(name, "1_001")


def test_columns_that_may_name_runs() -> None:
    assert may_name_runs("Model Name")
    assert not may_name_runs("loss")


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_runs_keep_their_names(tmp_path: Path, kind: str) -> None:
    lines = ["run,epoch,loss", *(f"{run},{epoch},{loss}" for run, epoch, loss in ROWS)]
    if kind == "jsonl":
        records = (dict(zip(("run", "epoch", "loss"), row, strict=True)) for row in ROWS)
        lines = [json.dumps(record) for record in records]
    (tmp_path / f"log.{kind}").write_text("\n".join(lines) + "\n")
    names = [run.name.split()[-1] for run in load(tmp_path)]
    assert names == ["1_001", "1_002"]


def test_an_identifier_is_no_curve(tmp_path: Path) -> None:
    lines = ["epoch,seed_id,loss", *(f"{at},2_00{at % 2},{at + 1}_000.5" for at in range(12))]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert [series.tag for series in run.series] == ["loss"]
    assert run.series[0].value[:2].tolist() == [1000.5, 2000.5]

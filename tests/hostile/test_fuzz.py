"""The fuzzer for a few seeds of each parser, and every file that once made a parser fail.

ANALYZER_LONG=1 fuzzes each parser for a minute.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from analyzer import registry
from analyzer.parsers._base import Parser
from tests import fuzz
from tests.hostile.formats import FORMATS
from tests.hostile.outcome import outcome
from tests.hostile.small import COUNT, LOSS
from tests.parsers import test_clearml_offline, test_comet_offline

SECONDS = 60.0 if os.environ.get("ANALYZER_LONG") else 1.0
HUGE = 10**400


def test_every_parser_has_a_log_to_fuzz() -> None:
    assert set(FORMATS) == set(registry.discover("analyzer.parsers", Parser))


@pytest.mark.parametrize("parser", FORMATS)
def test_a_damaged_log_makes_no_parser_fail(parser: str) -> None:
    tried, findings = fuzz.fuzz(parser, SECONDS, seed=1)
    assert tried > 0
    assert findings == []


def test_a_fault_is_found_and_its_seed_gives_it_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("analyzer.parsers.csv_table.CsvTable.parse", fail)
    _, findings = fuzz.fuzz("csv_table", 1.0)
    assert any("ZeroDivisionError" in finding.fault for finding in findings)
    assert fuzz.attempt("csv_table", findings[0].seed, tmp_path) == findings[0].fault


@pytest.mark.parametrize("part", ["timestamp", "value", "iter"])
def test_400_digits_in_a_clearml_event_cost_that_value(part: str, tmp_path: Path) -> None:
    events = test_clearml_offline.curves()
    events[3][part] = HUGE
    test_clearml_offline.session(tmp_path, events)
    found = outcome(tmp_path)
    assert found.points == 36 - (part != "timestamp")
    assert found.losses == (() if part == "timestamp" else ("points_unfit",))


@pytest.mark.parametrize("part", ["local_timestamp", "epoch", "metricValue", "step"])
def test_400_digits_in_a_comet_message_cost_that_value(part: str, tmp_path: Path) -> None:
    messages = test_comet_offline.messages()
    payload = next(entry["payload"] for entry in messages if entry["type"] == "metric_msg")
    (payload if part in payload else payload["metric"])[part] = HUGE
    test_comet_offline.experiment(tmp_path, messages)
    found = outcome(tmp_path)
    costs_a_point = part in ("metricValue", "step")
    assert found.points == 36 - costs_a_point
    assert found.losses == (("points_unfit",) if costs_a_point else ())


@pytest.mark.parametrize("epoch", ["1e308", "-1e308", "9" * 30, "nan"])
def test_an_epoch_beyond_64_bits_in_console_output_is_no_step(epoch: str, tmp_path: Path) -> None:
    lines = [f"epoch {at}: loss {LOSS[at]}" for at in range(COUNT)]
    lines.insert(4, f"epoch {epoch}: loss 1.5")
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with np.errstate(all="raise"):
        found = outcome(tmp_path)
    assert "parser_failed" not in found.losses
    assert found.points >= COUNT or found.losses


def test_numbers_of_every_size_make_no_history_fail(tmp_path: Path) -> None:
    odd = [HUGE, -HUGE, 1e308, -1e308, 2**63, 2**64, 5e-324, 0.5]
    for name in ("epoch", "step", "loss", "time", "lr"):
        folder = tmp_path / name
        folder.mkdir()
        document = {"loss": odd, "val_loss": odd, name: odd}
        (folder / "history.json").write_text(json.dumps(document), encoding="utf-8")
        assert "parser_failed" not in outcome(folder).losses


@pytest.mark.parametrize(
    ("part", "odd"),
    [("values", HUGE), ("steps", HUGE), ("steps", float("nan")), ("steps", float("inf"))],
)
def test_a_number_of_sacred_that_fits_nowhere_costs_its_point(
    part: str, odd: float, tmp_path: Path
) -> None:
    from tests.parsers.test_sacred import CURVES, run_folder

    metrics = json.loads(json.dumps(CURVES))
    metrics["training.loss"][part][3] = odd
    run_folder(tmp_path, metrics)
    found = outcome(tmp_path)
    assert (found.points, found.losses) == (23, ("points_unfit",))


def test_a_parquet_file_without_the_columns_it_names_is_called_damaged(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from analyzer.parsers.neptune_parquet import _COLUMNS

    names = [f"x_{name}" for name in _COLUMNS]
    parquet.write_table(pa.table({name: ["a"] for name in names}), tmp_path / "a.parquet")
    assert outcome(tmp_path).losses == ("parquet_damaged",)


@pytest.mark.parametrize("seed", [5005570, 5006080])
def test_a_kind_of_number_that_no_writer_has_makes_no_parser_fail(
    seed: int, tmp_path: Path
) -> None:
    assert fuzz.attempt("neptune_parquet", seed, tmp_path) == ""


def test_a_kind_of_number_beyond_those_of_the_library_is_damage(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = FORMATS["neptune_parquet"][0](tmp_path)

    def not_implemented(*_: object) -> None:
        raise NotImplementedError("Integers with less than 8 bits not implemented")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analyzer.parsers._parquet._open", not_implemented)
        assert outcome(path.parent).losses == ("parquet_damaged",)


def test_a_name_in_a_database_that_is_not_utf_8_makes_no_parser_fail(tmp_path: Path) -> None:
    path = FORMATS["trackio"][0](tmp_path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE configs", b"CREATE TABLE conf\xffgs"))
    assert "parser_failed" not in outcome(tmp_path).losses


def test_the_database_with_which_the_fuzzer_made_a_parser_fail(tmp_path: Path) -> None:
    assert fuzz.attempt("trackio", 100145, tmp_path) == ""


def test_a_plan_of_400_digits_is_no_plan(tmp_path: Path) -> None:
    path = FORMATS["catboost_info"][1](tmp_path)
    text = path.read_text(encoding="utf-8")
    old = f'"iteration_count": {COUNT}'
    assert old in text
    path.write_text(text.replace(old, f'"iteration_count": {HUGE}'), encoding="utf-8")
    assert fuzz.read(tmp_path) == ""

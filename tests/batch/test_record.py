"""The record of a run survives the state file, and its folder is named without harm."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from analyzer import synthetic
from analyzer.batch.record import Record, folder_name, record_of
from analyzer.engine import diagnose
from analyzer.safe.names import slug

FOLDER = "01/a-0123456789"


@pytest.mark.parametrize("made", [synthetic.overfitting, synthetic.healthy, synthetic.exploding])
def test_a_record_is_the_same_after_the_state_file(made: object) -> None:
    diagnosis = diagnose(made(3).run)  # type: ignore[operator]
    record = record_of(diagnosis, "a/history.json", FOLDER)
    again = Record.from_dict(json.loads(json.dumps(record.to_dict())))
    assert again == record
    assert record.verdict == diagnosis.verdict
    assert record.best == diagnosis.best


@pytest.mark.parametrize("damage", ["best", "settings", "sparks", "folder"])
def test_half_a_record_is_refused(damage: str) -> None:
    data = record_of(diagnose(synthetic.healthy(1).run), "a", FOLDER).to_dict()
    del data[damage]
    with pytest.raises(KeyError):
        Record.from_dict(data)


@pytest.mark.parametrize(
    "folder",
    [
        *("../../victim-0123456789", "/victim-0123456789", "01/a-0123456789/..", "a", "", 3, None),
        *("01/a-1123456789", "../a-0123456789", "01/a-0123456789\n"),
    ],
)
def test_a_folder_that_no_batch_names_is_refused(folder: object) -> None:
    data = record_of(diagnose(synthetic.healthy(1).run), "a", FOLDER).to_dict()
    with pytest.raises((TypeError, ValueError)):
        Record.from_dict({**data, "folder": folder})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("run", 3),
        ("source", None),
        ("verdict", '"><script>'),
        ("verdict", 3),
        ("best", {"split": "val", "metric": "loss", "step": "a", "epoch": None, "value": 1.0}),
        ("level", {"value": "a"}),
        ("after_best", "x"),
        ("findings", [3]),
        ("findings", [{"detector": "plateau"}]),
        ("issues", True),
        ("points", "3"),
        ("settings", ["lr"]),
        ("sparks", [[3, "M0 0"]]),
        ("start", "x"),
        ("scale", 3),
        ("todos", [["text", None]]),
        ("spare", ["a", None]),
        ("spare", [None, None]),
        ("spent", ["epoch", "a", 1.0, None, None]),
        ("suspicion", ["odd", None]),
    ],
)
def test_a_value_of_another_type_is_refused(key: str, value: object) -> None:
    data = record_of(diagnose(synthetic.healthy(1).run), "a", FOLDER).to_dict()
    with pytest.raises((KeyError, TypeError, ValueError)):
        Record.from_dict({**data, key: value})


@pytest.mark.parametrize("name", ["Run 1", "../../etc", "", "日本", "\udce8", "x" * 300])
def test_a_folder_has_plain_characters_only(name: str) -> None:
    half, _, own = folder_name(name, "a/b").partition("/")
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{10}", own)
    assert own[-10:-8] == half


def test_runs_of_one_name_have_folders_of_their_own() -> None:
    assert folder_name("a", "x") != folder_name("a", "y") != folder_name("b", "y")
    assert slug("a/b", collapse=True) == slug("a  b", collapse=True)


def test_a_run_that_trained_on_after_its_best_keeps_what_it_could_have_spared() -> None:
    spare = record_of(diagnose(synthetic.overfitting(3).run), "a", FOLDER).spare
    assert spare is not None
    assert 0 < spare.share < 1
    assert spare.seconds is None
    assert record_of(diagnose(synthetic.healthy(3).run), "a", FOLDER).spare is None


def test_the_result_of_a_run_is_its_level_else_its_best_value() -> None:
    record = record_of(diagnose(synthetic.healthy(1).run), "a", FOLDER)
    assert record.level is not None
    assert record.best is not None
    assert record.result == record.level.value
    assert replace(record, level=None).result == record.best.value
    assert replace(record, level=None, best=None).result is None

"""The JSON Schemas of docs/schema describe what the commands print and what settings may be."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import analyzer
from analyzer import synthetic
from analyzer.cli import main
from analyzer.config import read_config
from analyzer.errors import ConfigError
from analyzer.resources import folder

jsonschema = pytest.importorskip("jsonschema", reason="needs jsonschema")

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "schema"
SAMPLES = folder("sample_logs")


def validator(name: str) -> Any:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    return kind(schema)


def printed(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return json.loads(result.stdout)


@pytest.mark.parametrize("name", ["diagnosis", "comparison", "config"])
def test_a_schema_is_one_and_every_part_of_it_is_used(name: str) -> None:
    schema = validator(name).schema
    text = json.dumps(schema)
    assert all(f'"#/$defs/{part}"' in text for part in schema.get("$defs", {}))


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("command", [("check", "--require", "val_loss<0.5"), ("report",)])
def test_what_is_printed_on_the_samples_is_valid(command: tuple[str, ...], lang: str) -> None:
    data = printed(command[0], SAMPLES, *command[1:], "--json", "--lang", lang)
    validator("diagnosis").validate(data)
    assert len(data["runs"]) == 20


def test_the_file_of_one_report_is_valid(tmp_path: Path) -> None:
    (run,) = analyzer.load(SAMPLES / "keras_overfitting")
    analyzer.write_report(analyzer.diagnose(run), tmp_path / "x.json")
    validator("diagnosis").validate(json.loads((tmp_path / "x.json").read_text("utf-8")))


@pytest.mark.parametrize(
    "make",
    [synthetic.non_finite, synthetic.overfitting, synthetic.healthy],
    ids=lambda make: make.__name__,
)
def test_a_diagnosis_of_infinities_and_unknown_epochs_is_valid(make: Callable[..., Any]) -> None:
    run = make(1, epochs=60).run
    series = [replace(item, epoch=np.full(len(item), np.nan)) for item in run.series]
    for changed in (run, replace(run, series=tuple(series)), replace(run, series=())):
        data = analyzer.diagnose(changed).to_dict()
        validator("diagnosis").validate(json.loads(json.dumps(data, allow_nan=False)))


@pytest.mark.parametrize("more", [(), ("--baseline", "keras_overfitting"), ("--lang", "es")])
def test_a_printed_comparison_is_valid(more: tuple[str, ...]) -> None:
    validator("comparison").validate(printed("compare", SAMPLES, *more, "--json"))


def test_files_that_gave_no_run_are_valid(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\0" * 500)
    for name in ("a", "b"):
        text = (SAMPLES / "keras_overfitting" / "history.json").read_text("utf-8")
        (tmp_path / name).mkdir()
        (tmp_path / name / "history.json").write_text(text.replace("0.8", f"0.{ord(name)}"))
    for command, schema in (("check", "diagnosis"), ("compare", "comparison")):
        data = printed(command, tmp_path, "--json")
        assert data["unreadable"]
        validator(schema).validate(data)


def test_a_key_that_the_schema_does_not_know_is_refused() -> None:
    data = printed("check", SAMPLES / "keras_overfitting", "--json")
    data["runs"][0]["new_key"] = 1
    assert not validator("diagnosis").is_valid(data)


@pytest.mark.parametrize(
    ("toml", "is_right"),
    [
        ("disable = ['plateau']\nsplit_files = true\n[detectors.plateau]\nmin_points = 12", True),
        ("[check]\nfail_on = 'warning'\nrequire = ['val_loss<0.5']\nmax_gap = 0.1", True),
        ("folder_settings = 'lr{lr}'\n[metrics]\nmy_nll = 'val/loss'", True),
        ("[detectors.plateu]\nmin_points = 12", False),
        ("[detectors.plateau]\nmin_points = 1", False),
        ("[check]\nfail_on = 'maybe'", False),
        ("validation_examples = 1", False),
        ("colour = 'red'", False),
    ],
)
def test_settings_are_valid_if_they_can_be_used(tmp_path: Path, toml: str, is_right: bool) -> None:
    path = tmp_path / "analyzer.toml"
    path.write_text(toml, encoding="utf-8")
    assert validator("config").is_valid(tomllib.loads(toml)) == is_right
    if is_right:
        read_config(path).configured()
    else:
        with pytest.raises(ConfigError):
            read_config(path).configured()

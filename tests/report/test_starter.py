"""The file of settings to begin with: no setting as it is, every setting once uncommented."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.config import SETTINGS, Config, read_config
from analyzer.detectors._base import Detector
from analyzer.report.starter import starter
from analyzer.sentences import LANGUAGES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_as_it_is_it_changes_nothing(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "analyzer.toml"
    path.write_text(starter(lang), encoding="utf-8")
    assert tomllib.loads(starter(lang)) == {}
    assert read_config(path) == Config()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_uncommented_it_has_every_threshold_at_its_default(lang: str, tmp_path: Path) -> None:
    lines = [
        line.removeprefix("#") if not line.startswith("# ") else ""
        for line in starter(lang).splitlines()
    ]
    path = tmp_path / "analyzer.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    config = read_config(path)
    assert set(tomllib.loads(path.read_text(encoding="utf-8"))) == set(SETTINGS)
    assert config.disable == ("plateau",)
    assert config.metrics == {"my_nll": "val/loss"}
    assert config.check["require"] == ["val_loss<0.5"]
    for name, kind in registry.discover("analyzer.detectors", Detector).items():
        defaults = {field.name: field.default for field in fields(kind)}
        assert config.detectors[name] == defaults


def test_comments_fit_the_width_and_follow_the_language() -> None:
    english, spanish = starter("en"), starter("es")
    assert max(map(len, english.splitlines())) <= 98
    assert english.count("\n") > 100
    assert "Umbrales de las comprobaciones" in spanish
    assert "Thresholds" not in spanish

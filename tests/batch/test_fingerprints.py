"""Fingerprints: they change with what a result depends on, and with nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.fingerprints import pages_print, prints_of, settings_print, wanted_print
from analyzer.batch.job import Task
from analyzer.batch.result import Options
from analyzer.batch.tree import Unit, content_of, walk
from analyzer.config import Config
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for

Make = dict[str, Callable[..., Any]]


def unit_under(folder: Path) -> Unit:
    (unit,) = walk(folder, parsers_for(ReadOptions()), {}).units
    return unit


@pytest.fixture
def logs(tmp_path: Path, make: Make) -> Path:
    make["history"](tmp_path / "logs" / "history.json", 0)
    return tmp_path / "logs"


def test_a_copied_file_holds_by_its_content_only(logs: Path) -> None:
    unit = unit_under(logs)
    prints = prints_of(unit, "settings", content_of(unit))
    os.utime(logs / "history.json", (1, 1))
    later = unit_under(logs)
    assert wanted_print(later, "settings", rehash=False) != prints.stamps
    assert wanted_print(later, "settings", rehash=True) == prints.content


def test_a_changed_file_holds_in_no_way(logs: Path, make: Make) -> None:
    unit = unit_under(logs)
    prints = prints_of(unit, "settings", content_of(unit))
    make["history"](logs / "history.json", 1)
    later = unit_under(logs)
    assert wanted_print(later, "settings", rehash=True) not in (prints.stamps, prints.content)


def test_a_second_log_in_the_folder_changes_the_name_of_a_run(logs: Path) -> None:
    unit = unit_under(logs)
    more = replace(unit, logs={folder: count + 1 for folder, count in unit.logs.items()})
    assert wanted_print(more, "s", rehash=False) != wanted_print(unit, "s", rehash=False)
    many = replace(unit, logs={folder: count + 2 for folder, count in unit.logs.items()})
    assert wanted_print(many, "s", rehash=False) == wanted_print(more, "s", rehash=False)


def test_settings_language_and_place_count_but_not_the_site() -> None:
    task = Task("logs", "site", Config(), "en", reports=True)
    assert settings_print(replace(task, site="other")) == settings_print(task)
    changed = [
        replace(task, lang="es"),
        replace(task, root="elsewhere"),
        replace(task, config=Config(detectors={"plateau": {"min_share": 0.2}})),
    ]
    assert settings_print(task) not in {settings_print(other) for other in changed}


def test_pages_depend_on_records_and_grouping(make: Make) -> None:
    batch = make["batch"]([make["record"](0)])
    first = pages_print(batch, "results", Options(), "settings", {})
    assert pages_print(replace(batch, fresh=1), "results", Options(), "settings", {}) == first
    assert pages_print(batch, "results", Options(group=("lr",)), "settings", {}) != first
    assert pages_print(batch, "others", Options(), "settings", {}) != first

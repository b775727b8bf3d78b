"""A dry run says what a batch would read, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.plan import Plan, ToRead, plan_batch, render_plan
from analyzer.batch.result import Options
from analyzer.batch.shards import Shard
from analyzer.batch.site import run_batch
from analyzer.config import Config
from analyzer.errors import NothingReadable, PathNotFound
from analyzer.reading.site import DATABASE

Make = dict[str, Callable[..., Any]]


@pytest.fixture
def logs(tmp_path: Path, make: Make) -> Path:
    folder: Path = make["tree"](tmp_path / "logs", 4)
    make["table"](folder / "table" / "log.csv")
    (folder / "notes.md").write_text("no log\n", encoding="utf-8")
    return folder


def test_everything_is_to_be_read_at_first(tmp_path: Path, logs: Path) -> None:
    plan = plan_batch(logs, tmp_path / "site", Config(), Options())
    assert (plan.units, plan.fresh, plan.unchanged, plan.skipped) == (5, 5, 0, 1)
    sizes = sum(path.stat().st_size for path in logs.rglob("history.json"))
    assert plan.parsers[0] == ToRead(
        plan.parsers[0].parser, 1, (logs / "table/log.csv").stat().st_size
    )
    assert plan.parsers[1] == ToRead("keras_history", 4, sizes)
    assert (plan.files, plan.bytes) == (5, sizes + plan.parsers[0].bytes)
    assert not (tmp_path / "site").exists()


def test_only_what_changed_is_to_be_read_again(tmp_path: Path, logs: Path, make: Make) -> None:
    site = tmp_path / "site"
    run_batch(logs, site, Config(), Options())
    before = make["everything"](site), (site / ".state" / DATABASE).read_bytes()
    make["history"](logs / "group0" / "run000" / "history.json", 99)
    plan = plan_batch(logs, site, Config(), Options())
    assert (plan.units, plan.fresh, plan.unchanged, plan.files) == (5, 1, 4, 1)
    assert (make["everything"](site), (site / ".state" / DATABASE).read_bytes()) == before


def test_a_shard_plans_its_own_part(tmp_path: Path, logs: Path) -> None:
    parts = [
        plan_batch(logs, tmp_path / "site", Config(), Options(shard=Shard(number, 2)))
        for number in (1, 2)
    ]
    assert sum(part.units for part in parts) == 5


def test_it_fails_as_the_batch_would(tmp_path: Path) -> None:
    with pytest.raises(PathNotFound):
        plan_batch(tmp_path / "none", tmp_path / "site", Config(), Options())
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingReadable):
        plan_batch(tmp_path / "empty", tmp_path / "site", Config(), Options())


PLAN = Plan("logs", "site", 1234, 1, 1, (ToRead("csv_table", 1, 2_500_000),))


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            [
                "Would read 1 of 1,234 logs: 1 file, 2.5 MB.",
                "  csv_table: 1 file, 2.5 MB",
                "1 other file is not a log or cannot be read.",
                "Would write site/index.html; nothing was written.",
            ],
        ),
        (
            "es",
            [
                "Se leerían 1 de 1.234 logs: 1 archivo, 2,5 MB.",
                "  csv_table: 1 archivo, 2,5 MB",
                "1 archivo más no es un log o no se puede leer.",
                "Se escribiría site/index.html; no se ha escrito nada.",
            ],
        ),
    ],
)
def test_it_is_said_in_both_languages(lang: str, lines: list[str]) -> None:
    assert render_plan(PLAN, lang).split("\n") == lines

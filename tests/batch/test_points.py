"""The points of a site: a file for each folder of runs, queried as the guide shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.result import Options
from analyzer.batch.site import run_batch
from analyzer.config import Config
from tests.batch.conftest import everything, history, tree

pytest.importorskip("pyarrow")
GUIDE = Path(__file__).parents[2] / "docs" / "scale.md"
Make = dict[str, Callable[..., Any]]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    return tree(tmp_path / "logs", 4)


def made(logs: Path, site: Path, **options: Any) -> int:
    return run_batch(logs, site, Config(), Options(reports=False, **options)).fresh


def points(site: Path) -> list[str]:
    return sorted(path.parent.name for path in site.glob("points/*/points.parquet"))


def test_points_lie_in_the_buckets_of_their_runs_and_follow_them(
    tmp_path: Path, logs: Path
) -> None:
    site = tmp_path / "site"
    assert made(logs, site, points=True) == 4
    halves = sorted({f"bucket={path.name}" for path in (site / "runs").iterdir()})
    assert points(site) == halves
    assert (site / "runs.parquet").is_file()
    assert made(logs, site, points=True) == 0
    history(logs / "group0" / "run000" / "history.json", 50, epochs=30)
    assert made(logs, site, points=True) == 1
    made(logs, tmp_path / "fresh", points=True)
    assert everything(site) == everything(tmp_path / "fresh")


def test_a_site_without_points_gets_them_and_loses_them(tmp_path: Path, logs: Path) -> None:
    site, plain = tmp_path / "site", tmp_path / "plain"
    made(logs, plain)
    made(logs, site)
    assert made(logs, site, points=True) == 4
    made(logs, site)
    assert everything(site) == everything(plain)
    assert not (site / "points").exists()


def test_parts_of_a_site_bring_their_points(tmp_path: Path, logs: Path) -> None:
    part, site = tmp_path / "part", tmp_path / "site"
    made(logs, part, points=True)
    assert made(logs, site, points=True, merge=(part,)) == 0
    assert everything(site) == everything(part)


def test_a_site_with_points_is_no_log(tmp_path: Path, logs: Path) -> None:
    made(logs, logs / "site", points=True)
    batch = run_batch(logs, tmp_path / "other", Config(), Options(reports=False))
    assert (len(batch.records), batch.unread) == (4, ())


def queries() -> list[str]:
    text = GUIDE.read_text(encoding="utf-8") if GUIDE.exists() else ""
    return re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)


def test_the_queries_of_the_guide_run(
    tmp_path: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb = pytest.importorskip("duckdb")
    for at, path in enumerate(sorted(logs.rglob("history.json"))):
        (path.parent / "config.json").write_text(f'{{"lr": {10.0**-at}}}', encoding="utf-8")
    made(logs, tmp_path / "site", points=True)
    monkeypatch.chdir(tmp_path)
    found = queries()
    assert len(found) == 3
    assert [len(duckdb.sql(query).fetchall()) > 0 for query in found] == [True] * 3

"""A batch in shards: together they make the same site, and a shard of a stranger does no harm."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from analyzer.batch.result import Options
from analyzer.batch.shards import Shard, parse_shard
from analyzer.batch.site import run_batch
from analyzer.batch.state import State
from analyzer.batch.summary import batch_summary
from analyzer.config import Config
from analyzer.errors import AnalyzerError, PathNotFound
from tests.batch.conftest import call, everything, history, tree

SHARDS = 3


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return a folder of nine logs."""
    return tree(tmp_path / "logs", 9)


@pytest.fixture
def shards(tmp_path: Path, logs: Path) -> list[Path]:
    """Return the sites of three shards of it."""
    sites = [tmp_path / f"shard{number}" for number in range(1, SHARDS + 1)]
    for number, site in enumerate(sites, 1):
        run_batch(logs, site, Config(), Options(shard=Shard(number, SHARDS)))
    return sites


def merged(logs: Path, site: Path, shards: list[Path]) -> int:
    """Merge shards into a site; return how many logs were read again."""
    return run_batch(logs, site, Config(), Options(merge=tuple(shards))).fresh


def test_merged_shards_make_the_site_of_one_batch(
    tmp_path: Path, logs: Path, shards: list[Path]
) -> None:
    whole = tmp_path / "whole"
    run_batch(logs, whole, Config(), Options())
    assert merged(logs, tmp_path / "site", shards) == 0
    assert everything(tmp_path / "site") == everything(whole)
    with State.copied(tmp_path / "site") as own, State.copied(whole) as other:
        assert list(own.stored()) == list(other.stored())


def test_each_log_falls_to_one_shard(shards: list[Path]) -> None:
    runs = [sorted((site / "runs").glob("*/*")) for site in shards]
    names = [path.name for own in runs for path in own]
    assert len(names) == len(set(names)) == 9


def test_a_log_that_changed_or_was_in_no_shard_is_read(
    tmp_path: Path, logs: Path, shards: list[Path]
) -> None:
    changed = next(logs.rglob("*.json"))
    changed.write_text(changed.read_text(encoding="utf-8").replace("0.", "1."), encoding="utf-8")
    lost = len(list((shards[2] / "runs").glob("*/*")))
    fresh = merged(logs, tmp_path / "site", shards[:2])
    assert fresh in (lost, lost + 1)
    assert len(list((tmp_path / "site" / "runs").glob("*/*"))) == 9


def test_shards_made_of_copies_hold_by_their_content(
    tmp_path: Path, logs: Path, shards: list[Path]
) -> None:
    """On another machine the files have other times and inodes."""
    kept = tmp_path / "kept"
    shutil.move(logs, kept)
    shutil.copytree(kept, logs)
    for path in logs.rglob("*.json"):
        os.utime(path, (1, 1))
    site = tmp_path / "site"
    assert merged(logs, site, shards) == 0
    assert run_batch(logs, site, Config(), Options()).fresh == 0


def test_a_result_that_no_longer_holds_is_taken_over_too(tmp_path: Path) -> None:
    log = history(tmp_path / "logs" / "a" / "history.json", 1)
    site, other = tmp_path / "site", tmp_path / "other"
    run_batch(tmp_path / "logs", site, Config(), Options())
    history(log, 2, epochs=30)
    run_batch(tmp_path / "logs", other, Config(), Options())
    assert merged(tmp_path / "logs", site, [other]) == 0
    assert everything(site) == everything(other)


@pytest.mark.parametrize(("lang", "reason"), [("en", "must be the same"), ("es", "deben ser")])
def test_the_summary_says_how_much_was_taken_over_and_why_nothing_was(
    tmp_path: Path, lang: str, reason: str
) -> None:
    logs, site, other = tree(tmp_path / "logs", 2), tmp_path / "site", tmp_path / "other"
    run_batch(logs, other, Config(), Options(lang=lang))
    wrong = Options(lang="es" if lang == "en" else "en", merge=(other,))
    assert reason in batch_summary(run_batch(logs, tmp_path / "wrong", Config(), wrong), site, lang)
    right = Options(lang=lang, merge=(other,))
    said = batch_summary(run_batch(logs, site, Config(), right), site, lang)
    assert {"en": "Took over 2 results of 2 logs", "es": "2 resultados de 2 logs"}[lang] in said
    again = batch_summary(run_batch(logs, site, Config(), right), site, lang)
    assert reason not in said + again


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_in_a_shard_is_not_followed(tmp_path: Path, logs: Path, shards: list[Path]) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    report = next((shards[0] / "runs").glob("*/*/report.html"))
    report.unlink()
    report.symlink_to(secret)
    assert merged(logs, tmp_path / "site", shards) == 1
    assert all(b"secret" not in content for content in everything(tmp_path / "site").values())


def test_a_damaged_state_costs_its_results_alone(
    tmp_path: Path, logs: Path, shards: list[Path]
) -> None:
    (shards[0] / ".state" / "results.sqlite").write_bytes(b"SQLite format 3\0\xff\n")
    assert merged(logs, tmp_path / "site", shards) == len(list((shards[0] / "runs").glob("*/*")))


@pytest.mark.parametrize("up", ["../../", "/"])
def test_a_folder_outside_the_runs_is_not_written_to(
    tmp_path: Path, logs: Path, shards: list[Path], up: str
) -> None:
    state = sqlite3.connect(shards[0] / ".state" / "results.sqlite")
    state.execute(
        "UPDATE results SET result=replace(result, ?, ?), head=replace(head, ?, ?)",
        ('"folder": "', f'"folder": "{up}', '[["', f'[["{up}'),
    )
    state.commit()
    state.close()
    shutil.copytree(shards[0] / "runs", tmp_path, dirs_exist_ok=True)
    site = tmp_path / "deep" / "site"
    assert merged(logs, site, shards) == len(list((shards[0] / "runs").glob("*/*")))
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_second_shard_in_one_site_is_refused_and_removes_nothing(
    logs: Path, shards: list[Path]
) -> None:
    before = everything(shards[0])
    with pytest.raises(AnalyzerError, match="has runs of other parts; give each --shard its own"):
        run_batch(logs, shards[0], Config(), Options(shard=Shard(2, SHARDS)))
    assert everything(shards[0]) == before
    assert run_batch(logs, shards[0], Config(), Options(shard=Shard(1, SHARDS))).fresh == 0


@pytest.mark.parametrize(("lang", "part"), [("en", "part 2 of 3"), ("es", "parte 2 de 3")])
def test_the_index_and_the_summary_of_a_shard_say_that_it_is_a_part(
    tmp_path: Path, logs: Path, lang: str, part: str
) -> None:
    site = tmp_path / "site"
    batch = run_batch(logs, site, Config(), Options(lang=lang, shard=Shard(2, SHARDS)))
    assert part in batch_summary(batch, site, lang)
    for page in ("index.html", "index.md"):
        assert part in (site / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["3", "0/3", "4/3", "1/0", "a/b", "1/1000000", "-1/3", "1/3 "])
def test_another_text_is_no_shard(text: str) -> None:
    with pytest.raises(AnalyzerError, match="the third of sixteen"):
        parse_shard(text)


def test_a_folder_that_is_no_site_is_refused(tmp_path: Path, logs: Path) -> None:
    with pytest.raises(AnalyzerError, match="not a site of a batch"):
        merged(logs, tmp_path / "site", [logs])
    with pytest.raises(PathNotFound, match="no such folder"):
        merged(logs, tmp_path / "site", [tmp_path / "none"])
    assert not (tmp_path / "site").exists()


def test_a_shard_without_logs_is_no_error(tmp_path: Path, logs: Path) -> None:
    done = call(logs, "-o", tmp_path / "site", "--shard", "77/100000")
    assert done.returncode == 0
    assert "Read 0 of 0 logs" in done.stdout

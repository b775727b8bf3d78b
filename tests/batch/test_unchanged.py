"""A batch in which nothing changed makes no units, and sees whatever did change."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.batch import pages
from analyzer.batch.job import Task, work
from analyzer.batch.result import Batch, Limits, Options, UnitResult
from analyzer.batch.shards import Shard
from analyzer.batch.site import run_batch
from analyzer.batch.summary import batch_summary
from analyzer.batch.tree import Unit, tree_print, walk
from analyzer.config import Config
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.reading.setting_folders import Folders
from analyzer.reading.site import DATABASE, PAGES
from tests.batch.conftest import everything, tree

QUICK = Options(reports=False)


def here(task: Task, units: Sequence[Unit], _: Limits) -> Iterator[tuple[Unit, UnitResult]]:
    """Read the units in this process."""
    for unit in units:
        yield unit, work(task, unit)


def made(logs: Path, site: Path, options: Options = QUICK, config: Config | None = None) -> Batch:
    return run_batch(logs, site, config or Config(), options, work_all=here)


def is_short(batch: Batch) -> bool:
    """Say whether a batch made no units."""
    return batch.glances is not None


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return four runs with settings, what Hydra recorded, a link to settings, and other files."""
    folder = tree(tmp_path / "logs", 4)
    (folder / "notes.md").write_text("no log\n", encoding="utf-8")
    (folder / "group0" / "run000" / "config.json").write_text('{"lr": 0.1}', encoding="utf-8")
    recorded = folder / "group1" / "run001" / ".hydra"
    recorded.mkdir()
    (recorded / "config.yaml").write_text("lr: 0.1\n", encoding="utf-8")
    for name in "ab":
        (folder / f"{name}.yaml").write_text(f"lr: {len(name)}\nname: {name}\n", encoding="utf-8")
    (folder / "group2" / "run002" / "config.yaml").symlink_to("../../a.yaml")
    return folder


@pytest.fixture
def site(tmp_path: Path, logs: Path) -> Path:
    """Return the site of the logs."""
    assert not is_short(made(logs, tmp_path / "site"))
    return tmp_path / "site"


def test_an_unchanged_folder_is_known_by_its_listing_alone(logs: Path, site: Path) -> None:
    before = everything(site), (site / ".state" / DATABASE).read_bytes()
    batch = made(logs, site)
    assert is_short(batch)
    assert (everything(site), (site / ".state" / DATABASE).read_bytes()) == before
    long = made(logs, site, replace(QUICK, rehash=True))
    assert not is_short(long)
    assert batch_summary(batch, site, "en") == batch_summary(long, site, "en")
    assert (batch.runs, batch.setting_names) == (long.runs, long.setting_names)
    assert (batch.unread, batch.names, batch.damaged) == (long.unread, long.names, long.damaged)


def _later(path: Path) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def _written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _replaced(path: Path) -> None:
    """Put another file with the same size and time in the place of one."""
    status, other = path.stat(), path.with_name("other")
    shutil.copy(path, other)
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def _linked(link: Path, target: str) -> None:
    link.unlink()
    link.symlink_to(target)


CHANGES: dict[str, Callable[[Path], object]] = {
    "time of a log": lambda logs: _later(logs / "group0/run000/history.json"),
    "inode of a log": lambda logs: _replaced(logs / "group0/run000/history.json"),
    "size of a log": lambda logs: _written(logs / "group0/run000/history.json", '{"loss": [1, 2]}'),
    "new log": lambda logs: _written(logs / "new" / "log.csv", "epoch,loss\n0,2\n1,1\n2,1\n"),
    "log gone": lambda logs: (logs / "group0/run000/history.json").unlink(),
    "log moved": lambda logs: (logs / "group0/run000").rename(logs / "group0/moved"),
    "settings beside": lambda logs: _written(logs / "group0/run000/config.json", '{"lr": 0.2}'),
    "settings gone": lambda logs: (logs / "group0/run000/config.json").unlink(),
    "new settings": lambda logs: _written(logs / "group0/run003/hparams.yaml", "lr: 3\n"),
    "settings above": lambda logs: _written(logs / "group1/config.yaml", "width: 3\n"),
    "recorded by Hydra": lambda logs: _written(logs / "group1/run001/.hydra/config.yaml", "lr: 5"),
    "newly recorded": lambda logs: _written(logs / "group0/run003/.hydra/config.yaml", "lr: 5"),
    "link to settings": lambda logs: _linked(logs / "group2/run002/config.yaml", "../../b.yaml"),
    "settings of a link": lambda logs: _written(logs / "a.yaml", "lr: 7\n"),
    "folder": lambda logs: (logs / "group0/run000/history").mkdir(),
    "other file": lambda logs: _written(logs / "more.md", "no log\n"),
    "broken link": lambda logs: (logs / "more").symlink_to("nowhere"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_folder_is_seen(
    change: str, tmp_path: Path, logs: Path, site: Path
) -> None:
    assert is_short(made(logs, site))
    CHANGES[change](logs)
    batch = made(logs, site)
    assert not is_short(batch)
    fresh = made(logs, tmp_path / "fresh")
    assert everything(site) == everything(tmp_path / "fresh")
    assert (
        batch_summary(batch, site, "en").splitlines()[:-1]
        == (batch_summary(fresh, site, "en").splitlines()[:-1])
    )
    if change != "broken link":  # which may be mended without a change of the folder
        assert is_short(made(logs, site))


OTHERS = {
    "language": (replace(QUICK, lang="es"), Config()),
    "reports": (Options(), Config()),
    "group": (replace(QUICK, group=("lr",)), Config()),
    "shard": (replace(QUICK, shard=Shard(1, 1)), Config()),
    "map": (QUICK, Config(metrics={"my": "val/loss"})),
}


@pytest.mark.parametrize("other", OTHERS)
def test_other_options_are_no_repetition(other: str, logs: Path, site: Path) -> None:
    assert not is_short(made(logs, site, *OTHERS[other]))
    assert is_short(made(logs, site, *OTHERS[other]))
    assert not is_short(made(logs, site))


def change_state(site: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(site / ".state" / DATABASE)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


LOSSES: dict[str, Callable[[Path], object]] = {
    "page": lambda site: (site / "runs.csv").unlink(),
    "page of the other language": lambda site: (site / "index.es.html").unlink(),
    "link in its place": lambda site: (
        (site / "runs.csv").rename(site.parent / "moved.csv")
        and (site / "runs.csv").symlink_to(site.parent / "moved.csv")
    ),
    "diagnosis": lambda site: next(site.glob("runs/*/*/diagnosis.json")).unlink(),
    "empty diagnosis": lambda site: next(site.glob("runs/*/*/diagnosis.json")).write_bytes(b""),
    "result": lambda site: change_state(site, "UPDATE results SET result='{}'"),
    "head": lambda site: change_state(site, "UPDATE results SET head='[]'"),
    "row": lambda site: change_state(site, "DELETE FROM results WHERE rowid=1"),
    "what is kept": lambda site: change_state(site, "UPDATE kept SET value='3' WHERE name='done'"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_lost_of_a_site_comes_back(loss: str, logs: Path, site: Path) -> None:
    before = everything(site)
    LOSSES[loss](site)
    assert not is_short(made(logs, site))
    assert everything(site) == before
    assert is_short(made(logs, site))


def test_the_pages_of_a_large_site_come_back(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGE", 2)
    site = tmp_path / "large"
    made(logs, site)
    before = everything(site)
    shutil.rmtree(site / "pages")
    assert not is_short(made(logs, site))
    assert everything(site) == before
    assert is_short(made(logs, site))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("unread", 3),
        ("unread", [["a", "not_a_log"]]),
        ("unread", [[3, "not_a_log", {}, False, None]]),
        ("unread", [["a", "x", {}, False, {"kind": 3}]]),
        ("names", [3]),
        ("units", "many"),
        ("settings", None),
        ("tree", None),
    ],
)
def test_a_damaged_memory_is_no_memory(key: str, value: object, logs: Path, site: Path) -> None:
    connection = sqlite3.connect(site / ".state" / DATABASE)
    ((kept,),) = connection.execute("SELECT value FROM kept WHERE name='done'").fetchall()
    connection.close()
    damaged = json.dumps({**json.loads(kept), key: value})
    change_state(site, "UPDATE kept SET value=? WHERE name='done'", damaged)
    assert not is_short(made(logs, site))
    assert is_short(made(logs, site))


def test_notes_change_the_pages(logs: Path, site: Path) -> None:
    folder = next(site.glob("runs/*/*")).name
    line = {"note_on": folder, "date": "2026-01-01", "note": "hello"}
    (site / "notes.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert not is_short(made(logs, site))
    assert is_short(made(logs, site))


def test_a_log_that_failed_is_tried_again(tmp_path: Path, logs: Path) -> None:
    def failing(task: Task, units: Sequence[Unit], _: Limits) -> Iterator[tuple[Unit, UnitResult]]:
        from analyzer.batch.result import Failure

        for at, unit in enumerate(units):
            failed = UnitResult(failures=(Failure("took_too_long", {"seconds": 1.0}),))
            yield unit, work(task, unit) if at else failed

    run_batch(logs, tmp_path / "site", Config(), QUICK, work_all=failing)
    batch = made(logs, tmp_path / "site")
    assert (is_short(batch), batch.fresh) == (False, 1)


def test_a_site_among_the_logs_is_known_too(logs: Path) -> None:
    for _ in range(2):
        made(logs, logs / "site")  # after the first call the folder has the site too
    assert is_short(made(logs, logs / "site"))


def test_the_print_of_a_listing_is_that_of_a_walk(logs: Path) -> None:
    tree = walk(logs, parsers_for(ReadOptions()), {})
    assert tree.print == tree_print(logs)
    (logs / "more").symlink_to("nowhere")
    assert not walk(logs, parsers_for(ReadOptions()), {}).print  # the link may lead there one day


def test_no_page_of_a_site_is_taken_for_settings(tmp_path: Path) -> None:
    for name in (*PAGES, "runs.parquet", "notes.jsonl", "diagnosis.json", "points.parquet"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert not Folders(tmp_path).files_beside([Path()])

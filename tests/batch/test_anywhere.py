"""A site is the same whether its logs, the site itself or both lie in a store.

The store is ``folder://``, which goes the way of every store and needs no server; the tests of
tests/remote/test_batch_s3.py do the same with S3.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.anywhere import run_anywhere
from analyzer.batch.result import Options
from analyzer.config import Config
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.remote.places import place_of
from analyzer.remote.store import Store

Make = dict[str, Callable[..., Any]]
pytest.importorskip("fsspec")


def url(path: Path) -> str:
    return f"folder://{path.as_posix()}"


STORE = """
from fsspec.implementations.local import LocalFileSystem

class FolderStore(LocalFileSystem):
    protocol = ("folder",)
"""


@pytest.fixture(autouse=True)
def folder_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make ``folder://`` a store, here and in other processes, as an installed package would."""
    import fsspec

    place = tmp_path_factory.mktemp("packages")
    (place / "folder_store.py").write_text(STORE, encoding="utf-8")
    info = place / "folder_store-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: folder_store\nVersion: 1.0\n", encoding="utf-8")
    entry = "[fsspec.specs]\nfolder = folder_store.FolderStore\n"
    (info / "entry_points.txt").write_text(entry, encoding="utf-8")
    monkeypatch.syspath_prepend(str(place))
    paths = [str(place), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    fsspec.register_implementation("folder", "folder_store.FolderStore", clobber=True)


def test_every_mix_of_places_gives_the_same_site(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 6)
    (logs / "group0" / "notes.bin").write_bytes(bytes(20_000))  # is no log, and said to be none
    here, read, written, both = (tmp_path / name for name in ("here", "read", "written", "both"))
    assert make["call"](logs, "-o", here).returncode == 0
    for source, site in ((url(logs), read), (logs, url(written)), (url(logs), url(both))):
        done = make["call"](source, "-o", site)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"Read 6 of 6 logs; 6 runs in all. Wrote {site}/index.html" in done.stdout
    wanted = make["everything"](here)
    for site in (read, written, both):
        assert make["everything"](site) == wanted
        assert not (site / ".state" / "lock").exists() or site == read


def test_pages_are_written_before_they_are_put(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = make["tree"](tmp_path / "logs", 4)
    monkeypatch.setattr("analyzer.batch.site._FIRST", 3)
    monkeypatch.setattr("analyzer.batch.remote_site._FIRST", 3)
    names: list[str] = []
    real = Store.put

    def noted(self: Store, name: str, content: bytes) -> None:
        names.append(name)
        real(self, name, content)

    monkeypatch.setattr(Store, "put", noted)
    options = Options(reports=False)
    run_anywhere(logs, place_of(url(tmp_path / "site")), Config(), options)
    assert names.index("index.html") < names.index(".state/results.sqlite")


def test_a_second_call_reads_only_what_changed(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 4), tmp_path / "site"
    make["call"](url(logs), "-o", url(site))
    before = {path: path.stat().st_mtime_ns for path in (site / "runs").rglob("*.json")}
    assert "Read 0 of 4 logs" in make["call"](url(logs), "-o", url(site)).stdout
    assert {path: path.stat().st_mtime_ns for path in (site / "runs").rglob("*.json")} == before
    make["history"](logs / "group0" / "run000" / "history.json", 77)
    assert "Read 1 of 4 logs" in make["call"](url(logs), "-o", url(site)).stdout
    assert make["call"](logs, "-o", tmp_path / "here").returncode == 0
    assert make["everything"](site) == make["everything"](tmp_path / "here")


def test_runs_that_went_and_reports_that_nobody_wants_go(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 3), tmp_path / "site"
    make["call"](url(logs), "-o", url(site))
    shutil.rmtree(logs / "group1")
    make["call"](url(logs), "-o", url(site), "--no-reports")
    left = sorted(path.name for path in (site / "runs").rglob("*") if path.is_file())
    assert left == ["diagnosis.json", "diagnosis.json"]


def test_shards_in_a_store_are_merged(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 6), tmp_path / "site"
    merge: list[str] = []
    for number in (1, 2):
        part = url(tmp_path / f"part{number}")
        assert make["call"](url(logs), "-o", part, "--shard", f"{number}/2").returncode == 0
        merge += ["--merge", part]
    done = make["call"](url(logs), "-o", url(site), *merge)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Read 0 of 6 logs" in done.stdout
    make["call"](logs, "-o", tmp_path / "here")
    assert make["everything"](site) == make["everything"](tmp_path / "here")


def test_the_state_names_no_folder_for_temporary_files(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 2), tmp_path / "site"
    make["call"](url(logs), "-o", url(site))
    for path in site.rglob("*"):
        assert path.is_dir() or b"analyzer-remote" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("logs", "site", "words"),
    [
        ("logs", "logs", "is the folder of the logs itself"),
        ("none", "site", "none: no such bucket, folder or file"),
        ("logs", "taken", "contains other objects; choose an empty folder for -o"),
        ("logs", "file", "is a file; choose another -o"),
        ("file", "site", "is a file; name its folder"),
    ],
)
def test_wrong_places_get_one_line(
    tmp_path: Path, make: Make, logs: str, site: str, words: str
) -> None:
    make["tree"](tmp_path / "logs", 1)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.tex").write_text("...", encoding="utf-8")
    (tmp_path / "file").write_text("...", encoding="utf-8")
    with pytest.raises(AnalyzerError) as raised:
        run_anywhere(
            place_of(url(tmp_path / logs)), place_of(url(tmp_path / site)), Config(), Options()
        )
    assert str(raised.value).startswith("folder:///")
    assert words in str(raised.value)
    assert "analyzer-remote" not in str(raised.value)
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["thesis.tex"]


def test_a_site_in_memory_is_refused(tmp_path: Path, make: Make) -> None:
    make["tree"](tmp_path / "logs", 1)
    with pytest.raises(AnalyzerError, match="memory://site: exists in one process"):
        run_anywhere(tmp_path / "logs", place_of("memory://site"), Config(), Options())


def test_a_site_that_another_batch_holds_is_refused(tmp_path: Path, make: Make) -> None:
    logs, site = make["tree"](tmp_path / "logs", 1), tmp_path / "site"
    make["call"](logs, "-o", url(site))
    lock = site / ".state" / "lock"
    lock.write_text(json.dumps({"owner": "another", "at": time.time() - 60}), encoding="utf-8")
    done = make["call"](logs, "-o", url(site))
    assert done.returncode == 2
    assert "another batch is writing here (last sign of life at " in done.stderr
    assert lock.exists()
    lock.write_text(json.dumps({"owner": "killed", "at": time.time() - 3600}), encoding="utf-8")
    assert make["call"](logs, "-o", url(site)).returncode == 0
    assert not lock.exists()


def test_a_merged_site_must_be_there(tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 1)
    missing = place_of(url(tmp_path / "missing"))
    with pytest.raises(PathNotFound, match="no such bucket, folder or file"):
        run_anywhere(logs, tmp_path / "site", Config(), Options(), (missing,))

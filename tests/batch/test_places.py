"""A site that a stranger prepared: a batch follows no link in it and removes nobody's files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.pages import pages
from analyzer.batch.places import check_places, mark_as_ours, remove_runs
from analyzer.batch.result import Options
from analyzer.batch.writing import held
from analyzer.errors import AnalyzerError
from analyzer.reading.site import PAGES, index_page

Make = dict[str, Callable[..., Any]]
RUN = "01/a-0123456789"


@pytest.fixture
def logs(tmp_path: Path, make: Make) -> Path:
    make["table"](tmp_path / "logs" / "a" / "log.csv", rows=6)
    return tmp_path / "logs"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return an empty site with the mark of a batch."""
    folder = tmp_path / "site"
    with held(folder):
        mark_as_ours(folder)
    return folder


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    folder = tmp_path / "victim"
    folder.mkdir()
    (folder / "thesis.txt").write_text("precious", encoding="utf-8")
    return folder


def refused(make: Make, logs: Path, site: Path) -> str:
    done = make["call"](logs, "-o", site)
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    return str(line)


@pytest.mark.parametrize(
    "place",
    [
        *("pages", "runs", f"runs/{RUN}", ".state/tmp", ".state/lock", ".state/results.sqlite"),
        *(".state/results.sqlite-wal", ".state/results.sqlite-journal", ".state/files.json"),
    ],
)
def test_a_link_in_the_site_is_refused_and_not_followed(
    logs: Path, site: Path, victim: Path, make: Make, place: str
) -> None:
    link = site / place
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_dir():
        link.rmdir()
    link.unlink(missing_ok=True)
    to = (
        victim if place in ("pages", "runs", f"runs/{RUN}", ".state/tmp") else victim / "thesis.txt"
    )
    link.symlink_to(to)
    assert f"{place}: is a link" in refused(make, logs, site)
    assert [path.name for path in victim.iterdir()] == ["thesis.txt"]
    assert (victim / "thesis.txt").read_text(encoding="utf-8") == "precious"


def test_a_link_for_the_state_itself_is_refused(
    logs: Path, site: Path, tmp_path: Path, make: Make
) -> None:
    (site / ".state").rename(tmp_path / "elsewhere")
    (site / ".state").symlink_to(tmp_path / "elsewhere")
    assert ".state: is a link" in refused(make, logs, site)


def test_the_site_given_may_itself_be_a_link(
    logs: Path, site: Path, tmp_path: Path, make: Make
) -> None:
    (tmp_path / "way").symlink_to(site)
    assert make["call"](logs, "-o", tmp_path / "way").returncode == 0
    assert (site / "index.html").is_file()


def test_links_in_the_place_of_files_are_replaced(
    logs: Path, site: Path, victim: Path, make: Make
) -> None:
    assert make["call"](logs, "-o", site).returncode == 0
    places = [site / "index.html", *site.glob("runs/*/*/report.html")]
    whole = [path.read_bytes() for path in places]
    for path in places:
        path.unlink()
        path.symlink_to(victim / "thesis.txt")
    assert make["call"](logs, "-o", site).returncode == 0
    assert [path.read_bytes() for path in places] == whole
    assert not any(path.is_symlink() for path in places)
    assert (victim / "thesis.txt").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("name", ["results.sqlite", "results.sqlite-wal"])
def test_a_hard_link_in_the_state_is_not_written_through(
    logs: Path, site: Path, victim: Path, make: Make, name: str
) -> None:
    (site / ".state" / name).hardlink_to(victim / "thesis.txt")
    assert "second name" in refused(make, logs, site)
    assert (victim / "thesis.txt").read_text(encoding="utf-8") == "precious"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_pipe_in_the_state_is_not_waited_for(logs: Path, site: Path, make: Make) -> None:
    os.mkfifo(site / ".state" / "results.sqlite-shm")
    os.mkfifo(site / ".state" / "pages")
    assert make["call"](logs, "-o", site).returncode == 0
    os.mkfifo(site / ".state" / "results.sqlite-wal")
    assert "cannot write here" in refused(make, logs, site)


def test_a_folder_of_the_user_among_the_runs_is_refused(logs: Path, site: Path, make: Make) -> None:
    mine = site / "runs" / "mine" / "model.bin"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"x")
    assert "runs/mine: is a folder that no batch wrote" in refused(make, logs, site)
    assert mine.read_bytes() == b"x"


def test_a_folder_with_files_of_somebody_stays_when_its_run_goes(
    logs: Path, site: Path, make: Make
) -> None:
    make["table"](logs / "b" / "log.csv", rows=7)
    assert make["call"](logs, "-o", site).returncode == 0
    kept, gone = sorted(site.glob("runs/*/*"))
    (kept / "notes.txt").write_text("mine", encoding="utf-8")
    shutil.rmtree(logs)
    make["table"](logs / "c" / "log.csv", rows=8)
    done = make["call"](logs, "-o", site)
    assert f"runs/{kept.parent.name}/{kept.name}: its run is gone" in done.stdout
    assert sorted(path.name for path in kept.iterdir()) == [
        "diagnosis.json",
        "notes.txt",
        "report.html",
    ]
    assert not gone.exists()


def test_files_of_the_user_in_the_temporary_folder_stay(logs: Path, site: Path, make: Make) -> None:
    (site / ".state" / "tmp" / "thesis.txt").write_text("precious", encoding="utf-8")
    assert make["call"](logs, "-o", site).returncode == 0
    assert (site / ".state" / "tmp" / "thesis.txt").is_file()


@pytest.mark.parametrize("left", ["", "lock", "tmp", "tmp/analyzer-0123456789abcdef.part"])
def test_a_site_of_a_batch_killed_before_its_note_is_finished(
    logs: Path, tmp_path: Path, left: str
) -> None:
    place = tmp_path / "site" / ".state" / left
    place.parent.mkdir(parents=True)
    if left in ("", "tmp"):
        place.mkdir(exist_ok=True)
    else:
        place.write_bytes(b"")
    check_places(logs, tmp_path / "site")


@pytest.mark.parametrize("other", ["notes", ".state/notes", ".state/tmp/notes", ".state/lock/a"])
def test_a_folder_of_somebody_with_such_a_state_is_refused(
    logs: Path, tmp_path: Path, other: str
) -> None:
    place = tmp_path / "site" / other
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    place.parent.mkdir(exist_ok=True)
    place.write_text("precious", encoding="utf-8")
    with pytest.raises(AnalyzerError, match="contains other files"):
        check_places(logs, tmp_path / "site")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_no_batch_wrote_is_not_replaced(
    logs: Path, site: Path, make: Make, name: str
) -> None:
    (site / name).write_text("<html>the home page of a user", encoding="utf-8")
    assert f"{name}: is not a page that a batch wrote" in refused(make, logs, site)
    assert (site / name).read_text(encoding="utf-8").startswith("<html>the home")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_page_begins_as_the_next_batch_expects(make: Make, lang: str) -> None:
    batch = make["batch"]([make["record"](0)])
    made = dict(pages(batch, Options(lang=lang), missing=0))
    assert made.keys() == PAGES.keys() - {index_page(lang)}
    for name, content in made.items():
        assert not content or content.startswith(PAGES[name]), name


def test_a_read_only_folder_is_one_line(tmp_path: Path, logs: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "locked").mkdir(mode=0o500)
    with (
        pytest.raises(AnalyzerError, match="cannot write here: Permission denied"),
        held(tmp_path / "locked" / "site"),
    ):
        pass


def test_places_are_checked_without_a_site(tmp_path: Path, logs: Path) -> None:
    check_places(logs, tmp_path / "none")
    assert remove_runs(tmp_path, frozenset()) == ()

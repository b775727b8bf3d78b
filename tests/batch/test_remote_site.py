from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.batch import database, remote_site
from analyzer.batch.remote_site import opened_site
from analyzer.batch.state import State
from analyzer.batch.writing import put
from analyzer.errors import AnalyzerError
from analyzer.reading.site import SITE_NOTE
from analyzer.remote.placeholders import lacks
from analyzer.remote.places import Place, place_of
from analyzer.remote.store import Store

pytest.importorskip("fsspec")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = tmp_path / "site"
    for name, content in {
        ".state/README": SITE_NOTE,
        ".state/units.jsonl": b"{}\n" * 9000,
        ".state/tmp/part": b"x",
        "index.html": b'<!doctype html>\n<html lang="' + b"x" * 20_000,
        "notes.jsonl": b'{"note_on": ' + b"x" * 20_000,
        "runs/a-0123456789/report.html": b"x" * 20_000,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return place_of(f"file://{folder.as_posix()}")


@pytest.fixture
def puts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the objects that are put, in their order."""
    names: list[str] = []
    real = Store.put

    def noted(self: Store, name: str, content: bytes) -> None:
        if not name.endswith("lock"):
            names.append(name)
        real(self, name, content)

    monkeypatch.setattr(Store, "put", noted)
    return names


def test_state_and_notes_are_whole_and_reports_are_not_read(place: Place) -> None:
    with opened_site(place) as site:
        assert (site.root / ".state/units.jsonl").read_bytes() == b"{}\n" * 9000
        assert (site.root / "notes.jsonl").read_bytes().startswith(b'{"note_on": xxx')
        report = site.root / "runs/a-0123456789/report.html"
        assert report.stat().st_size == 20_000
        assert lacks(report, report.stat(), whole=False)
        assert not (site.root / ".state/tmp").exists()


def test_what_does_not_change_is_not_put(place: Place, puts: list[str]) -> None:
    with opened_site(place):
        pass
    assert puts == []


def test_files_of_runs_go_at_once_then_pages_then_the_index_then_the_state(
    place: Place, puts: list[str], tmp_path: Path
) -> None:
    with opened_site(place) as site:
        (site.root / ".state/tmp").mkdir()
        for name in ("index.html", "runs.csv", ".state/pages", "runs/b-0123456789/report.html"):
            put(site.root, site.root / name, name.encode())
        assert puts == ["runs/b-0123456789/report.html"]
        assert (site.root / "runs/b-0123456789/report.html").stat().st_size == 1
    assert puts == ["runs/b-0123456789/report.html", "runs.csv", "index.html", ".state/pages"]
    for name in puts:
        assert (tmp_path / "site" / name).read_bytes() == name.encode()


def test_what_the_batch_removed_is_removed(place: Place, tmp_path: Path) -> None:
    with opened_site(place) as site:
        (site.root / "runs/a-0123456789/report.html").unlink()
    assert not (tmp_path / "site/runs/a-0123456789/report.html").exists()


def test_a_batch_that_fails_keeps_its_state_and_lets_the_lock_go(
    place: Place, puts: list[str], tmp_path: Path
) -> None:
    def fail() -> None:
        with opened_site(place) as site:
            (site.root / ".state/units.jsonl").write_bytes(b"more\n")
            (site.root / "runs.csv").write_bytes(b"half")
            raise AnalyzerError(f"{site.root}/runs: full")

    with pytest.raises(AnalyzerError, match="full") as raised:
        fail()
    assert puts == [".state/units.jsonl"]
    assert not (tmp_path / "site/.state/lock").exists()
    assert str(raised.value) == f"{place.url}/runs: full"


def test_pages_and_state_are_put_now_and_then(
    place: Place, puts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_site, "_FIRST", 2)
    with opened_site(place) as site:
        (site.root / ".state/units.jsonl").write_bytes(b"more\n")
        site.count()
        assert puts == []
        site.count()
        assert puts == [".state/units.jsonl"]


def test_a_batch_whose_lock_was_taken_stops_and_puts_nothing(
    place: Place, puts: list[str], tmp_path: Path
) -> None:
    def go_on() -> None:
        with opened_site(place) as site:
            (site.root / ".state/units.jsonl").write_bytes(b"more\n")
            (tmp_path / "site/.state/lock").write_bytes(b'{"owner": "another", "at": 0}')
            site._lock.beat()
            site.count()

    with pytest.raises(AnalyzerError, match="another batch took"):
        go_on()
    assert puts == []
    assert (tmp_path / "site/.state/lock").exists()


def test_a_new_site_is_an_empty_mirror(tmp_path: Path, puts: list[str]) -> None:
    (tmp_path / "site").mkdir()
    with opened_site(place_of(f"file://{(tmp_path / 'site').as_posix()}")) as site:
        assert list(site.root.iterdir()) == []
    assert puts == []


def test_memory_is_no_place_for_a_site() -> None:
    place = place_of("memory://site")
    with pytest.raises(AnalyzerError, match="in one process"), opened_site(place):
        pass


def test_the_state_is_put_as_one_whole_database(place: Place, tmp_path: Path) -> None:
    with opened_site(place) as site, State.opened(site.root) as state:
        state.keep_pages("as made")
        site.put_state()
        with database.copied(site.root) as own:
            assert own is not None
    with opened_site(place) as site:
        assert not list((site.root / ".state").glob("*-wal"))
        with State.copied(site.root) as state:
            assert state.pages() == "as made"

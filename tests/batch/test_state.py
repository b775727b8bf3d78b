"""The state of a batch: finished results are kept, what is damaged is done again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from analyzer import synthetic
from analyzer.batch.fingerprints import Prints
from analyzer.batch.known import KnownFiles
from analyzer.batch.record import record_of
from analyzer.batch.result import Failure, Options, UnitResult
from analyzer.batch.state import State, Stored
from analyzer.batch.tree import KnownFile
from analyzer.engine import diagnose
from analyzer.model.issues import LogIssue, Skipped

FOLDER = "01/run-0123456789"


def stored(unit: str) -> Stored:
    record = record_of(diagnose(synthetic.healthy(1).run), unit, FOLDER)
    result = UnitResult(
        records=(record,),
        issues=(LogIssue("error", unit, "cannot_open", values={"error": "x"}),),
        skipped=(Skipped("b", "link_out_of_folder"),),
        failures=(Failure("took_too_long", {"seconds": 1.0}),),
    )
    return Stored(unit, Prints("s", None), result)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / ".state" / "tmp").mkdir(parents=True)
    return tmp_path


def keep(site: Path, *units: str) -> None:
    with State.opened(site) as state:
        for unit in units:
            state.add(stored(unit))


def change(site: Path, statement: str, *values: object) -> None:
    """Change a state as a stranger or a fault of a disk would."""
    connection = sqlite3.connect(site / ".state" / "results.sqlite")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def kept(site: Path) -> list[str]:
    with State.opened(site) as state:
        return [own.unit for own in state.stored()]


def test_results_are_read_as_they_were_in_the_order_of_their_units(site: Path) -> None:
    keep(site, "b", "caf\udce9", "a")
    with State.opened(site) as state:
        assert list(state.stored()) == [stored("a"), stored("b"), stored("caf\udce9")]
        assert state.get("a") == stored("a")
        assert state.head("a") == stored("a").head
        assert state.get("c") is None
        assert state.keys() == {"a", "b", "caf\udce9"}


def test_a_result_is_on_the_disk_before_the_state_is_closed(site: Path, tmp_path: Path) -> None:
    with State.opened(site) as state:
        state.add(stored("a"))
        with State.copied(site) as copy:  # what a kill would leave
            assert copy.get("a") == stored("a")


def test_a_closed_state_is_one_file(site: Path) -> None:
    keep(site, "a")
    names = {path.name for path in (site / ".state").iterdir()}
    assert names == {"tmp", "results.sqlite"}


def test_a_state_that_does_not_change_keeps_its_file(site: Path) -> None:
    keep(site, "a")
    path = site / ".state" / "results.sqlite"
    before = path.stat().st_mtime_ns
    with State.opened(site) as state:
        state.forget(set())
        assert state.keys() == {"a"}
    assert path.stat().st_mtime_ns == before


def test_what_is_forgotten_or_renewed_stays_so(site: Path) -> None:
    keep(site, "a", "b")
    with State.opened(site) as state:
        before = state.digest()
        state.renew("b", Prints("new", "content"))
        assert state.digest() == before
        state.forget({"a"})
        assert state.digest() != before
    with State.opened(site) as state:
        head = state.head("b")
        assert head is not None
        assert head.prints == Prints("new", "content")
        assert state.keys() == {"b"}


def test_the_digest_does_not_depend_on_the_order_of_the_results(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / ".state" / "tmp").mkdir(parents=True)
    keep(site, "a", "b")
    keep(other, "b", "a")
    with State.opened(site) as first, State.opened(other) as second:
        assert first.digest() == second.digest()


@pytest.mark.parametrize(
    "result", ["", "{}", "[]", "3", '{"runs": [3]}', b"\xff", None, '{"runs": ' + "[" * 9000]
)
def test_a_damaged_result_is_missing(site: Path, result: object) -> None:
    keep(site, "a", "b")
    change(site, "UPDATE results SET result=? WHERE unit=?", result, b"a")
    assert kept(site) == ["b"]


def test_a_result_that_is_no_text_is_missing(site: Path) -> None:
    keep(site, "a", "b")
    change(site, "UPDATE results SET result=CAST(x'ff' AS TEXT), stamps=3 WHERE unit=x'61'")
    assert kept(site) == ["b"]


@pytest.mark.parametrize("head", ["", "{}", "[true]", '[true, [["../../x", true]]]', None])
def test_a_damaged_head_is_missing(site: Path, head: object) -> None:
    keep(site, "a")
    change(site, "UPDATE results SET head=?", head)
    with State.opened(site) as state:
        assert state.head("a") is None


@pytest.mark.parametrize("to", ["verdicT", None])
def test_a_damaged_result_has_no_head(site: Path, to: str | None) -> None:
    keep(site, "a", "b")
    change(site, "UPDATE results SET result=replace(result, 'verdict', ?) WHERE unit=x'61'", to)
    with State.opened(site) as state:
        assert state.head("a") is None
        assert state.get("a") is None
        assert state.head("b") == stored("b").head


@pytest.mark.parametrize(
    "damage", ["unit='a'", "unit=NULL", "unit=7", "unit=x'ff'", "digest=NULL", "digest=x'61'"]
)
def test_a_result_without_a_unit_or_a_digest_is_removed(site: Path, damage: str) -> None:
    keep(site, "a", "b")
    change(site, f"UPDATE results SET {damage} WHERE unit=x'61'")
    for opened in (State.copied, State.opened):
        with opened(site) as state:
            assert state.keys() == {"b"}
            assert [own.unit for own in state.stored()] == ["b"]
            assert state.digest()


@pytest.mark.parametrize("up", ["../../", "/"])
def test_a_folder_outside_the_runs_is_damage(site: Path, up: str) -> None:
    keep(site, "a")
    result = json.dumps(stored("a").result.to_dict()).replace(FOLDER, up + FOLDER)
    digest = hashlib.sha256(result.encode()).hexdigest()[:32]
    change(site, "UPDATE results SET result=?, digest=?", result, digest)
    assert kept(site) == []


def test_files_of_an_older_state_are_removed(site: Path) -> None:
    (site / ".state" / "units.jsonl").write_text("{}\n", encoding="utf-8")
    assert kept(site) == []
    assert not (site / ".state" / "units.jsonl").exists()


def test_what_is_known_of_files_is_kept(site: Path) -> None:
    files = {
        "a.csv": KnownFile((1, 2, 3), "csv_table"),
        "caf\udce9.bin": KnownFile((1, 2, 1 << 63), None, "not_a_log", {"size": 4}),
    }
    known = KnownFiles()
    known.update(files)
    with State.opened(site) as state:
        state.remember(known, "these settings")
    with State.opened(site) as state:
        assert dict(state.known("these settings")) == files
        assert dict(state.known("others")) == {}


@pytest.mark.parametrize("text", ["", "[]", "3", "not json", "[1, 2]", None, b"\xff"])
def test_a_damaged_file_is_not_known(site: Path, text: object) -> None:
    known = KnownFiles()
    known["a.csv"] = KnownFile((1, 2, 3), "csv_table")
    with State.opened(site) as state:
        state.remember(known, "c")
    change(site, "UPDATE files SET file=?", text)
    with State.opened(site) as state:
        assert state.known("c").get("a.csv") is None


@pytest.mark.parametrize("text", ["", "[]", "3", "not json", '{"lang": "es"}'])
def test_damaged_options_are_the_usual_ones(site: Path, text: str) -> None:
    with State.opened(site) as state:
        state.keep_options(Options(lang="es", reports=False))
        assert state.options() == Options(lang="es", reports=False)
    change(site, "UPDATE kept SET value=? WHERE name='options'", text)
    with State.opened(site) as state:
        assert state.options() == Options()


def test_a_state_that_is_not_ours_is_read_and_stays_as_it_is(site: Path) -> None:
    keep(site, "a")
    before = (site / ".state" / "results.sqlite").read_bytes()
    with State.copied(site) as state:
        state.add(stored("b"))
        assert state.keys() == {"a", "b"}
    assert (site / ".state" / "results.sqlite").read_bytes() == before
    assert kept(site) == ["a"]


def test_a_site_without_a_state_has_no_results(tmp_path: Path) -> None:
    with State.copied(tmp_path) as state:
        assert list(state.stored()) == []
        assert state.get("a") is None

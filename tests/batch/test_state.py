"""The state of a batch: whole lines are kept, and what is torn, damaged or old is done again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer import synthetic
from analyzer.batch.fingerprints import Prints
from analyzer.batch.record import record_of
from analyzer.batch.result import Failure, UnitResult
from analyzer.batch.state import State, Stored, known_files
from analyzer.batch.tree import KnownFile
from analyzer.engine import diagnose
from analyzer.model.issues import LogIssue, Skipped


def stored(unit: str) -> Stored:
    record = record_of(diagnose(synthetic.healthy(1).run), unit, "run-0123456789")
    result = UnitResult(
        records=(record,),
        issues=(LogIssue("error", unit, "cannot_open", values={"error": "x"}),),
        skipped=(Skipped("b", "link_out_of_folder"),),
        failures=(Failure("took_too_long", {"seconds": 1.0}),),
    )
    return Stored(unit, Prints("s", None), result)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Return the file of the results of a site."""
    path = tmp_path / ".state" / "units.jsonl"
    (tmp_path / ".state" / "tmp").mkdir(parents=True)
    return path


def keep(site: Path, *units: str) -> None:
    state = State(site)
    for unit in units:
        state.add(stored(unit))
    state.close()


def test_results_are_the_same_after_a_kill(tmp_path: Path, lines: Path) -> None:
    keep(tmp_path, "a", "b")
    assert State(tmp_path).results == {"a": stored("a"), "b": stored("b")}
    with lines.open("a", encoding="utf-8") as file:
        file.write('{"schema": 2, "un')
    keep(tmp_path, "c")
    assert set(State(tmp_path).results) == {"a", "b", "c"}


def test_results_of_an_older_format_are_made_again(tmp_path: Path, lines: Path) -> None:
    keep(tmp_path, "a", "b")
    first, second = lines.read_text(encoding="utf-8").splitlines()
    old = json.dumps({**json.loads(first), "schema": 1})
    lines.write_text(f"{old}\n{second}\n", encoding="utf-8")
    state = State(tmp_path)
    assert set(state.results) == {"b"}
    assert state.torn


def test_rewriting_leaves_one_line_a_unit_in_order(tmp_path: Path, lines: Path) -> None:
    keep(tmp_path, "b", "a", "b", "c")
    state = State(tmp_path)
    assert state.keep_only({"a", "b"})
    state.rewrite()
    units = [json.loads(line)["unit"] for line in lines.read_text(encoding="utf-8").splitlines()]
    assert units == ["a", "b"]


def test_what_is_known_of_files_is_kept(tmp_path: Path, lines: Path) -> None:
    known = {
        "a.csv": KnownFile((1, 2, 3), "csv_table"),
        "b.bin": KnownFile((1, 2, 4), None, "not_a_log", {"size": 4}),
    }
    State(tmp_path).remember(known, "these settings")
    assert known_files(tmp_path, "these settings") == known
    assert known_files(tmp_path, "others") == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "not json",
        '{"a": 3, "x": ["y"]}',
        '{"print": "p", "files": [1]}',
        '{"print": "p", "files": {"a": 3, "x": ["y"]}}',
    ],
)
def test_damaged_knowledge_is_none(tmp_path: Path, lines: Path, text: str) -> None:
    (tmp_path / ".state" / "files.json").write_text(text, encoding="utf-8")
    assert known_files(tmp_path, "p") == {}

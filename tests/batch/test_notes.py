"""Notes of users on runs: what was written is read, and nothing else in the file does harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.batch.notes import LONGEST, Note, add, read_notes
from analyzer.errors import AnalyzerError


def test_notes_are_read_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    add(tmp_path, "a-0", "2026-01-02", note="first")
    add(tmp_path, "b-0", "2026-01-02", note="of another run")
    add(tmp_path, "a-0", "2026-01-03", note="second")
    notes = read_notes(tmp_path)
    assert notes["a-0"].notes == (Note("2026-01-02", "first"), Note("2026-01-03", "second"))
    assert notes["b-0"].notes == (Note("2026-01-02", "of another run"),)


def test_an_item_is_done_until_it_is_open_again(tmp_path: Path) -> None:
    add(tmp_path, "a-0", "2026-01-02", done="Repeat.")
    add(tmp_path, "a-0", "2026-01-02", done="Log the seed.")
    assert read_notes(tmp_path)["a-0"].done == {"Repeat.", "Log the seed."}
    add(tmp_path, "a-0", "2026-01-03", open="Repeat.")
    assert read_notes(tmp_path)["a-0"].done == {"Log the seed."}


def test_a_site_without_notes_has_none(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == {}
    assert read_notes(tmp_path / "missing") == {}


DAMAGED = [
    "{",
    "[]",
    "7",
    '"note_on"',
    '{"note_on": "a"}x',
    "\0",
    '{"note": "of no run"}',
    "[" * 5000,
]


@pytest.mark.parametrize("line", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_line_costs_only_itself(tmp_path: Path, line: str) -> None:
    (tmp_path / "notes.jsonl").write_text(line + "\n", encoding="utf-8")
    add(tmp_path, "a-0", "2026-01-02", note="kept")
    assert [note.text for note in read_notes(tmp_path)["a-0"].notes] == ["kept"]


def test_a_line_cut_by_a_kill_does_not_swallow_the_next(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text('{"note_on": "a-0", "da', encoding="utf-8")
    add(tmp_path, "a-0", "2026-01-02", note="kept")
    assert [note.text for note in read_notes(tmp_path)["a-0"].notes] == ["kept"]


def test_a_note_written_by_hand_fits_one_line(tmp_path: Path) -> None:
    long = {"note_on": "a-0", "date": "2026-01-02T10:00", "note": "two\nlines " + "x" * 9999}
    (tmp_path / "notes.jsonl").write_text(json.dumps(long), encoding="utf-8")
    ((date, text),) = read_notes(tmp_path)["a-0"].notes
    assert date == "2026-01-02"
    assert text.startswith("two lines x")
    assert len(text) == LONGEST


def test_a_link_is_neither_read_nor_written_through(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text('{"note_on": "a-0", "date": "", "note": "elsewhere"}\n', encoding="utf-8")
    site = tmp_path / "site"
    site.mkdir()
    (site / "notes.jsonl").symlink_to(target)
    before = target.read_bytes()
    assert read_notes(site) == {}
    with pytest.raises(AnalyzerError, match=r"notes\.jsonl"):
        add(site, "a-0", "2026-01-02", note="x")
    assert target.read_bytes() == before

"""Notes on runs and ticked items of their checklists, in ``notes.jsonl`` of a site.

A batch reads the file and never writes it, so what stands there survives every batch; ``analyzer
note`` appends a line at a time. A run is known by its folder in the site, which stays the same
while its log stays at its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from analyzer.batch.writing import REPEAT, inside
from analyzer.reading.site import NOTES
from analyzer.safe.files import cannot_write

LONGEST = 500  # characters of a note
_MOST_BYTES = 8 << 20  # of the file: what lies behind is not read
_MOST_NOTES = 100  # of a run, the last ones


class Note(NamedTuple):
    """A note on a run and the day it was made, as YYYY-MM-DD."""

    date: str
    text: str


@dataclass(frozen=True)
class RunNotes:
    """The notes on a run, and the items of its checklist that are done, by English sentence."""

    notes: tuple[Note, ...] = ()
    done: frozenset[str] = frozenset()


Notes = Mapping[str, RunNotes]
NONE = RunNotes()


def read_notes(site: Path) -> Notes:
    """Return the notes by the folder of the run; a line that is damaged gives none."""
    try:
        with inside(site) as folder:
            content = folder.read(NOTES)[:_MOST_BYTES] if folder.has_file(NOTES) else b""
    except OSError:
        return {}
    notes: dict[str, list[Note]] = {}
    done: dict[str, set[str]] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        try:
            _take(json.loads(line), notes, done)
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return {
        run: RunNotes(tuple(notes.get(run, ())[-_MOST_NOTES:]), frozenset(done.get(run, ())))
        for run in notes.keys() | done.keys()
    }


def _take(entry: Any, notes: dict[str, list[Note]], done: dict[str, set[str]]) -> None:
    """Add what a line says to what the lines before it said."""
    run = str(entry["note_on"])
    if "note" in entry:
        text = " ".join(str(entry["note"]).split())
        notes.setdefault(run, []).append(Note(str(entry["date"])[:10], text[:LONGEST]))
    if "done" in entry:
        done.setdefault(run, set()).add(str(entry["done"]))
    if "open" in entry:
        done.setdefault(run, set()).discard(str(entry["open"]))


def add(site: Path, folder: str, date: str, **entry: str) -> None:
    """Append a line about a run: a ``note``, or an item that is ``done`` or ``open`` again.

    Raises AnalyzerError if the file cannot be written to.
    """
    line = json.dumps({"note_on": folder, "date": date, **entry}) + "\n"
    try:
        with inside(site) as root:
            before = root.read(NOTES) if root.has_file(NOTES) else b""
            is_torn = bool(before) and not before.endswith(b"\n")
            with root.append(NOTES) as file:
                file.write(b"\n" * is_torn + line.encode())
    except OSError as error:
        raise cannot_write(site / NOTES, error, REPEAT) from error

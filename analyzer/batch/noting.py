"""Find a run in a site, note something on it, and write the register again."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.batch.notes import LONGEST, NONE, add, read_notes
from analyzer.batch.pages import register_pages
from analyzer.batch.publish import put_changed
from analyzer.batch.record import Item, Record
from analyzer.batch.result import Options
from analyzer.batch.rows import Rows
from analyzer.batch.state import State
from analyzer.batch.writing import held
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.missing import missing
from analyzer.reading.site import NOTES, RUNS, STATE, is_site
from analyzer.safe.names import printable
from analyzer.text import words

_MOST_FOLDERS = 1000  # of the current folder that are looked at for a site
_MOST_NAMES = 10  # of runs in a message


@dataclass(frozen=True)
class Changes:
    """What to note on a run: a text, and items of its checklist by number, ticked or reopened."""

    text: str
    done: tuple[int, ...]
    reopened: tuple[int, ...]
    date: str


def noted(run: str, site: Path | None, changes: Changes, lang: str) -> str:
    """Note something on a run, write the register again, and return a line that says so.

    Raises AnalyzerError if there is no such run, item or site, or the site cannot be written to.
    """
    place, options, records = _opened(run, site)
    record = pick(run, records, place)
    note = " ".join(changes.text.split())
    if len(note) > LONGEST:
        raise AnalyzerError(f"note: {len(note)} characters; at most {LONGEST} fit the register")
    done = [_item(record, number) for number in changes.done]
    reopened = [_item(record, number) for number in changes.reopened]
    with held(place):
        if note:
            add(place, record.note_key, changes.date, note=note)
        for item in done:
            add(place, record.note_key, changes.date, done=item.key)
        for item in reopened:
            add(place, record.note_key, changes.date, open=item.key)
        files = register_pages(records, options, read_notes(place))
        put_changed(place, files)
    text = words(lang)
    values = {"run": record.run, "path": str(place / NOTES)}
    return text.fill(text.of("_register")["written"], values)


def show(run: str, site: Path | None, lang: str) -> str:
    """Return the notes on a run and its checklist with the numbers of its items."""
    place, _, records = _opened(run, site)
    record = pick(run, records, place)
    own = read_notes(place).get(record.note_key, NONE)
    sentences = words(lang).of("_register")
    lines = [f"{record.run}: {record.source}"]
    lines += [f"{note.date} {note.text}" for note in own.notes] or [sentences["none"]]
    for number, item in enumerate(record.todos, 1):
        box = "x" if item.key in own.done else " "
        lines.append(f"[{box}] {number}: {item.text}")
    return "\n".join(lines)


def _opened(run: str, site: Path | None) -> tuple[Path, Options, Sequence[Record]]:
    """Return the site of a run, how it was made, and its runs. Raises AnalyzerError."""
    place = _site_of(run) if site is None else site
    if place is None or not _is_site(place):
        if site is not None and not os.path.exists(site):  # noqa: PTH110 - may be too long
            raise PathNotFound(missing(site, "folder"))
        named = f"{printable(str(site))}: is not a site of 'analyzer batch'" if site else _WHERE
        raise PathNotFound(named)
    rows = Rows()
    with State.copied(place) as state:
        for stored in state.stored():
            for record in stored.result.records:
                rows.add(record)
        return place, state.options(), rows.records


_WHERE = "note: no site of 'analyzer batch' in this folder, or several; name it with --site"


def _site_of(run: str) -> Path | None:
    """Return the site around the path of a run, else the only one in the current folder."""
    for folder in Path(run).parents:
        if folder != Path() and _is_site(folder):
            return folder
    sites = list(_sites(Path()))
    return sites[0] if len(sites) == 1 else None


def _sites(folder: Path) -> Iterator[Path]:
    """Yield a folder, or the folders in it, that are sites."""
    if _is_site(folder):
        yield folder
        return
    folders = sorted(path for path in folder.iterdir() if path.is_dir())
    yield from filter(_is_site, folders[:_MOST_FOLDERS])


def _is_site(folder: Path) -> bool:
    return is_site(folder, [STATE])


def pick(run: str, records: Sequence[Record], site: Path) -> Record:
    """Return the run of a name, a log or a folder. Raises AnalyzerError unless it is one run."""
    asked = run.removeprefix("./").rstrip("/")
    found = _called(asked, records) or _called(printable(asked), records)  # not UTF-8 in a shell
    if len(found) == 1:
        return found[0]
    shown = printable(str(site))
    if found:
        folders = ", ".join(f"{RUNS}/{record.folder}" for record in found[:_MOST_NAMES])
        raise AnalyzerError(f'{shown}: {len(found)} runs are named "{asked}"; name one: {folders}')
    names = sorted({record.run for record in records})
    close = difflib.get_close_matches(asked, names, n=1)
    hint = f"there are: {', '.join(names[:_MOST_NAMES])}"
    if close:
        hint = f'did you mean "{close[0]}"?'
    raise AnalyzerError(f'{shown}: no run "{asked}"; {hint}')


def _called(asked: str, records: Sequence[Record]) -> list[Record]:
    """Return the runs with a folder, else those with a name or a log, else at such a path."""
    folder = Path(asked).parent.name if Path(asked).suffix == ".html" else Path(asked).name
    found = [record for record in records if record.note_key == folder]
    found = found or [record for record in records if asked in (record.run, record.source)]
    return found or [
        record for record in records if asked.endswith((f"/{record.run}", f"/{record.source}"))
    ]


def _item(record: Record, number: int) -> Item:
    """Return an item of the checklist of a run by its number. Raises AnalyzerError."""
    if number > len(record.todos):
        raise AnalyzerError(
            f"{record.run}: no item {number}; its checklist ends at {len(record.todos)}"
        )
    return record.todos[number - 1]

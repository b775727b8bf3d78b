"""The register as register.md, to read, and register.csv, for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from analyzer.batch.index import setting_shown, short
from analyzer.batch.register import Entry, Register
from analyzer.batch.result import Options
from analyzer.batch.tables import csv_lines
from analyzer.comparing.contrast import Contrast
from analyzer.comparing.sides import Change
from analyzer.comparing.tries import CHANGED, REPEAT, SAME
from analyzer.report.differences import signed
from analyzer.report.mark import marked_verdict
from analyzer.report.markdown import plain
from analyzer.text import Words, words

_MOST_ROWS = 1000  # of register.md, the last ones; register.csv has all
_MOST_CHANGES = 4  # named in a cell
_MOST_LISTS = 100  # runs whose open items are listed, the last ones
_COLUMNS = (
    *("date", "run", "source", "before", "kind", "changes", "changed", "one_sided"),
    *("metric", "split", "level", "level_low", "level_high", "difference", "low", "high", "answer"),
    *("verdict", "open", "done", "notes", "folder"),
)


def register_csv(register: Register) -> Iterator[str]:
    """Yield a head and a row for each run: numbers as they are, no cell that would be run."""
    rows = (list(_cells(entry).values()) for entry in register.entries)
    return csv_lines(_COLUMNS, rows)


def _cells(entry: Entry) -> dict[str, Any]:
    record, attempt = entry.record, entry.attempt
    cells: dict[str, Any] = dict.fromkeys(_COLUMNS)
    if record.best is not None:
        cells |= {"metric": record.best.metric, "split": record.best.split}
        cells["level"] = record.best.value
    if record.level is not None:
        cells |= {"level": record.level.value}
        cells |= {"level_low": record.level.low, "level_high": record.level.high}
    if attempt.contrast is not None:
        cells["answer"] = attempt.contrast.answer
        if attempt.contrast.difference is not None:
            difference = attempt.contrast.difference
            cells |= {"difference": difference.value}
            cells |= {"low": difference.low, "high": difference.high}
    changed = (f"{change.setting}: {change.old} -> {change.new}" for change in attempt.changes)
    return cells | {
        "date": entry.date,
        "run": record.run,
        "source": record.source,
        "before": entry.before,
        "kind": attempt.kind,
        "changes": len(attempt.changes) if attempt.kind == CHANGED else None,
        "changed": "; ".join(changed),
        "one_sided": "; ".join(attempt.one_sided),
        "verdict": record.verdict,
        "open": len(entry.todo),
        "done": len(record.todos) - len(entry.todo),
        "notes": " | ".join(f"{note.date} {note.text}" for note in entry.notes.notes),
        "folder": record.folder,
    }


def register_markdown(register: Register, options: Options) -> str:
    """Return the register as a table and the open items below it; names are text in it."""
    text = words(options.lang)
    sentences = text.of("_register")
    entries = register.entries[-_MOST_ROWS:]
    lines = [f"# {sentences['title']}", "", sentences["why"], ""]
    if register.undated:
        key = "undated_all" if register.undated == len(register.entries) else "undated"
        lines += [text.fill(sentences[key], {"runs": register.undated}), ""]
    if len(entries) < len(register.entries):
        left = {"count": len(register.entries) - len(entries)}
        lines += [text.fill(sentences["left"], left), ""]
    head = [sentences[name] for name in ("date", "run", "changed", "result", "verdict", "open")]
    rows = [_row(entry, options, text) for entry in entries]
    lines += _table([*head, sentences["notes"]], rows)
    return "\n".join([*lines, *_open_items(entries, text)]) + "\n"


def _row(entry: Entry, options: Options, text: Words) -> list[str]:
    record = entry.record
    file = options.page_of(record)
    count = {"open": len(entry.todo), "all": len(record.todos)}
    notes = [f"{plain(note.date)} {plain(note.text)}".strip() for note in entry.notes.notes]
    return [
        entry.date or "–",
        f"[{plain(short(entry.name))}](runs/{record.folder}/{file})",
        _changed(entry, text),
        _result(entry, text),
        marked_verdict(record.verdict, record.mark, text),
        text.fill(text.of("_register")["open_of"], count) if record.todos else "–",
        "<br>".join(notes),
    ]


def _changed(entry: Entry, text: Words) -> str:
    """Return what a run changed: a setting with both values, or how many there were at once."""
    sentences, attempt = text.of("_register"), entry.attempt
    alone = ", ".join(plain(short(key)) for key in attempt.one_sided[:_MOST_CHANGES])
    if len(attempt.one_sided) > _MOST_CHANGES:
        alone += ", …"
    before = plain(short(entry.before))
    if attempt.kind != CHANGED:
        return text.fill(sentences[attempt.kind], {"before": before, "names": alone})
    named = [_change(change, text) for change in attempt.changes[:_MOST_CHANGES]]
    if len(attempt.changes) > _MOST_CHANGES:
        named.append("…")
    values = {"before": before, "changes": ", ".join(named), "count": len(attempt.changes)}
    key = "one_changed" if len(attempt.changes) == 1 else "several"
    changed = text.fill(sentences[key], values)
    if not alone:
        return changed
    return f"{changed}; {text.fill(sentences['logged_in_one'], {'names': alone})}"


def _change(change: Change, text: Words) -> str:
    """Return a setting with its old and its new value; a missing value is a dash."""
    old, new = (plain(setting_shown(value, text)) or "–" for value in (change.old, change.new))
    return f"{plain(short(change.setting))} {old} → {new}"


def _result(entry: Entry, text: Words) -> str:
    """Return the level at the best, and how it differs from that of the run before."""
    record = entry.record
    if record.best is None:
        return str(text.of("_register")["no_result"])
    name = text.metric(record.best.metric, record.best.split, alone=True)
    shown = f"{plain(short(name))} {text.number(record.result)}"
    if entry.attempt.kind in (REPEAT, SAME) or entry.attempt.contrast is None:
        return shown
    return f"{shown}; {_difference(entry.attempt.contrast, text)}"


def _difference(found: Contrast, text: Words) -> str:
    sentences = text.of("_register")
    difference = found.difference
    if difference is None:
        return str(sentences["not_compared"])
    values = {"difference": signed(difference.value, text)}
    if difference.low is None or difference.high is None:
        return text.fill(sentences["single" if found.is_single else "alike"], values)
    values |= {"low": signed(difference.low, text), "high": signed(difference.high, text)}
    values["answer"] = text.of("_compare")["answers"][found.answer]
    counts = {"old": len(found.base.known), "new": len(found.sample.known)}
    return text.fill(sentences["interval"], values | counts)


def _open_items(entries: Sequence[Entry], text: Words) -> Iterable[str]:
    """Yield the open items of each run, with the numbers by which ``note --done`` ticks them."""
    sentences = text.of("_register")
    with_items = [entry for entry in entries if entry.todo][-_MOST_LISTS:]
    if not with_items:
        return
    yield from ("", f"## {sentences['items']}", "", sentences["items_why"])
    for entry in with_items:
        yield from ("", f"### {plain(short(entry.name))}", "")
        for number, item in entry.todo:
            yield f"- [ ] {number}: {plain(item.text)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]

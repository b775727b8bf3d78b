"""The pages of a site on the disk: written if they changed, and nothing left of runs that went."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from analyzer.batch.fingerprints import pages_print
from analyzer.batch.notes import read_notes
from analyzer.batch.places import remove_parts, remove_runs
from analyzer.batch.points import points_files, remove_points
from analyzer.batch.result import Batch, Options, UnitResult, Unread
from analyzer.batch.rows import Rows, Whole
from analyzer.batch.state import State
from analyzer.batch.tree import Tree
from analyzer.batch.unchanged import is_complete
from analyzer.batch.writing import inside, put
from analyzer.reading.checkpoints import with_checkpoints
from analyzer.reading.site import RUNS


def publish(
    tree: Tree, state: State, options: Options, settings: str, *, changed: bool, interrupted: bool
) -> Batch:
    """Write the pages of all results unless they are up to date, and return the batch."""
    site = state.site
    batch = replace(batch_of(tree, state), interrupted=interrupted)
    made_of = pages_print(batch, state.digest(), options, settings, read_notes(site))
    if changed or interrupted or not is_complete(state) or state.pages() != made_of:
        names = _write(batch, tree, state, options)
        batch = replace(batch, left=_tidy(state, batch, options))
        names |= _put_points(site, batch, options)
        state.keep_options(options)
        state.keep_files(names)
        state.keep_pages("" if interrupted else made_of)
    return batch


def write_pages(tree: Tree, state: State, options: Options) -> None:
    """Write the pages and tables of what is done so far."""
    _write(batch_of(tree, state), tree, state, options)


def _write(batch: Batch, tree: Tree, state: State, options: Options) -> frozenset[str]:
    """Write the pages and tables; return their names."""
    from analyzer.batch.pages import pages

    missing = len(set(tree.units.keys) - state.keys())
    notes = read_notes(state.site)
    files = pages(batch, options, missing=missing, notes=notes, whole=Whole(state, batch.unit_of))
    names = put_changed(state.site, files)
    remove_parts(state.site, names)
    return names


def put_changed(site: Path, files: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> frozenset[str]:
    """Write the files of a site whose content is another now, and those that come in parts.

    Return their names. Raises AnalyzerError.
    """
    names = set()
    for name, content in files:
        is_same = False
        if isinstance(content, bytes):
            with inside(site) as root:
                is_same = root.has_file(name) and root.read(name) == content
        if not is_same:
            put(site, site / name, content)
        names.add(name)
    return frozenset(names)


def batch_of(tree: Tree, state: State) -> Batch:
    """Return the records of all units that are done, and all files that gave no run."""
    rows = Rows()
    unread: list[Unread] = []
    names: set[str] = set()
    unit_of: list[str] = []
    unused = {file.source for file in tree.skipped}  # a run may have used 100,000 of them
    used: set[str] = set()
    for stored in state.stored():
        for record in stored.result.records:
            rows.add(record)
            is_source = record.source == stored.unit  # nearly always: then one text is enough
            unit_of.append(record.source if is_source else stored.unit)
        names.update(stored.result.names)
        used.update(name for name in stored.result.used if name not in unused)
        unused.difference_update(stored.result.used)
        unread += _unread(stored.unit, stored.result)
    records = tuple(rows.records)
    others = [file for file in tree.skipped if file.source in unused]
    skipped = with_checkpoints(others, (record.source for record in records))
    unread += [Unread(file.source, file.key, file.values) for file in skipped]
    unread = [item for item in unread if item.failed or item.issue or item.source not in used]
    unread.sort(key=lambda item: item.source)
    batch = Batch(records, tuple(unread), 0, tree.units.logs, names=frozenset(names))
    return replace(batch, unit_of=tuple(unit_of))


def _unread(unit: str, result: UnitResult) -> Iterator[Unread]:
    for failure in result.failures:
        yield Unread(failure.source or unit, failure.key, failure.values, failed=True)
    for issue in result.issues:
        yield Unread(issue.source, issue.key, {}, issue=issue)
    for skipped in result.skipped:
        yield Unread(skipped.source, skipped.key, skipped.values)


def _tidy(state: State, batch: Batch, options: Options) -> tuple[str, ...]:
    """Remove the folders of runs that went, and what is not asked for.

    Return the folders that hold other files, which stay.
    """
    site = state.site
    left = remove_runs(site, frozenset(record.folder for record in batch.records))
    for record in batch.records:
        files = options.files_of(found=bool(record.findings))
        place = f"{site}/{RUNS}/{record.folder}"
        names = [name for name, is_asked in files.items() if not is_asked]
        if any(os.path.lexists(f"{place}/{name}") for name in names):
            with suppress(OSError), inside(site, RUNS, *record.folder.split("/")) as run:
                for name in names:
                    run.remove(name)
    return left


def _put_points(site: Path, batch: Batch, options: Options) -> frozenset[str]:
    """Write the points of all runs if they are asked for, else remove them; return the names."""
    names = put_changed(site, points_files(site, batch) if options.points else ())
    remove_points(site, names)
    return names

"""The pages of a site on the disk: written if they changed, and nothing left of runs that went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from analyzer.batch.fingerprints import pages_print
from analyzer.batch.notes import read_notes
from analyzer.batch.places import remove_runs
from analyzer.batch.record import Record
from analyzer.batch.result import Batch, Options, UnitResult, Unread
from analyzer.batch.state import State
from analyzer.batch.tree import Tree
from analyzer.batch.writing import inside, put
from analyzer.reading.checkpoints import with_checkpoints
from analyzer.reading.site import OPTIONAL, PAGES, RUNS


def publish(
    tree: Tree, state: State, options: Options, settings: str, *, changed: bool, interrupted: bool
) -> Batch:
    """Write the pages of all results unless they are up to date, and return the batch."""
    site = state.site
    batch = replace(batch_of(tree, state), interrupted=interrupted)
    made_of = pages_print(batch, options, settings, read_notes(site))
    with inside(site) as root:
        complete = all(root.has_file(name) for name in PAGES.keys() - OPTIONAL)
    if changed or interrupted or not complete or state.pages() != made_of:
        write_pages(tree, state, options)
        batch = replace(batch, left=_tidy(state, batch, reports=options.reports))
        state.keep_options(options)
        state.keep_pages("" if interrupted else made_of)
    return batch


def write_pages(tree: Tree, state: State, options: Options) -> None:
    """Write the pages and tables of what is done so far."""
    from analyzer.batch.pages import pages

    missing = sum(unit.key not in state.results for unit in tree.units)
    notes = read_notes(state.site)
    put_changed(state.site, pages(batch_of(tree, state), options, missing=missing, notes=notes))


def put_changed(site: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write the files of a site whose content is another now. Raises AnalyzerError."""
    for name, content in files:
        with inside(site) as root:
            is_same = root.has_file(name) and root.read(name) == content
        if not is_same:
            put(site, site / name, content)


def batch_of(tree: Tree, state: State) -> Batch:
    """Return the records of all units that are done, and all files that gave no run."""
    records: list[Record] = []
    unread: list[Unread] = []
    names: set[str] = set()
    for unit in tree.units:
        stored = state.results.get(unit.key)
        if stored is not None:
            records += stored.result.records
            names.update(stored.result.names)
            unread += _unread(unit.key, stored.result)
    skipped = with_checkpoints(tree.skipped, (record.source for record in records))
    unread += [Unread(file.source, file.key, file.values) for file in skipped]
    unread.sort(key=lambda item: item.source)
    return Batch(tuple(records), tuple(unread), 0, len(tree.units), names=frozenset(names))


def _unread(unit: str, result: UnitResult) -> Iterator[Unread]:
    for failure in result.failures:
        yield Unread(failure.source or unit, failure.key, failure.values, failed=True)
    for issue in result.issues:
        yield Unread(issue.source, issue.key, {}, issue=issue)
    for skipped in result.skipped:
        yield Unread(skipped.source, skipped.key, skipped.values)


def _tidy(state: State, batch: Batch, *, reports: bool) -> tuple[str, ...]:
    """Remove the folders of runs that went, and the reports if none are asked for.

    Return the folders that hold other files, which stay.
    """
    wanted = frozenset(record.folder for record in batch.records)
    left = remove_runs(state.site, wanted)
    if not reports:
        for folder in sorted(wanted):
            with suppress(OSError), inside(state.site, RUNS, folder) as run:
                run.remove("report.html")
    return left

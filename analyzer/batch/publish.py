"""The pages of a site on the disk: written if they changed, and nothing left of runs that went."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer.batch.fingerprints import pages_print
from analyzer.batch.record import Record
from analyzer.batch.result import Batch, Options, UnitResult, Unread
from analyzer.batch.state import State
from analyzer.batch.tree import Tree
from analyzer.batch.writing import put
from analyzer.reading.checkpoints import with_checkpoints

PAGES = ("index.html", "index.md", "runs.csv", "findings.jsonl", "unreadable.jsonl")


def publish(
    tree: Tree, state: State, options: Options, settings: str, *, changed: bool, interrupted: bool
) -> Batch:
    """Write the pages of all results unless they are up to date, and return the batch."""
    site = state.site
    batch = replace(batch_of(tree, state), interrupted=interrupted)
    made_of = pages_print(batch, options, settings)
    complete = all((site / name).is_file() for name in PAGES)
    if changed or interrupted or not complete or state.pages() != made_of:
        write_pages(tree, state, options)
        _tidy(site, batch, reports=options.reports)
        state.keep_pages("" if interrupted else made_of)
    return batch


def write_pages(tree: Tree, state: State, options: Options) -> None:
    """Write the pages and tables of what is done so far."""
    from analyzer.batch.pages import pages

    missing = sum(unit.key not in state.results for unit in tree.units)
    for name, content in pages(batch_of(tree, state), options, missing=missing):
        path = state.site / name
        if not path.is_file() or path.read_bytes() != content:
            put(state.site, path, content)


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
    if result.failure is not None:
        yield Unread(unit, result.failure.key, result.failure.values, failed=True)
    for issue in result.issues:
        yield Unread(issue.source, issue.key, {}, issue=issue)
    for skipped in result.skipped:
        yield Unread(skipped.source, skipped.key, skipped.values)


def _tidy(site: Path, batch: Batch, *, reports: bool) -> None:
    """Remove the folders of runs that went, and the reports if none are asked for."""
    wanted = {record.folder for record in batch.records}
    for folder in _run_folders(site):
        if folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)
        elif not reports:
            (folder / "report.html").unlink(missing_ok=True)


def _run_folders(site: Path) -> Sequence[Path]:
    folder = site / "runs"
    return list(folder.iterdir()) if folder.is_dir() else []

"""From a folder of logs to a site: walk, diagnose what changed, write the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer import registry
from analyzer.batch.fingerprints import (
    Prints,
    claims_print,
    prints_of,
    settings_print,
    stamps_print,
    wanted_print,
)
from analyzer.batch.holding import holds
from analyzer.batch.job import Task, read_options
from analyzer.batch.places import check_places, mark_as_ours
from analyzer.batch.pool import work_all
from analyzer.batch.publish import publish, write_pages
from analyzer.batch.result import Batch, Options
from analyzer.batch.shards import adopt, check_shard, check_sites, split_off
from analyzer.batch.state import State, Stored, known_files
from analyzer.batch.tree import HERE, Origin, Tree, Unit, walk
from analyzer.batch.writing import held
from analyzer.config import Config
from analyzer.errors import NothingReadable
from analyzer.facts._base import Fact
from analyzer.reading.claims import parsers_for
from analyzer.registry.words import reason
from analyzer.safe.names import printable

# What is done ("walk" or "read"), how many of how many (0: not known yet).
Progress = Callable[[str, int, int], None]
_EVERY = 500  # results between two writings of the index: a killed batch shows what it had then
_MOST_KINDS = 3  # of files that are not logs, in a message


def run_batch(
    folder: Path,
    site: Path,
    config: Config,
    options: Options,
    progress: Progress = lambda *_: None,
    origin: Origin = HERE,
) -> Batch:
    """Diagnose every run under a folder and write the site; what has not changed stays.

    Of a folder that is a mirror, ``origin`` says of what.

    Raises PathNotFound, NothingReadable if no file is a log, AnalyzerError if the site cannot be
    written to.
    """
    check_places(folder, site)
    check_sites(options.merge)
    config.configured()  # a wrong setting is an error before any work
    registry.discover("analyzer.facts", Fact)  # so is a plug-in that cannot be loaded
    parsers = parsers_for(read_options(config))
    claims = claims_print(config)
    known = known_files(site, claims)
    tree = walk(
        folder, parsers, known, origin=origin, step=lambda files: progress("walk", files, 0)
    )
    if not tree.units:
        raise NothingReadable(_nothing(folder, tree))
    tree, others = split_off(tree, options.shard)
    task = Task(
        root=str(folder),
        site=str(site),
        config=config,
        lang=options.lang,
        reports=options.reports,
        url=origin.url,
        site_url=origin.site_url,
    )
    with held(site):
        mark_as_ours(site)
        state = State(site)
        check_shard(site, others & state.results.keys())
        if tree.opened or len(tree.known) != len(known):
            state.remember(tree.known, claims)
        return _update(tree, state, task, options, progress)


def _update(tree: Tree, state: State, task: Task, options: Options, progress: Progress) -> Batch:
    """Read what changed, keep each result as it comes, and write the pages."""
    settings = settings_print(task)
    adopted = adopt(tree, state, settings, options.merge, options)
    todo, touched = _todo(tree, state, settings, options)
    fresh, interrupted = 0, False
    try:
        for unit, result in work_all(task, todo, options.limits) if todo else ():
            fresh += 1
            prints = prints_of(unit, settings, result.content)
            state.add(Stored(unit.key, prints, result))
            progress("read", len(tree.units) - len(todo) + fresh, len(tree.units))
            if fresh % _EVERY == 0:
                write_pages(tree, state, options)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        state.close()
    gone = state.keep_only({unit.key for unit in tree.units})
    if gone or todo or touched or adopted:
        state.rewrite()
    batch = publish(tree, state, options, settings, changed=bool(todo), interrupted=interrupted)
    merged = adopted if options.merge else None
    return replace(batch, fresh=fresh, adopted=merged, shard=options.shard)


def _todo(tree: Tree, state: State, settings: str, options: Options) -> tuple[Sequence[Unit], bool]:
    """Return the units to read, and whether stored fingerprints were renewed.

    Forget the results of these units: a batch that is stopped shows them as missing. A result that
    holds by the content of its files gets their stamps of now.
    """
    todo, touched = [], False
    for unit in tree.units:
        wanted = wanted_print(unit, settings, rehash=options.rehash)
        stored = state.results.get(unit.key)
        if stored is None or not holds(stored, wanted, state.site, options):
            state.results.pop(unit.key, None)
            todo.append(unit)
        elif options.rehash:
            prints = Prints(stamps_print(unit, settings), stored.prints.content)
            touched |= prints != stored.prints
            state.results[unit.key] = replace(stored, prints=prints)
    return todo, touched


def _nothing(folder: Path, tree: Tree) -> str:
    """Say in one line what was looked at and why none of it is a log."""
    shown = printable(str(folder))
    if not tree.skipped:
        return f"{shown}: {reason('empty_folder', {})}"
    count = Counter(skipped.key for skipped in tree.skipped)
    first = {skipped.key: skipped for skipped in reversed(tree.skipped)}
    kinds = [
        f"{number} {reason(key, first[key].values).rstrip('.')}"
        for key, number in count.most_common(_MOST_KINDS)
    ]
    files = len(tree.skipped)
    return f"{shown}: no training log found among {files} files ({'; '.join(kinds)})"

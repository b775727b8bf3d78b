"""From a folder of logs to a site: walk, diagnose what changed, write the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from analyzer import registry
from analyzer.batch import pool
from analyzer.batch.engine import WorkAll
from analyzer.batch.fingerprints import (
    Prints,
    claims_print,
    prints_of,
    settings_print,
    stamps_print,
    wanted_print,
)
from analyzer.batch.grouping import work_tried
from analyzer.batch.holding import holds
from analyzer.batch.job import Task, read_options
from analyzer.batch.known import KnownFiles
from analyzer.batch.looking import looking
from analyzer.batch.parquet import check_library
from analyzer.batch.places import check_places, mark_as_ours
from analyzer.batch.publish import publish, write_pages
from analyzer.batch.result import Batch, Options, UnitResult
from analyzer.batch.shards import adopt, check_shard, check_sites, split_off
from analyzer.batch.state import State, Stored
from analyzer.batch.tree import HERE, Known, Origin, Tree, walk
from analyzer.batch.unchanged import keep_done, unchanged
from analyzer.batch.units import Unit, Units
from analyzer.batch.writing import held
from analyzer.config import Config
from analyzer.errors import NothingReadable
from analyzer.facts._base import Fact
from analyzer.reading.claims import parsers_for
from analyzer.reading.site import STATE
from analyzer.registry.words import reason
from analyzer.safe.names import printable

# What is done ("walk" or "read"), how many of how many (0: not known yet).
Progress = Callable[[str, int, int], None]
# Results before the index is first written, then four times as many each time: a killed batch shows
# what it had then. The workers wait meanwhile: all these pages cost a third of the last ones.
_FIRST, _NEXT = 500, 4
_MOST_KINDS = 3  # of files that are not logs, in a message


def run_batch(
    folder: Path,
    site: Path,
    config: Config,
    options: Options,
    progress: Progress = lambda *_: None,
    work_all: WorkAll = pool.work_all,
    origin: Origin = HERE,
) -> Batch:
    """Diagnose every run under a folder and write the site; what has not changed stays.

    Of a folder that is a mirror, ``origin`` says of what.

    Raises PathNotFound, NothingReadable if no file is a log, AnalyzerError if the site cannot be
    written to.
    """
    check_places(folder, site)
    check_sites(options.merge)
    if options.points:
        check_library()
    config.configured()  # a wrong setting is an error before any work
    registry.discover("analyzer.facts", Fact)  # so is a plug-in that cannot be loaded
    parsers = parsers_for(read_options(config))
    claims = claims_print(config)
    found = KnownFiles()

    task = task_of(folder, site, config, options, origin)
    settings = settings_print(task)

    def step(files: int) -> None:
        progress("walk", files, 0)

    def walked(known: Known) -> Tree:
        with looking(config, options.limits, origin) as look:
            tree = walk(folder, parsers, known, found, origin=origin, step=step, look=look)
        check_found(folder, tree, options.lang)
        return tree

    is_begun = (site / STATE).is_dir()
    tree = None if is_begun else walked({})  # a folder without logs makes no site
    with held(site), _marked(site) as state:
        if is_begun and not origin.url:
            same = unchanged(folder, state, options, claims=claims, settings=settings, step=step)
            if same is not None:
                return same
        known = state.known(claims)
        tree = tree or walked(known)
        tree, others = split_off(tree, options.shard)
        check_shard(site, others & state.keys())
        if tree.opened or len(found) != len(known):
            state.remember(found, claims)
        batch = _update(tree, state, task, options, progress=progress, work_all=work_all)
        keep_done(batch, tree, state, claims)
        return batch


def task_of(
    folder: Path, site: Path, config: Config, options: Options, origin: Origin = HERE
) -> Task:
    """Return what all units of a batch have in common."""
    return Task(
        root=str(folder),
        site=str(site),
        config=config,
        lang=options.lang,
        reports=options.reports,
        found_only=options.found_only,
        points=options.points,
        url=origin.url,
        site_url=origin.site_url,
    )


@contextmanager
def _marked(site: Path) -> Iterator[State]:
    """Open the state of a site that is marked as ours before anything else is written there."""
    mark_as_ours(site)
    with State.opened(site) as state:
        yield state


def _update(
    tree: Tree,
    state: State,
    task: Task,
    options: Options,
    *,
    progress: Progress,
    work_all: WorkAll,
) -> Batch:
    """Read what changed, keep each result as it comes, and write the pages."""
    settings = settings_print(task)
    adopted = adopt(tree, state, settings, options.merge, options)
    todo = _todo(tree, state, settings, options)
    is_first = len(todo) == len(tree.units)
    state.forget(state.keys() - (set(tree.units.keys) - set(todo.keys)))
    fresh, interrupted, due = 0, False, _FIRST
    try:
        for unit, result in _worked(task, todo, options, work_all, is_first=is_first):
            fresh += len(unit.groups)
            prints = prints_of(unit, settings, result.content)
            state.add(Stored(unit.key, prints, result))
            if fresh >= due:
                write_pages(tree, state, options)
                due *= _NEXT
            progress("read", tree.units.logs - todo.logs + fresh, tree.units.logs)
    except KeyboardInterrupt:
        interrupted = True
    batch = publish(tree, state, options, settings, changed=bool(todo), interrupted=interrupted)
    merged = adopted if options.merge else None
    return replace(batch, fresh=fresh, adopted=merged, shard=options.shard)


def _worked(
    task: Task, todo: Units, options: Options, work_all: WorkAll, *, is_first: bool
) -> Iterator[tuple[Unit, UnitResult]]:
    """Return the result of each unit; a first batch finds out early that it cannot be grouped."""
    if not todo:
        return iter(())
    if options.group and is_first:
        return work_tried(work_all, task, todo, options)
    return iter(work_all(task, todo, options.limits))


def _todo(tree: Tree, state: State, settings: str, options: Options) -> Units:
    """Return the units to read.

    A result that holds by the content of its files gets their stamps of now.
    """
    todo = []
    for place, unit in enumerate(tree.units):
        head = state.head(unit.key)
        if head is None:
            todo.append(place)
            continue
        wanted = wanted_print(unit, settings, rehash=options.rehash)
        if not holds(head, wanted, state.site, options):
            todo.append(place)
        elif options.rehash:
            state.renew(unit.key, Prints(stamps_print(unit, settings), head.prints.content))
    return tree.units.only(todo)


def check_found(folder: Path, tree: Tree, lang: str) -> None:
    """Raise NothingReadable, in a language, if no file of a walk is a log."""
    if not tree.units:
        logged = [name for file in tree.skipped for name in file.values.get("logged", ())]
        raise NothingReadable(_nothing(folder, tree, lang), frozenset(logged))


def _nothing(folder: Path, tree: Tree, lang: str) -> str:
    """Say in one line what was looked at and why none of it is a log."""
    shown = printable(str(folder))
    if not tree.skipped:
        return f"{shown}: {reason('empty_folder', {}, lang)}"
    count = Counter(skipped.key for skipped in tree.skipped)
    first = {skipped.key: skipped for skipped in reversed(tree.skipped)}
    kinds = []
    for key, number in count.most_common(_MOST_KINDS):
        why = reason(key, first[key].values, lang).rstrip(".")
        kinds.append(why if len(tree.skipped) == 1 else f"{number} {why}")
    found = reason("no_log_among", {"count": len(tree.skipped)}, lang)
    return f"{shown}: {found} ({'; '.join(kinds)})"

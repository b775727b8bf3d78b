"""A batch in which nothing changed since the last one: known without making its units again.

The last batch keeps the print of its tree, and of its runs only what its last words need. While
the tree has that print, each result is whole and final and its files are there, and the pages are
made of just that, a batch would do nothing. Otherwise it goes the long way, which finds out what
changed.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analyzer.batch.fingerprints import pages_print
from analyzer.batch.holding import holds
from analyzer.batch.index_cost import Cost
from analyzer.batch.notes import read_notes
from analyzer.batch.result import Batch, Glances, Options, RunGlance, Unread
from analyzer.batch.state import State
from analyzer.batch.tree import Tree, tree_print
from analyzer.batch.typed import string, whole

_LONGEST = 32 << 20  # characters that are kept; a folder with more files without a run is walked
_DAMAGE = (ValueError, AttributeError, KeyError, TypeError, RecursionError)


def keep_done(batch: Batch, tree: Tree, state: State, claims: str) -> None:
    """Keep what a batch did, for ``unchanged``; nothing if its tree may look the same and differ.

    Raises AnalyzerError if the state cannot be written to.
    """
    done = ""
    if tree.print and not batch.interrupted:
        data = {
            "tree": tree.print,
            "claims": claims,
            "results": state.digest(),
            "units": batch.units,
            "names": sorted(batch.names),
            "settings": sorted(batch.setting_names),
            "cost": batch.cost,
            "unread": [unread.to_json() for unread in batch.unread],
        }
        done = json.dumps(data, default=str)
    state.keep_done(done if len(done) <= _LONGEST else "")


def unchanged(
    folder: Path,
    state: State,
    options: Options,
    *,
    claims: str,
    settings: str,
    step: Callable[[int], None],
) -> Batch | None:
    """Return what a batch would, if it has nothing to read or write; None if it may have."""
    if options.rehash or options.merge:
        return None
    try:
        done = json.loads(state.done())
        if done["claims"] != claims or done["results"] != state.digest():
            return None
        if done["tree"] != tree_print(folder, step):
            return None
        runs = _runs(state, options)
        batch = None if runs is None else _batch(done, runs, options)
    except _DAMAGE:
        return None
    if batch is None or not is_complete(state):
        return None
    made_of = pages_print(batch, done["results"], options, settings, read_notes(state.site))
    return batch if made_of == state.pages() else None


def is_complete(state: State) -> bool:
    """Say whether everything that was last written into a site is there, as regular files."""
    names = state.files()
    return bool(names) and all(_is_there(f"{state.site}/{name}") for name in names)


def _is_there(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _runs(state: State, options: Options) -> tuple[RunGlance, ...] | None:
    """Return all runs, None if a result is damaged or may change, or a file of a run is missing."""
    runs: list[RunGlance] = []
    for head in state.heads():
        if head is None or not holds(head, head.prints.stamps, state.site, options):
            return None
        runs += head.runs
    return tuple(runs)


def _batch(done: Any, runs: tuple[RunGlance, ...], options: Options) -> Batch:
    """Return the batch that was kept. Raises what ``_DAMAGE`` names for anything else."""
    return Batch(
        records=(),
        unread=tuple(map(Unread.from_json, done["unread"])),
        fresh=0,
        units=whole(done["units"]),
        names=frozenset(map(string, done["names"])),
        shard=options.shard,
        glances=Glances(runs, frozenset(map(string, done["settings"])), _cost(done["cost"])),
    )


def _cost(data: Any) -> Cost | None:
    """Return what all runs took. Raises what ``_DAMAGE`` names for anything else."""
    if data is None:
        return None
    unit, runs, every, *amounts, copies = data
    total, after, saved = map(float, amounts)
    return Cost(string(unit), whole(runs), whole(every), total, after, saved, whole(copies))

"""A batch in shards: each makes a part of the runs, and a later batch takes over what they made.

Shards need no engine and no messages between them: each walks the folder and works on the units
whose key falls to it. A batch that merges checks every result as it checks its own of an earlier
call, and reads again what no longer holds, so the site is the same whichever way it was made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from analyzer.batch.fingerprints import prints_of, wanted_print
from analyzer.batch.holding import holds
from analyzer.batch.result import Options
from analyzer.batch.state import State, Stored
from analyzer.batch.tree import Tree, Unit
from analyzer.batch.writing import inside, put
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.site import RUNS, STATE, is_site
from analyzer.safe.names import printable

_MOST = 100_000  # shards; each walks the whole folder
_PATTERN = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


class Shard(NamedTuple):
    """One of ``of`` shards, from 1."""

    number: int
    of: int

    def has(self, key: str) -> bool:
        """Say whether a unit falls to this shard; a unit that is added moves no other one."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1


def parse_shard(text: str) -> Shard:
    """Return the shard that "3/16" names. Raises AnalyzerError for anything else."""
    found = _PATTERN.fullmatch(text)
    shard = Shard(*map(int, found.groups())) if found else Shard(0, 0)
    if not 1 <= shard.number <= shard.of <= _MOST:
        raise AnalyzerError(f'--shard "{printable(text)}": must be like 3/16, the third of sixteen')
    return shard


def check_sites(sites: Sequence[Path]) -> None:
    """Raise AnalyzerError unless each folder is a site that a batch wrote."""
    for site in sites:
        shown = printable(str(site))
        if not site.is_dir():
            raise PathNotFound(f"--merge {shown}: no such folder; name the -o of a shard")
        if not is_site(site, [STATE] if (site / STATE).is_dir() else []):
            raise AnalyzerError(f"--merge {shown}: not a site of a batch; name the -o of a shard")


def split_off(tree: Tree, shard: Shard | None) -> tuple[Tree, frozenset[str]]:
    """Return what falls to a shard, and the keys of the units that fall to others."""
    if shard is None:
        return tree, frozenset()
    keys = tree.units.keys
    own = [place for place, key in enumerate(keys) if shard.has(key)]
    units = tree.units.only(own)
    return replace(tree, units=units), frozenset(keys) - frozenset(units.keys)


def check_shard(site: Path, others: Set[str]) -> None:
    """Raise AnalyzerError if a site has runs of other shards: a shard would remove them."""
    if others:
        raise AnalyzerError(
            f"{printable(str(site))}: has runs of other parts; give each --shard its own -o"
        )


def adopt(tree: Tree, state: State, settings: str, sites: Sequence[Path], options: Options) -> int:
    """Take over the results of other sites that hold for the logs as they are now; count the logs.

    Their files are copied without following links. Raises AnalyzerError if the site cannot be
    written to.
    """
    count = 0
    for site in sites:
        with State.copied(site) as others:
            for unit in tree.units:
                if not has_own(unit, state, settings, options):
                    is_adopted = _adopted(unit, others, state, settings, options)
                    count += len(unit.groups) if is_adopted else 0
    return count


def _adopted(unit: Unit, others: State, state: State, settings: str, options: Options) -> bool:
    """Take over the result of a unit if another site has one that holds; say whether it has."""
    head = others.head(unit.key)
    if head is None:
        return False
    wanted = wanted_print(unit, settings, rehash=False)
    if wanted != head.prints.stamps:  # copied to another machine, or changed
        wanted = wanted_print(unit, settings, rehash=True)
    stored = others.get(unit.key) if holds(head, wanted, others.site, options) else None
    if stored is None or not _copied(stored, others.site, state.site, options):
        return False
    prints = replace(prints_of(unit, settings, None), content=stored.prints.content)
    state.add(replace(stored, prints=prints))
    return True


def has_own(unit: Unit, state: State, settings: str, options: Options) -> bool:
    """Say whether the site has a result of its own that holds, so that it needs no other."""
    own = state.head(unit.key)
    if own is None:
        return False
    wanted = wanted_print(unit, settings, rehash=options.rehash)
    return holds(own, wanted, state.site, options)


def _copied(stored: Stored, source: Path, site: Path, options: Options) -> bool:
    """Copy the files of the runs of a result; say whether all of them could be read."""
    for record in stored.result.records:
        asked = options.files_of(found=bool(record.findings))
        names = [name for name, is_asked in asked.items() if is_asked]
        try:
            with inside(source, RUNS, *record.folder.split("/")) as folder:
                files = {name: folder.read(name) for name in names}
        except (OSError, AnalyzerError):  # a link, or it went: the log is read again
            return False
        for name, content in files.items():
            put(site, site / RUNS / record.folder / name, content)
    return True

"""Read a place in a store as if it were a folder of this machine."""

from __future__ import annotations

import atexit
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from analyzer.errors import NothingReadable, RemoteWarning
from analyzer.model.issues import Skipped
from analyzer.parsers._base import Parser, ReadOptions
from analyzer.parsers._gzip import bare
from analyzer.reading.claims import ClaimedFile, claim, groups_of, parsers_for
from analyzer.reading.files import files_under, is_entered
from analyzer.reading.groups import read_groups
from analyzer.remote.mirror import Mirror, mirror_of_objects, mirrored, spoken_of
from analyzer.remote.places import Place, place_of
from analyzer.remote.store import Object, Stamp

MANY = 100_000  # new objects; with more, some are tried first: each costs a request
_LIKELY, _OTHERS = 20_000, 2_000  # objects that are tried, with the names of logs and without
_READ, _SHORT = 200, 1 << 20  # files that are read whole of those that may be logs; bytes of each
_NAMES = (
    *(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".log", ".txt", ".out", ".err"),
    *(".wandb", ".db", ".sqlite", ".parquet", ".md"),
)

Item = TypeVar("Item")


def mirror_of(place: Place, is_known: Callable[[str, Stamp], bool] = lambda *_: False) -> Mirror:
    """Mirror a place, with the start of every file that a walk opens and that is not known.

    Raises NothingReadable if there are very many and none of those that were tried is a log.
    """

    def wanted(name: str, stamp: Stamp) -> bool:
        return is_entered(name) and not is_known(name, stamp)

    def check(new: Sequence[Object]) -> None:
        if len(new) > MANY:
            _try_some(place, new)

    return mirrored(place, wanted=wanted, check=check)


def _try_some(place: Place, new: Sequence[Object]) -> None:
    """Raise NothingReadable if none of some objects is a log, most of them named like one.

    Tables of something else are recognised only once they are read: of these a line warns.
    """
    likely = [item for item in new if _is_likely(item.name)]
    others = [item for item in new if not _is_likely(item.name)]
    tried = [*_spread(likely, _LIKELY), *_spread(others, _OTHERS)]
    mirror = mirror_of_objects(place, tried, wanted=lambda *_: True)
    try:
        parsers = parsers_for(ReadOptions())
        claims = [claim(item, parsers) for item in files_under(mirror.root)]
        files = [found for found in claims if not isinstance(found, Skipped)]
        if files:
            some = _spread(files, _READ)
            if not _has_curve(mirror.root, some, parsers):
                _warn_of_others(place, len(some), len(new))
            return
    finally:
        mirror.close()
    raise NothingReadable(
        f"{place.shown}: none of {len(tried):,} of its {len(new):,} objects is a log;"
        " name the folder of the runs"
    )


def _has_curve(root: Path, files: Sequence[ClaimedFile], parsers: Mapping[str, Parser]) -> bool:
    """Say whether one of some files has a run, or is too long to find out."""
    for found in files:
        if found.file.size > _SHORT or read_groups(root, groups_of([found], parsers), parsers):
            return True
    return False


def _warn_of_others(place: Place, tried: int, objects: int) -> None:
    """Warn that all objects are fetched, and that they may well be tables of something else."""
    warnings.warn(
        f"{place.shown}: none of {tried:,} tables that were tried has a loss or score;"
        f" now reading all {objects:,} objects: name the folder of the runs to avoid that",
        RemoteWarning,
        stacklevel=2,
    )


def _is_likely(name: str) -> bool:
    return bare(name).endswith(_NAMES) or "tfevents" in name


def _spread(items: Sequence[Item], most: int) -> Sequence[Item]:
    """Return some of the items, evenly spread."""
    return items[:: -(-len(items) // most)] if items else items


@contextmanager
def read_from(url: str) -> Iterator[Path]:
    """Mirror a URL until the process ends: runs read their tables and images on first use."""
    mirror = mirror_of(place_of(url))
    atexit.register(mirror.close)
    with spoken_of(mirror):
        yield mirror.root

"""Read a place in a store as if it were a folder of this machine."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from analyzer.errors import NothingReadable
from analyzer.model.issues import Skipped
from analyzer.parsers._base import ReadOptions
from analyzer.parsers._gzip import bare
from analyzer.reading.claims import claim, parsers_for
from analyzer.reading.files import files_under, is_entered
from analyzer.remote.mirror import Mirror, mirror_of_objects, mirrored, spoken_of
from analyzer.remote.places import Place, place_of
from analyzer.remote.store import Object, Stamp

MANY = 100_000  # new objects; with more, some are tried first: each costs a request
_LIKELY, _OTHERS = 20_000, 2_000  # objects that are tried, with the names of logs and without
_NAMES = (
    *(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".log", ".txt", ".out", ".err"),
    *(".wandb", ".db", ".sqlite", ".parquet", ".md"),
)


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
    """Raise NothingReadable if none of some objects is a log, most of them named like one."""
    likely = [item for item in new if _is_likely(item.name)]
    others = [item for item in new if not _is_likely(item.name)]
    tried = [*_spread(likely, _LIKELY), *_spread(others, _OTHERS)]
    mirror = mirror_of_objects(place, tried, wanted=lambda *_: True)
    try:
        parsers = parsers_for(ReadOptions())
        for item in files_under(mirror.root):
            if not isinstance(claim(item, parsers), Skipped):
                return
    finally:
        mirror.close()
    raise NothingReadable(
        f"{place.shown}: none of {len(tried):,} of its {len(new):,} objects is a log;"
        " name the folder of the runs"
    )


def _is_likely(name: str) -> bool:
    return bare(name).endswith(_NAMES) or "tfevents" in name


def _spread(items: Sequence[Object], most: int) -> Sequence[Object]:
    """Return some of the items, evenly spread."""
    return items[:: -(-len(items) // most)] if items else items


@contextmanager
def read_from(url: str) -> Iterator[Path]:
    """Mirror a URL until the process ends: runs read their tables and images on first use."""
    mirror = mirror_of(place_of(url))
    atexit.register(mirror.close)
    with spoken_of(mirror):
        yield mirror.root

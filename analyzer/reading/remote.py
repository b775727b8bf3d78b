"""Read a place in a store as if it were a folder of this machine."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.reading.files import is_entered
from analyzer.remote.mirror import Mirror, mirrored, spoken_of
from analyzer.remote.places import Place, place_of
from analyzer.remote.store import Stamp


def mirror_of(place: Place, is_known: Callable[[str, Stamp], bool] = lambda *_: False) -> Mirror:
    """Mirror a place, with the start of every file that a walk opens and that is not known."""

    def wanted(name: str, stamp: Stamp) -> bool:
        return is_entered(name) and not is_known(name, stamp)

    return mirrored(place, wanted=wanted)


@contextmanager
def read_from(url: str) -> Iterator[Path]:
    """Mirror a URL until the process ends: runs read their tables and images on first use."""
    mirror = mirror_of(place_of(url))
    atexit.register(mirror.close)
    with spoken_of(mirror):
        yield mirror.root

"""How often Python searches for circles of objects: rarely, where a process reads logs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SEARCHES = (50_000, 20, 100)  # objects made between two searches for circles; then the older ones


def search_rarely() -> None:
    """Let the whole process search seldom: for our own processes, not for a user's of the library.

    A log of many metrics makes many objects that stay, and hardly any that refer to each other in a
    circle: searching after each 700 of them took a tenth of the time.
    """
    gc.set_threshold(*_SEARCHES)


@contextmanager
def no_searches() -> Iterator[None]:
    """Let Python search for no circles: points in millions of objects are none, and grow steadily.

    With 100,000 tags a third of the time went into it, with 400 files of 4,000 points a fifteenth.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

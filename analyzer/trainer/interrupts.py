"""Ctrl-C at a place of our choosing.

In the middle of a write it could leave a writer's lock taken for ever.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """Hold back Ctrl-C until the yielded function is called.

    That function then raises KeyboardInterrupt.
    """
    seen: list[int] = []

    def check() -> None:
        if seen:
            raise KeyboardInterrupt

    if (
        threading.current_thread() is not threading.main_thread()
    ):  # only the main thread may change what a signal does
        yield check
        return
    before = signal.signal(signal.SIGINT, lambda number, _: seen.append(number))
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)

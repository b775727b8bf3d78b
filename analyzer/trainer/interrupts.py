"""Ctrl-C at a safe point: in the middle of a write it could leave a writer's lock held for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def deferred_interrupts() -> Iterator[Callable[[], None]]:
    """Defer Ctrl-C until the yielded function is called, which then raises KeyboardInterrupt.

    Outside the main thread this has no effect: only the main thread may set signal handlers.
    """
    received: list[int] = []

    def check() -> None:
        if received:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield check
        return
    before = signal.signal(signal.SIGINT, lambda number, _: received.append(number))
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)

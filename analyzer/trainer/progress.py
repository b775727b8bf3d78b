"""The progress of a training on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]  # called with what is done, and of how much


@contextmanager
def show_progress(name: str) -> Iterator[Progress]:
    """Yield a callback that shows progress on a terminal if rich is installed."""
    rich = None
    if sys.stderr.isatty():
        try:
            from rich.console import Console
            from rich.progress import Progress as Bar
        except ModuleNotFoundError:
            pass
        else:
            rich = Bar(console=Console(stderr=True, highlight=False), transient=True)
    if rich is None:
        yield lambda done, total: None  # noqa: ARG005 - silent
        return
    with rich as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

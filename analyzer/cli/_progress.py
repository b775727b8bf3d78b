"""Progress bars: only on a terminal, and only for what takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LONG_READ = 8 << 20  # bytes that take longer to read than a bar takes to appear


@contextmanager
def reading_progress() -> Iterator[Callable[[int, int, str], None] | None]:
    """Yield a callback that shows the progress of a long read; None in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    console = Console(stderr=True, highlight=False)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None, visible=False)
        yield lambda done, total, shown: bar.update(
            task, completed=done, total=total, description=shown[-40:], visible=total > _LONG_READ
        )


@contextmanager
def batch_progress(lang: str) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a callback that shows the progress of a batch, its rate and the time left.

    In a pipe it shows nothing.
    """
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from analyzer.resources import words

    names = words("_index")[lang]["progress"]
    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task(names["walk"], total=None, rate="")

        def show(what: str, done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f}/s" if speed and what == "read" else ""
            bar.update(
                task, description=names[what], completed=done, total=total or None, rate=rate
            )

        yield show

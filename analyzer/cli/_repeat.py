"""The option ``--every``: make a site again and again, until Ctrl-C."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from analyzer.cli._saying import INTERRUPTED, say_error
from analyzer.errors import NothingReadable

if TYPE_CHECKING:
    from analyzer.batch.result import Batch

_FORM = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
_LEAST = 1.0  # seconds


def seconds_of(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Return the seconds of a time such as 30s, 5m or 1h; without a unit, they are seconds."""
    if value is None:
        return None
    found = _FORM.fullmatch(value.strip())
    seconds = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if seconds < _LEAST:
        raise click.BadParameter(f"'{value}' must be one second or more, e.g. 30s, 5m or 1h.")
    return seconds


every_option = click.option(
    "--every",
    metavar="TIME",
    callback=seconds_of,
    help="Update the site again and again until Ctrl-C, e.g. every 30s, 5m or 1h. Prints only "
    "what changed.",
)


def repeat(make: Callable[[], Batch], seconds: float, tell: Callable[[Batch], None]) -> None:
    """Make a site every so many seconds, and tell of it when its runs or verdicts changed.

    A folder that has no log yet is tried again. Ctrl-C between two rounds ends it with exit code 0,
    in a round with that of an interrupted batch.
    """
    last: object = None
    try:
        while True:
            try:
                made = make()
            except NothingReadable as error:
                state: object = str(error)
                if state != last:
                    say_error(str(error))
            else:
                state = _state(made)
                if state != last:
                    tell(made)
                if made.interrupted:
                    raise click.exceptions.Exit(INTERRUPTED)
            last = state
            time.sleep(seconds)
    except KeyboardInterrupt:
        return


def _state(made: Batch) -> object:
    """Return what a user would want to hear of: the verdicts, and what could not be read."""
    unread = sorted((unread.source, unread.key) for unread in made.unread)
    return Counter((run.source, run.verdict) for run in made.runs), unread

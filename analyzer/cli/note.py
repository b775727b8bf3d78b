"""Note: add to the register what you think of a run, and tick what you did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from analyzer.cli._options import PATH, lang_option
from analyzer.cli._saying import say

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("run_name", metavar="RUN")
@click.argument("text", required=False, default="")
@click.option(
    "--site",
    type=PATH,
    help="The folder that 'analyzer batch' wrote. Default: the only one in this folder.",
)
@click.option(
    "--done",
    multiple=True,
    type=click.IntRange(1),
    metavar="N",
    help="Tick the N-th item of the run's checklist. Repeatable.",
)
@click.option(
    "--open",
    "reopened",
    multiple=True,
    type=click.IntRange(1),
    metavar="N",
    help="Remove the tick of the N-th item. Repeatable.",
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Date of the note. Default: today (UTC).",
)
@lang_option
def note(
    run_name: str,
    text: str,
    site: Path | None,
    done: tuple[int, ...],
    reopened: tuple[int, ...],
    date: datetime | None,
    lang: str,
) -> None:
    """Add a note on RUN to the register of a site, or tick items of its checklist.

    RUN is the name of a run in the site, its log, or its folder in the site. Without a note or a
    tick, print its notes and its checklist. Nothing is written beside the logs.
    """
    from analyzer.batch.noting import Changes, noted, show

    day = (date or datetime.now(UTC)).strftime("%Y-%m-%d")
    changes = Changes(text, done, reopened, day)
    if text or done or reopened:
        say(noted(run_name, site, changes, lang))
    else:
        say(show(run_name, site, lang))

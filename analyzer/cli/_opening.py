"""The option ``--open``: show what was written in a browser."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from analyzer.cli._saying import fail, say_error

if TYPE_CHECKING:
    from pathlib import Path

open_option = click.option(
    "--open",
    "open_page",
    is_flag=True,
    help="Open what was written in a browser. Does nothing if the output is not a terminal.",
)


def check_open(output: Path | None, *, open_page: bool) -> None:
    """Exit with one line if there is nothing to open."""
    if open_page and output is None:
        fail("--open: needs a file to open; name one with -o report.html")


def show_page(path: Path, *, open_page: bool) -> None:
    """Open a file in a browser if that was asked for and a person is there to see it."""
    if not open_page or not sys.stdout.isatty():
        return
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        say_error(f"no browser was found; open {path} yourself")

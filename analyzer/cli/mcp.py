"""Mcp: a server that answers an agent's questions about the logs of one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli._options import PATH, config_option, lang_option
from analyzer.cli._reading import read_settings
from analyzer.cli._saying import say

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("folder", required=False, type=PATH)
@click.option(
    "--budget",
    type=click.IntRange(600, 1_000_000),
    default=4096,
    show_default=True,
    metavar="CHARACTERS",
    help="Longest answer. Omitted lines are counted, with how to request them.",
)
@click.option("--skill", is_flag=True, help="Print a guide for agents and exit.")
@config_option
@lang_option
def mcp(folder: Path | None, budget: int, skill: bool, config: Path | None, lang: str) -> None:
    """Serve read-only tools for agents over MCP on stdin and stdout (extra [mcp]).

    They read the logs under FOLDER and nothing outside it: list_runs, diagnose, compare, curve,
    explain, search.
    """
    if skill:
        from analyzer.agents.skill import read_skill

        say(read_skill(lang), nl=False)
        return
    if folder is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    from analyzer.agents.server import serve
    from analyzer.agents.store import Store
    from analyzer.agents.tools import Desk

    serve(Desk(Store(folder, read_settings(config, ())), lang, budget))

"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

FAIL_ON = click.Choice(["critical", "warning", "never"])


class _Path(click.Path):
    """A path; nothing, which an unset variable of a shell leaves, is an error and not the folder one stands in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the path is empty; is a variable not set?", param, ctx)
        return super().convert(value, param, ctx)


PATH = _Path(path_type=Path)
path_argument = click.argument("path", type=PATH)
run_option = click.option(
    "--run", "run_name", metavar="NAME", help="Take this run where the path holds several."
)
strict_option = click.option(
    "--strict", is_flag=True, help="Stop with exit code 3 at the first damaged or refused file."
)
config_option = click.option(
    "--config",
    type=PATH,
    help="Settings; default: analyzer.toml or [tool.analyzer] in this folder or its parents.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON (schema 1) instead of text."
)
map_option = click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="NAME=SPLIT/METRIC",
    help="Say what a name means, such as --map 'my_nll=val/loss'.",
)
system_option = click.option(
    "--system-stats", is_flag=True, help="Also read what a tracker recorded of the machine."
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["en", "es"]),
    default="en",
    show_default=True,
    help="Language of the words.",
)

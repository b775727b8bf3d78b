"""Train: the reference trainer, which has a command line of its own."""

from __future__ import annotations

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def train(arguments: tuple[str, ...]) -> None:
    """Train a small network that goes wrong on purpose and log it for real; --help lists the scenarios."""
    from analyzer.trainer import command

    code = command.main(arguments, prog="analyzer train")
    if code:
        raise click.exceptions.Exit(code)

"""Train: the reference trainer, which has its own command line."""

from __future__ import annotations

import click

from analyzer.cli._completing import trained
from analyzer.cli._language import language_of
from analyzer.cli._messages import in_language


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, shell_complete=trained)
def train(arguments: tuple[str, ...]) -> None:
    """Train a small network, faulty on purpose or healthy; --help lists the scenarios."""
    from analyzer.trainer import command
    from analyzer.trainer.worded import Voice

    lang = language_of(click.get_current_context())
    voice = Voice(lang, lambda line: in_language(line, lang))
    code = command.main(arguments, prog="analyzer train", voice=voice)
    if code:
        raise click.exceptions.Exit(code)

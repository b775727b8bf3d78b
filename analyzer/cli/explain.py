"""Explain: what a detector looks for, and how often each remedy helped."""

from __future__ import annotations

import click

from analyzer.cli._completing import explained
from analyzer.cli._options import lang_option
from analyzer.cli._saying import say


@click.command()
@click.argument(
    "name",
    required=False,
    metavar="[NAME]",
    shell_complete=explained,
)
@click.option(
    "--effects",
    is_flag=True,
    help="Print only how often each remedy helped, for each kind of run that was measured.",
)
@lang_option
def explain(name: str | None, effects: bool, lang: str) -> None:
    """Explain what a detector looks for, how, and its limits; without a name, list all.

    A remedy, such as weight_decay, is explained by how often it helped; a verdict, such as
    diverged, and a word of the reports, such as gap, by what it means; a fact, such as
    time_per_step, by what it tells. Names may be in English or in Spanish.
    """
    from analyzer.report.explain import explain as explain_one
    from analyzer.report.explain import explain_all, explain_effects

    if effects:
        say(explain_effects(name or "", lang))
    else:
        say(explain_one(name, lang) if name else explain_all(lang))

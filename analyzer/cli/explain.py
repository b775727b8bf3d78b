"""Explain: what a detector looks for."""

from __future__ import annotations

import click

from analyzer.cli._options import lang_option
from analyzer.cli._saying import say


@click.command()
@click.argument("detector", required=False)
@lang_option
def explain(detector: str | None, lang: str) -> None:
    """Explain what a detector looks for, how, and its limits; without a name, list all."""
    from analyzer.report.explain import explain as explain_one
    from analyzer.report.explain import explain_all

    say(explain_one(detector, lang) if detector else explain_all(lang))

"""Explain: what a check looks for."""

from __future__ import annotations

import click

from analyzer.cli._options import lang_option


@click.command()
@click.argument("detector", required=False)
@lang_option
def explain(detector: str | None, lang: str) -> None:
    """Say what a detector looks for, how, with which thresholds and limits; without a name, list them."""
    from analyzer.report.explain import explain as one
    from analyzer.report.explain import explain_all

    click.echo(one(detector, lang) if detector else explain_all(lang))

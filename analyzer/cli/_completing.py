"""What a shell completes beyond commands, options and paths: names of checks, scenarios ..."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

_OTHERS = ("fleet", "remedies", "steps")  # what train takes in place of a scenario


def explained(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the names of one word that begin with what was typed, in either language."""
    from analyzer.report.named import names

    words = {name if "_" in name else name.lower() for name in names() if " " not in name}
    return _items(words, begun)


def trained(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the scenarios for the first word after train, and paths for the later ones."""
    if ctx.params.get("arguments"):
        from click.shell_completion import CompletionItem

        return [CompletionItem(begun, type="file")]
    from analyzer.trainer.scenarios import SCENARIOS

    return _items([*SCENARIOS, *_OTHERS], begun)


def _items(names: Iterable[str], begun: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in sorted(names) if name.startswith(begun)]

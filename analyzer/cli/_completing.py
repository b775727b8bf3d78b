"""What a shell completes beyond commands, options and paths: names of checks, scenarios ..."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

_OTHERS = ("fleet", "remedies", "steps")  # what train takes in place of a scenario


def explained(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the detectors, verdicts and remedies that begin with what was typed."""
    from analyzer import registry
    from analyzer.advice.remedies import AGAIN, REMEDIES
    from analyzer.detectors._base import Detector
    from analyzer.report.badges import explained_badges

    detectors = registry.discover("analyzer.detectors", Detector)
    return _items([*detectors, *explained_badges(), *REMEDIES, AGAIN], begun)


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

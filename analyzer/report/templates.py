"""The templates of pages, each compiled once a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from analyzer import resources
from analyzer.safe.names import visible


@cache
def template(name: str, plain: Callable[[str], str] | None = None) -> Template:
    """Return a template of ``report_templates``: HTML with everything escaped, or text with its filter ``md``."""
    environment = Environment(
        loader=FileSystemLoader(resources.folder("report_templates")),
        autoescape=plain is None,  # noqa: S701 - what is not HTML escapes by its own filter
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["visible"] = lambda value: visible(str(value))
    if plain is not None:
        environment.filters["md"] = plain
    return environment.get_template(name)

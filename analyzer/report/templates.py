"""The templates of pages, each compiled once per process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from analyzer import resources
from analyzer.report.breaks import breakable
from analyzer.safe.names import visible


@cache
def template(name: str, plain: Callable[[str], str] | None = None) -> Template:
    """Return a template of ``report_templates``.

    By default it is HTML with every value escaped. With ``plain`` it is text, and its filter
    ``md`` escapes a value by that function.
    """
    environment = Environment(
        loader=FileSystemLoader(resources.folder("report_templates")),
        autoescape=plain is None,  # noqa: S701 - text has a filter of its own
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["breakable"] = breakable
    environment.filters["visible"] = lambda value: visible(str(value))
    if plain is not None:
        environment.filters["md"] = plain
    return environment.get_template(name)

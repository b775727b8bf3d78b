"""Reports of one run in several languages, laid over each other: what differs is marked with its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from analyzer.safe.names import visible


def laid_over(langs: Sequence[str], values: Sequence[Any]) -> Any:
    """Return one value for all languages: dataclasses and mappings as dictionaries, sequences as lists, text as markup.

    A text on which the languages agree stands once, else once a language in a ``<span lang>``; style.css shows one.
    Numbers and what else is not text are those of the first language. Raises ValueError where the shapes differ.
    """
    first = values[0]
    if isinstance(first, str):
        return _texts(langs, values)
    if is_dataclass(first):
        return {
            part.name: laid_over(langs, [getattr(value, part.name) for value in values])
            for part in fields(first)
        }
    if isinstance(first, Mapping):
        return {name: laid_over(langs, [value[name] for value in values]) for name in first}
    if isinstance(first, tuple | list):
        return [laid_over(langs, parts) for parts in zip(*values, strict=True)]
    return first


def _texts(langs: Sequence[str], texts: Sequence[str]) -> Markup:
    shown = [escape(visible(text)) for text in texts]
    if len(set(shown)) == 1:
        return Markup(shown[0])  # noqa: S704 - escaped above
    spans = (f'<span lang="{lang}">{text}</span>' for lang, text in zip(langs, shown, strict=True))
    return Markup("".join(spans))  # noqa: S704 - escaped above

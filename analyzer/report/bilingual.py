"""One value for several languages: texts that differ are marked with their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from analyzer.safe.names import visible


def laid_over(langs: Sequence[str], values: Sequence[Any]) -> Any:
    """Return values of one shape, one per language, as a single value for a template.

    Dataclasses and mappings become dictionaries, sequences become lists, texts become markup. A
    text on which the languages agree appears once, otherwise once per language in a
    ``<span lang>``; style.css shows one. Anything but text is taken from the first language.
    Raises ValueError if sequences differ in length.
    """
    first = values[0]
    if isinstance(first, str):
        return _texts(langs, values)
    if is_dataclass(first):
        return {
            field.name: laid_over(langs, [getattr(value, field.name) for value in values])
            for field in fields(first)
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

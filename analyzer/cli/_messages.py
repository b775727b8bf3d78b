"""Errors and notes in another language than English, found by their English templates.

They are raised in English, in every part of the code and in worker processes. A line is looked up
in ``report_templates/terminal/messages.es.toml`` as it is printed, and stays English, as a whole,
if no template fits (docs/decisions/0033).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any, NamedTuple

from analyzer.sentences import LANGUAGES

# The specs of values; others stand as they are.
PHRASE = "phrase"  # has templates of its own
PLACEHOLDER = "placeholder"  # the name of an argument, as help has it
_NAME = re.compile(r"[A-Z]+(?: RANGE)?")  # of a placeholder: PATH, METRIC<NUMBER, INTEGER RANGE
LINES, PHRASES = "lines", "phrases"
_TABLES = {LINES: ("lines",), PHRASES: ("phrases", "click", "argparse", "system")}
_LONGEST = 2_000  # characters of a line that is looked up


class Template(NamedTuple):
    """An English sentence with named places, and its translation.

    ``literals`` are the texts between the places, one more than there are ``names``, each of which
    stands once.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    translation: str

    @property
    def weight(self) -> int:
        """Return how much of the sentence is fixed: the template with the most is the one meant."""
        return sum(map(len, self.literals))

    def values_in(self, text: str) -> Mapping[str, str] | None:
        """Return what stands in the places, None if the text is not of this template.

        Each fixed text is taken where it stands first, so the time grows with the length alone.
        """
        if not self.names:
            return {} if text == self.literals[0] else None
        start, last = len(self.literals[0]), len(text) - len(self.literals[-1])
        if not (text.startswith(self.literals[0]) and text.endswith(self.literals[-1])):
            return None
        values: dict[str, str] = {}
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            is_last = len(values) == len(self.names) - 1
            end = last if is_last else text.find(literal, start)
            if end < start:
                return None
            values[name] = text[start:end]
            start = end + len(literal)
        return values


def in_language(line: str, lang: str) -> str:
    """Return an English line in a language, itself if it has no translation."""
    if lang == LANGUAGES[0] or len(line) > _LONGEST:
        return line
    return _translated(line, lang, LINES) or line


def placeholders(text: str, lang: str) -> str:
    """Return a text in which the placeholders of arguments and options are those of a language."""
    names: Mapping[str, str] = terminal("help", lang)["placeholders"]
    return _NAME.sub(lambda name: names.get(name[0], name[0]), text)


def terminal(name: str, lang: str) -> Mapping[str, Any]:
    """Return a file of words, whose reading English does without."""
    from analyzer import resources

    return resources.terminal(name, lang)


@cache
def templates(lang: str, kind: str) -> tuple[Template, ...]:
    """Return the templates of LINES or PHRASES, those with the most fixed text first."""
    tables = terminal("messages", lang)
    made = []
    for name in _TABLES[kind]:
        made += [template(english, own) for english, own in tables[name].items()]
    return tuple(sorted(made, key=lambda known: known.weight, reverse=True))


def template(english: str, translation: str) -> Template:
    """Return the template of an English sentence with {named} places."""
    literals, names = [""], []
    for literal, name, _, _ in Formatter().parse(english):
        literals[-1] += literal
        if name is not None:
            names.append(name)
            literals.append("")
    return Template(tuple(literals), tuple(names), translation)


def _translated(text: str, lang: str, kind: str) -> str | None:
    """Return the translation of a text by the first template that fits, None without one."""
    for known in templates(lang, kind):
        values = known.values_in(text)
        if values is not None:
            filled = _filled(known.translation, values, lang)
            if filled is not None:
                return filled
    return None


def _filled(translation: str, values: Mapping[str, str], lang: str) -> str | None:
    """Return a sentence with its values, None if a phrase among them has no translation."""
    parts = []
    for literal, name, spec, _ in Formatter().parse(translation):
        parts.append(literal)
        if name is not None:
            value: str | None = values[name]
            if spec == PHRASE:
                value = _translated(values[name], lang, PHRASES)
            elif spec == PLACEHOLDER:
                value = placeholders(values[name], lang)
            if value is None:
                return None
            parts.append(value)
    return "".join(parts)

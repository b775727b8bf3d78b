"""Law 14: what the terminal says can be said in Spanish.

Errors and notes are raised in English; ``messages.es.toml`` has a Spanish sentence for the template
of each. Those without one are counted here, and their number only shrinks.
"""

from __future__ import annotations

import ast
import errno
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest

import analyzer
from analyzer.cli._messages import LINES, PHRASE, PHRASES, PLACEHOLDER, in_language, templates
from analyzer.resources import terminal

PACKAGE = Path(analyzer.__file__).parent
SAYING = {
    *("AnalyzerError", "ConfigError", "NothingReadable", "PathNotFound"),
    *("fail", "say_error", "print_error", "error", "warn", "_warn", "BadParameter", "UsageError"),
}
# Raised for callers in Python and for agents, never for the terminal.
WORDS = re.compile(r"[a-z]+ [a-z]+")
ELSEWHERE = ("agents/", "reading/in_memory.py", "reading/history_shapes.py", "batch/in_python.py")
MOST_IN_ENGLISH = 2  # this number only shrinks
TABLES = terminal("messages", "es")
SENTENCES = [(english, own) for table in TABLES.values() for english, own in table.items()]
OURS = [*TABLES[LINES], *TABLES[PHRASES]]


class Strings:
    """The strings of a module: with {} for what an f-string puts in, and constants in place."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
        self.constants = {
            node.targets[0].id: node.value
            for node in assigned
            if isinstance(node.targets[0], ast.Name)
        }

    def text(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name) and node.id in self.constants:
            return self.text(self.constants[node.id])
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self._part, node.values))
        return None

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            return self._constant(node.value) or "{}"
        return self.text(node) or ""

    def _constant(self, node: ast.expr) -> str | None:
        return self.text(node) if isinstance(node, ast.Name) else None

    def said(self) -> Iterator[str]:
        """Yield what is raised or printed, where it is written out on the spot."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and node.args and name_of(node.func) in SAYING:
                text = self.text(node.args[0])
                if text is not None and WORDS.search(text):
                    yield text

    def every(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                yield self.text(node) or ""


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


@cache
def modules() -> Mapping[str, Strings]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        found[name] = Strings(ast.parse(path.read_text(encoding="utf-8")))
    return found


def in_english() -> list[str]:
    """Return the messages without a Spanish sentence, each with its module."""
    found = []
    for name, strings in modules().items():
        if not name.startswith(ELSEWHERE):
            found += [f"{name}: {text}" for text in strings.said() if not is_known(text)]
    return found


def is_known(text: str) -> bool:
    known = (*templates("es", LINES), *templates("es", PHRASES))
    texts = (text, f"settings.toml: {text}")  # of settings, the file is named where it is known
    return any(template.values_in(text) is not None for template in known for text in texts)


def test_the_number_of_messages_in_english_only_shrinks() -> None:
    found = in_english()
    assert len(found) <= MOST_IN_ENGLISH, "\n".join(found)
    assert len(found) == MOST_IN_ENGLISH, f"write MOST_IN_ENGLISH = {len(found)}"


@pytest.mark.parametrize(("english", "spanish"), SENTENCES)
def test_both_languages_name_the_same_values(english: str, spanish: str) -> None:
    assert sorted(set(names_in(english))) == sorted(names_in(english)), "a name stands twice"
    assert set(names_in(english)) == set(names_in(spanish))
    specs = {spec for _, _, spec, _ in Formatter().parse(spanish) if spec}
    assert specs <= {PHRASE, PLACEHOLDER}


@pytest.mark.parametrize("english", OURS)
def test_no_sentence_is_dead(english: str) -> None:
    """Each piece of it stands in the code."""
    pieces = chain.from_iterable(
        re.split(r"; |: |\n| \(", literal) for literal, _, _, _ in Formatter().parse(english)
    )
    assert all(piece.strip(" '\"") in every_string() for piece in pieces), english


@cache
def every_string() -> str:
    return "\n".join(chain.from_iterable(found.every() for found in modules().values()))


def test_the_reasons_of_the_system_are_those_of_its_errors() -> None:
    assert set(TABLES["system"]) <= set(map(os.strerror, errno.errorcode))


def names_in(sentence: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


def test_a_template_says_what_it_is_about() -> None:
    """With few words of its own it would fit sentences that mean something else."""
    for template in templates("es", LINES):
        assert template.weight >= 11, template


@pytest.mark.parametrize("english", TABLES[LINES])
def test_the_template_with_the_most_words_is_the_one_meant(english: str) -> None:
    """A line filled with plain values gets its own translation, not that of a shorter template."""
    values = dict.fromkeys(names_in(english), "x")
    specs = {name for _, name, spec, _ in Formatter().parse(TABLES[LINES][english]) if spec}
    if not specs:
        expected = TABLES[LINES][english].format(**values)
        assert in_language(english.format(**values), "es") == expected

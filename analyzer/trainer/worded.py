"""The trainer's command line in the language of the user: help, and the lines that it prints.

``report_templates/terminal/trainer.es.toml`` has the texts of help; it is read only if they are
wanted.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from analyzer.resources import terminal
from analyzer.sentences import LANGUAGES
from analyzer.trainer.options import Help


class Voice(NamedTuple):
    """A language, and the function that says an English line in it."""

    lang: str = LANGUAGES[0]
    said: Callable[[str], str] = str


def worded(
    parser: argparse.ArgumentParser, command: str, lang: str, **values: str
) -> argparse.ArgumentParser:
    """Return the parser of a command with its help in a language; ``values`` fill its texts."""
    if lang == LANGUAGES[0]:
        return parser
    words = terminal("trainer", lang)
    titles, texts = words["argparse"], {**words["options"], **words["commands"][command]}
    parser.description = texts["about"].strip()
    parser.formatter_class = partial(Help, usage=titles["usage"])
    parser._positionals.title = titles["arguments"]
    parser._optionals.title = titles["options"]
    for action in parser._actions:
        is_help = isinstance(action, argparse._HelpAction)
        action.help = titles["help"] if is_help else texts[name_of(action)].format(**values)
        if isinstance(action.metavar, str):
            action.metavar = words["placeholders"].get(action.metavar, action.metavar)
    return parser


def name_of(action: argparse.Action) -> str:
    """Return the name by which the words know an option or argument: its first long one."""
    long = [option for option in action.option_strings if option.startswith("--")]
    return long[0] if long else action.dest


def scenario_texts(english: Mapping[str, str], lang: str) -> Mapping[str, str]:
    """Return what each scenario is, by name, in a language."""
    if lang == LANGUAGES[0]:
        return english
    own = terminal("trainer", lang)["scenarios"]
    return {name: own[name] for name in english}


def epilog(scenarios: str, others: str, prog: str, lang: str) -> str:
    """Return what stands below the options of the trainer: the scenarios and other commands."""
    title = "scenarios"
    if lang != LANGUAGES[0]:
        words = terminal("trainer", lang)
        title = words["argparse"]["scenarios"]
        others = words["commands"]["train"]["others"].strip().format(prog=prog)
    return f"{title}:\n{scenarios}\n\n{others}"

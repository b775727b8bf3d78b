"""The language of reports, help and errors.

--lang decides, else ANALYZER_LANG, the settings, the system's language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from analyzer.errors import ConfigError
from analyzer.sentences import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    import click

VARIABLE = "ANALYZER_LANG"
# POSIX: the first of these that is not empty names the language of messages.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
_FILES = ("analyzer.toml", "pyproject.toml")
_SETS_LANG = re.compile(rb"\blang\b")
_LARGEST = 1 << 20  # bytes of a file of settings
# Where the context keeps the words of the command line, and the language found from them.
_WORDS, _LANGUAGE = "analyzer.words", "analyzer.language"


def chosen_language(context: click.Context, _parameter: click.Parameter, option: str | None) -> str:
    """Return the language of the option, else that of the first place that names one.

    Raises ConfigError if ANALYZER_LANG or the settings name an unknown language. Settings that a
    command does not read for anything else cannot stop it.
    """
    if option is not None:
        return option
    variable = os.environ.get(VARIABLE, "")
    if variable:
        if variable not in LANGUAGES:
            raise ConfigError(f"{VARIABLE}={variable}: must be en or es")
        return variable
    return _of_settings(context) or system_language()


def _of_settings(context: click.Context) -> str:
    """Return the language that the settings name, "" if they name none."""
    from analyzer.config import read_config

    path: Path | None = context.params.get("config")
    reads_settings = any(parameter.name == "config" for parameter in context.command.params)
    if reads_settings:
        return read_config(path).lang
    with suppress(ConfigError):
        return read_config().lang
    return ""


def system_language() -> str:
    """Return the language of the system's messages if it is one of ours, otherwise English."""
    locale = next(filter(None, map(os.environ.get, _LOCALE)), "") or _locale_of_windows()
    language = locale.partition(".")[0].partition("@")[0].partition("_")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def keep_words(context: click.Context, words: Sequence[str]) -> None:
    """Let the context remember the command line, for what is said before options are read."""
    context.meta[_WORDS] = tuple(words)


def language_of(context: click.Context | None) -> str:
    """Return the language of help and errors; English outside a command."""
    if context is None:
        return LANGUAGES[0]
    if _LANGUAGE not in context.meta:
        context.meta[_LANGUAGE] = language_of_words(context.meta.get(_WORDS, ()))
    return str(context.meta[_LANGUAGE])


def language_of_words(words: Sequence[str]) -> str:
    """Return the language of help and errors, found from the words of a command line.

    A language that is unknown, or settings that cannot be read, are passed over: saying so is up
    to ``chosen_language``.
    """
    wanted = (_value_of("--lang", words), os.environ.get(VARIABLE, ""))
    for language in wanted:
        if language in LANGUAGES:
            return language
    return _of_files(_value_of("--config", words)) or system_language()


def asks_for_help(context: click.Context) -> bool:
    """Say whether the texts of options will be shown: help is asked for, or a completion."""
    words = context.meta.get(_WORDS, ())
    return context.resilient_parsing or not words or not {"-h", "--help"}.isdisjoint(words)


def _value_of(option: str, words: Sequence[str]) -> str:
    """Return the value of an option, the last one if it is repeated, "" without it."""
    value = ""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == option:
            value = "".join(words[place + 1 : place + 2])
        elif word.startswith(f"{option}="):
            value = word.removeprefix(f"{option}=")
    return value


def _of_files(config: str) -> str:
    """Return the language that settings name, "" if none; they are read in full only if needed."""
    with suppress(OSError):
        if not any(map(_sets_language, [config] if config else _settings_files())):
            return ""
        from pathlib import Path

        from analyzer.config import read_config

        with suppress(ConfigError):
            return read_config(Path(config) if config else None).lang
    return ""


def _settings_files() -> Iterator[str]:
    """Yield where settings of the current folder may be: in it and in its parents."""
    folder = os.getcwd()  # noqa: PTH109 - help starts without pathlib
    while True:
        yield from (os.path.join(folder, name) for name in _FILES)  # noqa: PTH118
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            return
        folder = parent


def _sets_language(path: str) -> bool:
    """Say whether a file of settings may name a language."""
    if not os.path.isfile(path):  # noqa: PTH113
        return False
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return _SETS_LANG.search(file.read(_LARGEST)) is not None
    except OSError:
        return False


def _locale_of_windows() -> str:
    """Return the locale in which Windows shows its own texts, e.g. es_ES; "" on other systems."""
    if os.name != "nt":
        return ""
    import ctypes
    from locale import windows_locale

    with suppress(AttributeError, KeyError, OSError):
        number = vars(ctypes)["windll"].kernel32.GetUserDefaultUILanguage()
        return windows_locale[number]
    return ""

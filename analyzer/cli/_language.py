"""The language of reports: --lang, ANALYZER_LANG, the settings, then that of the system."""

from __future__ import annotations

import os
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

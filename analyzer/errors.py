"""The errors and warnings a user can meet: one line with the thing, the place and the fix."""

from __future__ import annotations

from typing import Any


class AnalyzerError(Exception):
    """Base of all errors that we raise; ``exit_code`` is what the command line returns for it."""

    exit_code = 2


class PathNotFound(AnalyzerError):
    """The path does not exist."""


class ConfigError(AnalyzerError):
    """A setting cannot be used: unknown name, wrong type or out of range."""


class NotAHistory(ConfigError, TypeError):
    """The object is of no type that holds a training history."""


class NothingReadable(AnalyzerError):
    """The path exists but contains no log with a point in it.

    ``logged`` are names in files that were refused because none of their names is known.
    """

    exit_code = 4

    def __init__(self, message: str, logged: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.logged = logged


class ParseError(AnalyzerError):
    """A file cannot be read as the log it looks like.

    ``key`` names the reason (``report_templates/text/_issues.toml``), ``values`` fill its sentence.
    """

    exit_code = 3

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotThisFormat(ParseError):
    """The content shows that the file is not of this format."""


class NotApplicable(AnalyzerError):
    """A detector cannot judge this run.

    ``key`` names the reason (``report_templates/text/_reasons.toml``), ``values`` fill it in.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class PluginWarning(UserWarning):
    """A plug-in of a third party, or its words, cannot be used; the analysis goes on without it."""


class RemoteWarning(UserWarning):
    """Something about a store that the user named: it throttles, or an object was left out."""


class WorkersWarning(UserWarning):
    """The system allows no worker processes; a batch goes on in one process, without its limits."""

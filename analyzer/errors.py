"""The errors a user can meet; every one of them derives from AnalyzerError and says thing, place and fix in a line."""

from __future__ import annotations

from typing import Any


class AnalyzerError(Exception):
    """Base of every error of ours; ``exit_code`` is what the command line returns for it."""

    exit_code = 2


class PathNotFound(AnalyzerError):
    """The path that was asked for does not exist."""


class ConfigError(AnalyzerError):
    """A setting that cannot be used: unknown name, wrong type or out of range."""


class NothingReadable(AnalyzerError):
    """The path exists and holds no log with a point in it."""

    exit_code = 4


class ParseError(AnalyzerError):
    """A file that cannot be read as the log it looks like.

    ``key`` names the reason (``report_templates/text/_issues.toml``), ``values`` fill its sentence.
    """

    exit_code = 3

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotThisFormat(ParseError):
    """The content shows that the file is no log of this format; another parser may take it."""


class NotApplicable(AnalyzerError):
    """A detector cannot judge this run. ``key`` is a reason of ``_reasons.toml``, ``values`` fill its sentence."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

"""Turn an exception that no parser should raise into the words of an issue.

A log is a stranger's file, and a parser may be a stranger's code: what fails in one of them costs
one file. With engine.py, which does the same for detectors, this is why every exception is caught.
"""

from __future__ import annotations

from analyzer.model.issues import LogIssue
from analyzer.parsers._base import Parser
from analyzer.safe.names import printable

FAILED = "parser_failed"  # the key of the issue and of the reason
_MOST = 200  # characters of an error


def is_out_of_memory(issue: LogIssue) -> bool:
    """Say whether a parser failed because there was not enough memory."""
    return issue.key == FAILED and str(issue.values["error"]).startswith(MemoryError.__name__)


def failure(parser: Parser, error: BaseException) -> dict[str, str]:
    """Return the values of the issue that a parser failed: its format, and what it raised."""
    text = " ".join(str(error)[:_MOST].split())
    name = type(error).__name__
    return {
        "format": str(getattr(parser, "title", type(parser).__name__)),
        "error": printable(f"{name}: {text}" if text else name),
    }

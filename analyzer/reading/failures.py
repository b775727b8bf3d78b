"""Turn what a parser raises into a file that was skipped, or into the words of an issue.

A log is a stranger's file, and a parser may be a stranger's code: what fails in one of them costs
one file. With engine.py, which does the same for detectors, this is why every exception is caught.
"""

from __future__ import annotations

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue, Skipped
from analyzer.parsers._base import LogFile, Parser
from analyzer.safe.names import printable
from analyzer.safe.systems import is_no_thread

# the keys of the issue and of the reason
FAILED, NO_MEMORY = "parser_failed", "parser_no_memory"
# Reasons of files that look like a format and lack something of it; others are parts of a log.
_LACKING = {"no_metric", "no_table", "table_of_results", "json_lines", "no_header", "bare_list"}
_MOST = 200  # characters of an error


def is_out_of_memory(issue: LogIssue) -> bool:
    """Say whether a parser failed because there was not enough memory."""
    return issue.key == NO_MEMORY


def key_of(error: BaseException) -> str:
    """Return the key of what a parser raised: too little memory is not its fault."""
    return NO_MEMORY if isinstance(error, MemoryError) or is_no_thread(error) else FAILED


def refusal(file: LogFile, parser: Parser, error: ParseError) -> Skipped:
    """Return a file that a parser refused, with the format that it is like if it lacks a part."""
    nearest = getattr(parser, "title", "") if error.key in _LACKING else ""
    return Skipped(file.shown, error.key, error.values, nearest)


def failure(parser: Parser, error: BaseException) -> dict[str, str]:
    """Return the values of the issue that a parser failed: its format, and what it raised."""
    text = " ".join(str(error)[:_MOST].split())
    name = type(error).__name__
    return {
        "format": str(getattr(parser, "title", type(parser).__name__)),
        "error": printable(f"{name}: {text}" if text else name),
    }

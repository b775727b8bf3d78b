"""What the commands of the trainer share: their parser, options and output."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from analyzer.errors import AnalyzerError

NAME_WIDTH = 28  # columns for the names of options and scenarios


class Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the scenario list, and one width for every terminal.

    ``usage`` is how the first line begins, by default as argparse begins it.
    """

    def __init__(self, prog: str, usage: str | None = None) -> None:
        super().__init__(prog, max_help_position=NAME_WIDTH, width=100)
        self._begins = usage

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Add the line that shows how the command is called."""
        super().add_usage(usage, actions, groups, prefix or self._begins)


class Parser(argparse.ArgumentParser):
    """Reports a usage error in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise AnalyzerError with the line and where help is."""
        raise AnalyzerError(f"{message}; see '{self.prog} --help'")


def add_shared_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every training: device, seed and force."""
    parser.add_argument(
        "--device",
        choices=("auto", "cuda", "cpu"),
        default="auto",
        help="default: CUDA if available",
    )
    parser.add_argument(
        "--seed",
        type=seed,
        default=0,
        metavar="N",
        help="the same seed gives the same run (default: 0)",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace an existing run in the folder"
    )


def count(text: str) -> int:
    """Return a whole number of at least 1; anything else is a usage error."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'must be a whole number of at least 1, not "{text}"')
    return int(text)


def seed(text: str) -> int:
    """Return a seed of 32 bits; anything else is a usage error."""
    if not text.isascii() or not text.isdigit() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f'must be a whole number from 0 to 2^32 - 1, not "{text}"')
    return int(text)


def print_error(line: str) -> None:
    """Print a line on stderr."""
    sys.stderr.write(f"{line}\n")


def print_line(text: str) -> None:
    """Print a line on stdout."""
    sys.stdout.write(f"{text}\n")

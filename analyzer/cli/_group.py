"""The command itself: its name, its version, and what becomes of every error of ours."""

from __future__ import annotations

import os
import sys
import warnings
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from analyzer.cli._saying import INTERRUPTED, USAGE, say_error
from analyzer.version import __version__


class _Group(click.Group):
    """Turns every error of ours into one line on stderr and its exit code; no traceback reaches a user."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(
                stream, TextIOWrapper
            ):  # a terminal that cannot show a character gets a "?"
                stream.reconfigure(errors="replace")
        if not args:
            return super().parse_args(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            _misused(ctx, error)

    def invoke(self, ctx: click.Context) -> Any:
        from analyzer.errors import AnalyzerError

        if (
            not sys.warnoptions
        ):  # a loss of 1e308 overflows on the way to its verdict; that is no news to the user
            warnings.simplefilter("ignore", RuntimeWarning)
        # The matrices here are small: a second thread of the linear algebra only waits for the first.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _misused(ctx, error)
        except AnalyzerError as error:
            say_error(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            say_error("interrupted")
            ctx.exit(INTERRUPTED)


def _misused(ctx: click.Context, error: click.UsageError) -> NoReturn:
    say_error(f"{error.format_message()} See '{(error.ctx or ctx).command_path} --help'.")
    ctx.exit(USAGE)


@click.group(
    cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="analyzer")
def main() -> None:
    """Read the logs of a finished training run and say what happened, how sure it is and what to do next."""

"""The command itself: its name and version, and how errors and warnings reach the user."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TextIO

import click

from analyzer.cli._help import Context, translated, translated_params
from analyzer.cli._language import (
    asks_for_help,
    keep_words,
    language_of,
    language_of_words,
)
from analyzer.cli._limits import require_address_space
from analyzer.cli._messages import terminal
from analyzer.cli._saying import INTERRUPTED, USAGE, fail, quoted, say_error
from analyzer.cli._streams import escape_unshown
from analyzer.errors import AnalyzerError, PluginWarning, RemoteWarning, WorkersWarning
from analyzer.garbage import search_rarely
from analyzer.safe.systems import is_no_thread
from analyzer.sentences import LANGUAGES
from analyzer.version import __version__

_NO_MEMORY = "the logs need more memory than there is; read fewer at once, or use batch"
_NO_ROOM = "failed to map segment"  # how the loader of libraries says that there is no memory
_OURS = (PluginWarning, RemoteWarning, WorkersWarning)
_OUTPUT = ("-o", "--output")
_BARE = "Got unexpected"  # click ends it with the words in brackets
_WIDTH = 80  # columns, where no terminal says otherwise, and at most


class _Group(click.Group):
    """Turns every AnalyzerError into one line on stderr and its exit code, without a traceback.

    Help and errors are in the language of the user.
    """

    context_class = Context

    def main(self, args: Sequence[str] | None = None, *others: Any, **kwargs: Any) -> Any:
        """Run the command; an output that cannot be written to is one line."""
        _open_closed_streams()
        try:
            try:
                return super().main(args, *others, **kwargs)
            finally:
                sys.stdout.flush()  # at the exit Python would say it in its own way
        except OSError as error:
            words = sys.argv[1:] if args is None else args
            say_error(_failed(error), lang=language_of_words(words))
            _forget(sys.stdout)
            sys.exit(USAGE)
        finally:
            try:
                sys.stderr.flush()
            except OSError:  # what could not be said changes no exit code
                _forget(sys.stderr)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        escape_unshown()
        keep_words(ctx, args)
        if ctx.terminal_width is None:
            ctx.terminal_width = _width()  # click would import shutil and its archives for it
        if not args:
            return super().parse_args(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if isinstance(error, click.NoSuchOption):
                _refuse_early(error)
            _misused(ctx, error)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; if its help will be shown, in the language of the user."""
        command = super().get_command(ctx, cmd_name)
        return None if command is None else translated(command, ctx)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options of the group itself, as ``get_command`` returns a command."""
        params = super().get_params(ctx)
        if not asks_for_help(ctx) or language_of(ctx) == LANGUAGES[0]:
            return params
        return translated_params(self, params, ctx)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program is for."""
        lang = language_of(ctx)
        if lang == LANGUAGES[0]:
            super().format_help_text(ctx, formatter)
            return
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(terminal("help", lang)["commands"][self.name]["about"])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names; a path gets the command to read it."""
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-") and _is_path(word):
            fail(f"{word}: is a path, not a command; try: analyzer report {quoted(word)}")
        name, command, words = super().resolve_command(ctx, args)
        if command is not None:
            _refuse_two_outputs(command, words)
        return name, command, words

    def invoke(self, ctx: click.Context) -> Any:
        # The matrices are small: a second thread of the linear algebra only waits.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        search_rarely()
        require_address_space()
        try:
            with _warnings_in_one_line(), _ended_like_ctrl_c():
                return super().invoke(ctx)
        except click.UsageError as error:
            _misused(ctx, error)
        except AnalyzerError as error:
            say_error(str(error))
            ctx.exit(error.exit_code)
        except (MemoryError, RuntimeError) as error:
            if is_no_thread(error):
                say_error(
                    "too little memory or too many processes to start a thread;"
                    " raise the limit (ulimit -v or -u)"
                )
            elif isinstance(error, MemoryError):
                say_error(_NO_MEMORY)
            else:
                raise
            ctx.exit(USAGE)
        except ImportError as error:
            if _NO_ROOM not in str(error):
                raise
            say_error("too little memory to load a library; raise its limit (ulimit -v)")
            ctx.exit(USAGE)
        except KeyboardInterrupt:
            say_error("interrupted")
            ctx.exit(INTERRUPTED)


def _is_path(word: str) -> bool:
    """Say whether a word in place of a command is a path: there is one, or it has a slash."""
    return "/" in word or os.sep in word or os.path.exists(word)  # noqa: PTH110 - may be too long


def _width() -> int:
    """Return how many columns help has, as click chooses them: at most 78."""
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() else 0
    if not width and sys.__stdout__ is not None:
        with suppress(ValueError, OSError):  # no terminal
            width = os.get_terminal_size(sys.__stdout__.fileno()).columns
    return max(min(width or _WIDTH, _WIDTH) - 2, 50)


def _failed(error: OSError) -> str:
    """Return a line on an output that failed, or on a current folder that was removed."""
    if isinstance(error, FileNotFoundError) and error.filename is None:  # only getcwd names no file
        return "the current folder no longer exists; change to another one"
    what = "the output" if error.filename is None else str(error.filename)
    return f"{what}: cannot be written: {error.strerror or type(error).__name__}"


def _open_closed_streams() -> None:
    """Let a stream that the caller has closed (``2>&-``) lead nowhere; Python makes it None."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for all of the process


def _forget(stream: TextIO) -> None:
    """Let what waits to be printed go: at the exit Python would try to print it again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    """Print our own warnings as a line each on stderr; silence overflows on the way to a verdict.

    A loss of 1e308 overflows, which is not news to the user.
    """
    with warnings.catch_warnings():
        show_other = warnings.showwarning

        def show(message: Any, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, _OURS):
                say_error(str(message))
            else:
                show_other(message, category, *place, **more)

        warnings.showwarning = show
        if not sys.warnoptions:
            warnings.simplefilter("ignore", RuntimeWarning)
        for ours in _OURS:  # never an error: they stop nothing
            warnings.simplefilter("always", ours)
        yield


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let SIGTERM and SIGHUP interrupt: a batch shows what it has and leaves nothing behind."""
    former = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # of another thread than the main one
                former[number] = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _misused(ctx: click.Context, error: click.UsageError) -> NoReturn:
    """Print what is wrong with the words of a command, and which help says more."""
    path = ctx.command_path
    if error.ctx is not None:
        path = error.ctx.command_path
    elif ctx.invoked_subcommand:  # its parser knows no context
        path = f"{path} {ctx.invoked_subcommand}"
    said = error.format_message()
    stop = "" if said.endswith((".", ")", "?")) and not said.startswith(_BARE) else "."
    say_error(f"{said}{stop} See '{path} --help'.")
    ctx.exit(USAGE)


def _refuse_early(error: click.NoSuchOption) -> None:
    """Exit with a line of its own for an option of a command that stands before the command."""
    commands = main.commands.values()
    if any(error.option_name in option.opts for own in commands for option in own.params):
        name = error.option_name
        fail(f"{name}: goes after the command; try: analyzer report PATH {name} ...")


def _refuse_two_outputs(command: click.Command, words: list[str]) -> None:
    """Exit with one line if a command is told two files to write: it would write the last."""
    if sum(word.startswith(_OUTPUT) for word in words) < 2:
        return
    given = command.make_parser(click.Context(command)).parse_args(list(words))[2]
    for option in given:
        if _OUTPUT[0] in option.opts and given.count(option) > 1:
            fail("-o: given more than once; name one output, and call again for another")


@click.group(
    cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="analyzer")
def main() -> None:
    """Read the logs of a finished training run; report what happened and what to do next."""

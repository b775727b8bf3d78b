"""The JUnit file of a check: of this call, never of an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from analyzer.cli._language import language_of
from analyzer.cli._messages import in_language
from analyzer.errors import AnalyzerError

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 4096  # bytes: one of ours begins with its only element


@contextmanager
def junit_file(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Yield a function that writes the document; without a path it does nothing.

    A document of an earlier call goes before anything is read, so that no CI system takes it for
    that of this one. If the check ends without a document, one is written that says why. A file
    that is no JUnit document stays until there is something to write in its place.
    """
    if path is None:
        yield lambda _: None
        return
    from analyzer.safe.files import write_atomically

    is_ours = _is_junit(path)
    if is_ours:
        with suppress(OSError):  # it is replaced below
            path.unlink()
    written = False

    def write(document: str) -> None:
        nonlocal written
        write_atomically(path, document.encode("utf-8", "replace"))
        written = True

    try:
        yield write
    except (AnalyzerError, SystemExit, KeyboardInterrupt) as error:
        if not written and (is_ours or not path.exists()):
            from analyzer.report.junit import render_error

            with suppress(AnalyzerError):  # the first error counts
                write(render_error(_reason(error)))
        raise


def _reason(error: BaseException) -> str:
    """Return why a check ended, as it was said on stderr."""
    lang = language_of(click.get_current_context(silent=True))
    if isinstance(error, KeyboardInterrupt):
        return in_language("interrupted", lang)
    return " ".join(getattr(error, "__notes__", ())) or in_language(str(error), lang)


def _is_junit(path: Path) -> bool:
    """Say whether a file is a JUnit document, as an earlier call wrote it."""
    from analyzer.safe.files import read_start

    try:
        start = read_start(path, _MOST)
    except OSError:
        return False
    return start.startswith(b"<?xml") and b"<testsuites" in start

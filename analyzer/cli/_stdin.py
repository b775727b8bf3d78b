"""A log from standard input: ``-`` in place of a path."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from analyzer.cli._saying import fail

if TYPE_CHECKING:
    from pathlib import Path

    import click

_HEAD = 1 << 16  # bytes that tell the format
_NAME = "stdin"
_TAG = re.compile(r'\[[^\[\]{}"]*\]\s*\S')  # "[INFO] ...", "[1,  2000] loss": text after a bracket
_IN = "analyzer.stdin"  # where the context keeps the copy


def path_or_stdin(ctx: click.Context, _: click.Parameter, path: Path) -> Path:
    """Return a path; for ``-``, that of a copy of standard input, removed when the command ends.

    The name of the copy ends in the suffix of its format, since that decides between parsers.
    """
    if str(path) != "-" or ctx.resilient_parsing:
        return path
    if sys.stdin is None or sys.stdin.isatty():
        fail("-: nothing is piped in; use e.g.: cat history.csv | analyzer report -")
    import shutil
    import tempfile
    from pathlib import Path

    head = sys.stdin.buffer.read(_HEAD)
    if not head.strip():
        fail("-: standard input is empty; is the command before the pipe right?")
    folder = tempfile.TemporaryDirectory(prefix="analyzer-")
    ctx.find_root().call_on_close(folder.cleanup)  # this context may not be entered
    copy = Path(folder.name) / f"{_NAME}{suffix_of(head)}"
    with copy.open("wb") as file:
        file.write(head)
        shutil.copyfileobj(sys.stdin.buffer, file)
    ctx.meta[_IN] = copy
    return copy


def shown(path: Path) -> Path | str:
    """Return a path for a message; the copy of standard input is shown as ``-``."""
    import click

    context = click.get_current_context(silent=True)
    return "-" if context and context.meta.get(_IN) == path else path


def suffix_of(head: bytes) -> str:
    """Return the suffix of the format that the first bytes of a log show.

    .json, .jsonl, .csv (also for tabs and semicolons), or .log for any other text.
    """
    lines = head.decode("utf-8-sig", "replace").split("\n")
    filled = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    first, second = [*filled, "", ""][:2]
    if first.startswith("{"):
        return ".jsonl" if first.endswith("}") and second.startswith("{") else ".json"
    if first.startswith("["):
        return ".log" if _TAG.match(first) else ".json"
    signs = [sign for sign in (",", ";", "\t") if sign in first]
    is_table = any(first.count(sign) == second.count(sign) for sign in signs)
    is_text = "=" in first or ": " in first
    return ".csv" if is_table and not is_text else ".log"

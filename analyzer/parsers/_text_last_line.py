"""Hold back the last line of console output if it has no end and may be half of a line.

A job that is killed leaves "val_loss 0." of "val_loss 0.6631". Lines above of the same form show
whether the last number is whole; a line that begins like a longer one above is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._cell import is_whole
from analyzer.parsers._text_controls import NulCount
from analyzer.parsers._text_lines import REDRAWN

_CONTEXT = 1 << 16  # bytes above the last line that are compared with it
_COMPARED = 200  # lines of them
_NUMBER = re.compile(r"\d[\d.,]*(?:[eE][-+]?\d*)?")
_LAST_NUMBER = re.compile(r"(?:[-+]?\d[\d.,]*(?:[eE][-+]?\d*)?|[-+]?\.|[-+])$")


@dataclass
class WholeLines:
    """Passes on the chunks of a text but for a last line that may be half of one.

    ``count`` says how many numbers of the log a text has. After the last chunk, ``lost`` is the
    key of the issue if the last line had some.
    """

    chunks: Iterable[bytes]
    count: Callable[[bytes], int]
    nuls: NulCount | None = None
    lost: str = ""

    def told(self, run: Run) -> Run:
        """Return a run with the issues of what was lost in its text."""
        source = run.meta.files[0]
        issues = [] if self.nuls is None else self.nuls.issues(source, run.points)
        if self.lost:
            issues.append(LogIssue("warning", source, self.lost, kept=run.points))
        return replace(run, issues=(*issues, *run.issues))

    def __iter__(self) -> Iterator[bytes]:
        before, chunk = b"", None
        for following in self.chunks:
            if chunk is not None:
                yield chunk
                before = (before + chunk)[-_CONTEXT:]
            chunk = following
        if chunk is not None:
            yield self._ended(chunk, before)

    def _ended(self, chunk: bytes, before: bytes) -> bytes:
        """Return the last chunk without a line that may be half of one."""
        start = chunk.rfind(b"\n") + 1
        line = chunk[start:]
        if not line.strip(REDRAWN + b" \t\r"):
            return chunk
        above = (before + chunk[:start])[-_CONTEXT:]
        halved = _halved(line, above)
        if halved is None:
            return chunk
        key, like = halved
        if self.count(above + like) == self.count(above):
            return chunk  # it is no line of the log, whole or not
        self.lost = key
        return chunk[:start]


def _halved(line: bytes, above: bytes) -> tuple[str, bytes] | None:
    """Return what is wrong with a last line and a line that shows what it would have been.

    None if it is surely whole.
    """
    text = _text(line)
    form = _form(text)
    lines = [_text(other) for other in above.split(b"\n")[-_COMPARED:] if other.strip()]
    same = [other for other in lines if _form(other) == form]
    longer = [other for other in lines if len(other) > len(text) and _form(other).startswith(form)]
    end = _LAST_NUMBER.search(text)
    if longer and not same:
        return "cut_line", longer[-1].encode("latin-1")
    if end is None:
        return None
    cells = [match[0] for other in same if (match := _LAST_NUMBER.search(other))]
    if cells and is_whole(end[0], cells):
        return None
    return "line_unended", line


def _text(line: bytes) -> str:
    return line.lstrip(REDRAWN).decode("latin-1")


def _form(text: str) -> str:
    """Return a line with each number, whole or half, as one sign."""
    return _NUMBER.sub("0", text)

"""Name the trainings that were printed one after another by the lines between them.

"Training model: CNN", "=== MLP ===", "lr=0.01": a line of one form stands above each training and
says something else each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer import metrics
from analyzer.parsers._base import LogFile
from analyzer.parsers._text_commas import PointedText
from analyzer.parsers._text_controls import NulCount
from analyzer.parsers._text_lines import REDRAWN, text_chunks
from analyzer.parsers._text_plan import EPOCH, STEP, VALUE, Cells, Key

_NEAREST = 8  # lines above a training that may be its heading
_LONGEST = 100  # bytes of a heading
_LONGEST_LABEL = 40
_SAYS = re.compile(
    r"(?<![A-Za-z])(?:models?|train(?:ing)?|fit(?:ting)?|experiment|networks?|net|arch(?:itecture)?"
    r"|optimi[sz]er|config(?:uration)?|learning[ _]rate|lr|dropout|batch[ _]size|hidden|units"
    r"|activation|layers|variant|setting|modelo|entrenando|entrenamiento)(?![A-Za-z])",
    re.I,
)
_RESULT = re.compile(
    r"(?<![A-Za-z])(?:params|time|took|best|saved?|saving|loss|acc(?:uracy)?|scores?|seconds|memory"
    r"|finished|done|completed?|warning|error|early|restor(?:ed|ing))(?![A-Za-z])",
    re.I,
)
_PLACE = re.compile(r"[/\\@]")  # a path or a host is no name for a report
_DECORATED = re.compile(r"\s*([=*#~-]{2,}|#+)\s*[^\W_]")
_AROUND = " \t=*#~-:.\"'[](){}>|_"


@dataclass
class _Gap:
    """The lines between two trainings: ``taken`` have numbers of the log."""

    first: int
    end: int
    taken: set[int] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)

    def add(self, printed: Sequence[bytes], row: int) -> None:
        """Take the lines of a part of the text that may be a heading; ``row`` is its first."""
        for at in range(max(self.first, row), min(self.end, row + len(printed))):
            line = printed[at - row].lstrip(REDRAWN).strip()
            if line and at not in self.taken and len(line) <= _LONGEST:
                self.lines.append(line.decode("utf-8", errors="replace"))


def labels_in(file: LogFile, parts: Sequence[Mapping[Key, Cells]]) -> list[str]:
    """Return a label for each training of a file, see ``labels_of``."""
    if not parts:
        return []
    with file.open() as handle:
        return labels_of(PointedText(text_chunks(NulCount(handle))), parts)


def labels_of(chunks: Iterable[bytes], parts: Sequence[Mapping[Key, Cells]]) -> list[str]:
    """Return a label for each training of a text, [] if no line above each names it.

    ``chunks`` are those of which the numbers of ``parts`` were read.
    """
    gaps = _gaps(parts)
    row = 0
    for chunk in chunks:
        printed = chunk.split(b"\n")
        for gap in gaps:
            gap.add(printed, row)
        row += len(printed)
    above = [gap.lines[-_NEAREST:] for gap in gaps]
    for line in reversed(above[-1]):
        key = _key(line)
        found = [next((at for at in reversed(lines) if _key(at) == key), "") for lines in above]
        labels = _shortened(found)
        if key and all(labels) and len(set(labels)) == len(labels):
            return labels
    return []


def _gaps(parts: Sequence[Mapping[Key, Cells]]) -> list[_Gap]:
    """Return the gap above each training, which begins behind the last axis of the one before."""
    gaps: list[_Gap] = []
    behind = 0
    for part in parts:
        axes = [cells for key, cells in part.items() if key.role in (EPOCH, STEP)]
        counted = axes or list(part.values())
        gaps.append(_Gap(behind, min(int(cells.rows[0]) for cells in counted)))
        behind = 1 + max(int(cells.rows[-1]) for cells in counted)
    for part in parts:
        for key, cells in part.items():
            if key.role == VALUE and not metrics.is_judged(key.name):
                continue
            for gap in gaps:
                inside = cells.rows[(cells.rows >= gap.first) & (cells.rows < gap.end)]
                gap.taken.update(inside.tolist())
    return gaps


def _key(line: str) -> str:
    """Return what headings of one form have in common: their marks, or their first word."""
    if _RESULT.search(line) or _PLACE.search(line):
        return ""
    if match := _DECORATED.match(line):
        return match[1]
    if not _SAYS.search(line):
        return ""
    words = re.findall(r"[^\W\d_]+", line)
    return words[0].lower() if words else ""


def _shortened(headings: Sequence[str]) -> list[str]:
    """Return headings without the words that begin or end all of them."""
    words = [heading.strip(_AROUND).split() for heading in headings]
    shortest = min(map(len, words), default=0)
    first = 0
    while first < shortest - 1 and len({tuple(own[: first + 1]) for own in words}) == 1:
        first += 1
    last = 0
    while last < shortest - first - 1 and len({tuple(own[-last - 1 :]) for own in words}) == 1:
        last += 1
    labels = [" ".join(own[first : len(own) - last]).strip(_AROUND) for own in words]
    if first and not all(re.search(r"[^\W\d_]", label) for label in labels):
        shared = words[0][first - 1].strip(_AROUND)
        labels = [f"{shared} {label}" for label in labels]
    return [label[:_LONGEST_LABEL] for label in labels]

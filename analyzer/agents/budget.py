"""Lines that fit in so many characters; what is left out is counted, with how to ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from analyzer.agents.marking import OPEN, cut
from analyzer.errors import AnalyzerError
from analyzer.safe.names import visible
from analyzer.text import Words

LEAST = 600  # less has no room for a sentence and the line on what is left out
HEADING = "# "  # how the heading of a part begins
_MOST_PARTS = 4  # of those left out, named


@dataclass(frozen=True)
class LazyLines(Sequence[str]):
    """Lines that are made when they are asked for: a page of runs diagnoses no others."""

    size: int
    make: Callable[[int], str]

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self.make(at) for at in range(*index.indices(self.size))]
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self.make(index)


def fit(lines: Sequence[str], start: int, budget: int, text: Words) -> str:
    """Return the lines from ``start`` on that fit in ``budget`` characters, and what is left out.

    If a line has text from a log, the last line says that such text is data. Raises AnalyzerError
    if there is no line ``start``.
    """
    if start and start >= len(lines):
        own = text.of("_agents")
        raise AnalyzerError(text.fill(own["no_line"], {"start": start, "count": len(lines)}))
    note = text.of("_agents")["data"]
    room = budget - len(note) - 1
    kept: list[str] = []
    for line in _shown(lines, start, budget):
        kept.append(line)
        if _length(kept) > room:
            break
    if _length(kept) > room:
        kept = _with_rest(kept[:-1], lines, start, room, text)
    if any(OPEN in line for line in kept):
        kept.append(note)
    return "\n".join(kept)


def _with_rest(
    kept: list[str], lines: Sequence[str], start: int, room: int, text: Words
) -> list[str]:
    """Return as many lines as have room beside the line on those left out, and that line."""
    rest = _left_out(lines, start + len(kept), text)
    while kept and (_length([*kept, rest]) > room or _is_heading(kept[-1])):
        kept = kept[:-1]
        rest = _left_out(lines, start + len(kept), text)
    return [*kept, rest]


def _is_heading(line: str) -> bool:
    """Say whether a line begins a part: alone at the end of a page it would promise lines."""
    return line.startswith(HEADING)


def _length(lines: Sequence[str]) -> int:
    """Return how many characters lines need, with the ends of lines."""
    return sum(len(line) + 1 for line in lines)


def _shown(lines: Sequence[str], start: int, budget: int) -> Iterator[str]:
    """Yield lines; a line has half the budget at most."""
    for index in range(start, len(lines)):
        yield cut(visible(lines[index]), budget // 2)


def _headings_from(lines: Sequence[str], start: int) -> list[str]:
    """Return the headings of the parts that lines from ``start`` on belong to."""
    before = [line for line in lines[: start + 1] if _is_heading(line)][-1:]
    return [*before, *filter(_is_heading, lines[start + 1 :])]


def _left_out(lines: Sequence[str], start: int, text: Words) -> str:
    """Return a line on what is left out: how many lines, of which parts, how to get them."""
    own = text.of("_agents")
    values = {"left": len(lines) - start, "total": len(lines), "start": start}
    parts: list[str] = []
    if not isinstance(lines, LazyLines):
        parts = [line[len(HEADING) :] for line in _headings_from(lines, start)]
    if not parts:
        return text.fill(own["left_out"], values)
    more = ", ..." if len(parts) > _MOST_PARTS else ""
    names = ", ".join(parts[:_MOST_PARTS]) + more
    return text.fill(own["left_out_parts"], values | {"parts": names})

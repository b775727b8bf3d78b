"""What the index notes beside a run: the same points as another, doubts, damage in its log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from analyzer.batch.record import Record
from analyzer.safe.names import visible, without_end
from analyzer.text import Words

_LONGEST = 80  # characters of a name
_PAIRS = 3  # of runs with the same points, named; more are counted


def note(
    place: int,
    records: Sequence[Record],
    same: Mapping[int, int],
    text: Words,
    *,
    strangers: Collection[int] = (),
) -> str:
    """Return what is worth a note on a run, empty if nothing is.

    ``same`` are the runs with the points of an earlier one, ``strangers`` those unlike their
    repeats.
    """
    sentences, record = text.of("_index"), records[place]
    lines = []
    if place in same:
        earlier = without_end(visible(records[same[place]].run), _LONGEST)
        lines.append(text.fill(sentences["twin"], {"run": earlier}))
    if place in strangers:
        lines.append(sentences["stranger"])
    if record.suspicion is not None:
        lines.append(text.of("_compare")["suspicious"])
    if record.issues:
        lines.append(text.fill(sentences["issues"], {"count": record.issues}))
    return "; ".join(lines)


def same_points_line(names: Sequence[str], same: Mapping[int, int], text: Words) -> list[str]:
    """Return which runs have the same points, nothing if none have.

    ``names`` are those of all runs.
    """
    if not same:
        return []
    shown = list(same.items())[:_PAIRS]
    pairs = ", ".join(f"{_short(names[later])} = {_short(names[first])}" for later, first in shown)
    if len(same) > _PAIRS:
        more = {"count": text.integer(len(same) - _PAIRS)}
        pairs += text.fill(text.of("_compare")["ranked_more"], more)
    return [text.fill(text.of("_index")["same_points"], {"pairs": pairs})]


def _short(name: str) -> str:
    return without_end(visible(name), _LONGEST)

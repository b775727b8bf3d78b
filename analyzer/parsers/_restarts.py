"""Mark the points that a restart replaced or abandoned, as all curves of a log tell together.

A run that resumes at a step has given up the weights behind everything it had logged from that
step on, so none of it belongs to the curve, however far the new stretch goes. TensorBoard purges
the same points. A curve with few points (a validation every ten epochs) cannot tell a restart from
an evaluation: the densest curve on the same axis decides for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Bools, Floats, Ints

# A resumed run steps back once or a few times; a log whose steps fall more often than this share
# of its points is in no order, and nothing in it is a restart.
UNORDERED_SHARE = 0.05
# Training that goes on logs more points than this; a checkpoint that is evaluated after training
# (the best, the last, or both) adds one or two.
MOST_EVALUATED = 2
# A restart logs on at the old distance; steps that it would have logged are skipped only if the
# log goes on behind an evaluation in its middle. Half a distance is left for another offset.
_SKIPS = 1.5
_SLACK = 0.05  # of the steps of a log: how far apart curves on one axis are logged
_FOLLOWS = 0.9  # share of its points that lie on the axis of another curve
_MOST_LEADERS = 8  # a log has fewer axes


@dataclass(frozen=True, eq=False)
class Track:
    """The n steps of a curve in log order.

    ``place`` says where in the log each point stands, comparable between curves: a line, a record
    or a time, never falling. None if that is unknown. ``trained`` has the values of a loss or score
    of the training itself: no evaluation of a checkpoint logs those anew.
    """

    step: Ints
    place: Ints | Floats | None = None
    trained: Floats | None = None

    @property
    def falls(self) -> Ints:
        """Return the points that lie at a lower step than the one before."""
        found: Ints = np.flatnonzero(self.step[1:] < self.step[:-1]) + 1
        return found

    def before(self, end: int, step: int) -> Ints:
        """Return the points before another, in log order, that lie at a step."""
        low = np.searchsorted(self._sorted, step)
        high = np.searchsorted(self._sorted, step, side="right")
        points = self._order[low:high]
        return points[: np.searchsorted(points, end)]

    @cached_property
    def _order(self) -> Ints:
        """The points by their steps, those of one step in log order."""
        return np.argsort(self.step, kind="stable")

    @cached_property
    def _sorted(self) -> Ints:
        return self.step[self._order]


class Restart(NamedTuple):
    """The first step of a restart, and how many earlier points it took from a curve.

    ``again`` lie at steps that were logged again, ``abandoned`` beyond all that came later.
    """

    step: int
    again: int
    abandoned: int


class Marks(NamedTuple):
    """Which points of a curve are superseded, by restarts or since an evaluation repeats a step.

    ``evaluated`` is the number of the latter. ``is_ordered`` is False if the steps have no order,
    so that nothing is a restart.
    """

    superseded: Bools
    restarts: tuple[Restart, ...] = ()
    evaluated: int = 0
    is_ordered: bool = True


def mark_restarts(tracks: Sequence[Track]) -> list[Marks]:
    """Return the marks of each curve of a log."""
    marks: dict[int, Marks] = {}
    leaders: list[_Leader] = []
    has_training = any(track.trained is not None for track in tracks)
    for at in sorted(range(len(tracks)), key=lambda at: _rank(tracks[at])):
        track = tracks[at]
        leader = next((known for known in leaders if known.leads(track)), None)
        if leader is None:
            known = [place for other in leaders for place in other.places]
            starts = _starts(track, np.sort(np.array(known)))
            if starts is None:
                marks[at] = Marks(np.zeros(len(track.step), dtype=bool), is_ordered=False)
                continue
            leader = _Leader.of(track, starts)
            may_lead = track.trained is not None or not has_training
            if may_lead and track.place is not None and len(leaders) < _MOST_LEADERS:
                leaders.append(leader)
        marks[at] = leader.marked(track)
    return [marks[at] for at in range(len(tracks))]


def _rank(track: Track) -> tuple[bool, int]:
    """Return the sort key of a curve: those of the training lead, then the densest."""
    return track.trained is None, -len(track.step)


def are_ordered(step: Ints) -> bool:
    """Say whether steps fall so rarely that each fall may be a restart."""
    return _may_be_restarts(int(np.count_nonzero(step[1:] < step[:-1])), len(step))


def _may_be_restarts(falls: int, points: int) -> bool:
    return falls <= max(3, UNORDERED_SHARE * points)


def _starts(track: Track, known: Floats) -> Ints | None:
    """Return the points with which a restart begins, None if the steps have no order.

    A step back is no restart but an evaluation if the log goes on without the steps between, or
    ends there; unless the log was restarted between its points, in one of the ``known`` places
    (sorted), or the training has other values at these steps now.
    """
    step, falls = track.step, track.falls
    if not _may_be_restarts(len(falls), len(step)):
        return None
    if not len(falls):
        return falls
    starts = []
    highest = int(step[falls[0] - 1])
    distance = _distance(step)
    for fall, end in pairwise([*falls.tolist(), len(step)]):
        stretch = step[fall:end]  # it only grows
        if (
            _is_evaluation(stretch, highest, distance)
            and not _has_between(track.place, fall, known)
            and not _is_trained_anew(track, fall, end)
        ):
            highest = max(highest, int(stretch[-1]))
        else:
            starts.append(fall)
            highest = int(stretch[-1])
    return np.array(starts, dtype=np.int64)


def _is_trained_anew(track: Track, fall: int, end: int) -> bool:
    """Say whether the training has another value behind a step back than its step had before.

    One or two points that would take more than half of the curve away are not enough to say so.
    """
    if track.trained is None:
        return False
    for at in range(fall, min(end, fall + MOST_EVALUATED)):
        before = track.trained[track.before(fall, int(track.step[at]))]
        if len(before) and not np.isin(track.trained[at], before) and before[-1] == before[-1]:
            kept = np.count_nonzero(track.step[:fall] < track.step[fall])
            return bool(2 * kept >= fall)
    return False


def _has_between(place: Ints | Floats | None, at: int, known: Floats) -> bool:
    """Say whether one of some places, in their order, lies between a point and the one before."""
    if place is None:
        return False
    low, high = np.searchsorted(known, [place[at - 1], place[at]], side="right")
    return bool(low < high)


def _distance(step: Ints) -> float:
    """Return the usual distance of steps: the lower quartile, which disorder does not widen."""
    rises = np.diff(step.astype(np.float64))  # a difference of steps might not fit into 64 bits
    rises = rises[rises > 0]
    return float(np.quantile(rises, 0.25)) if len(rises) else 0.0


def _is_evaluation(stretch: Ints, highest: int, distance: float) -> bool:
    """Say whether a stretch behind a step back evaluates one or two checkpoints.

    ``highest`` is the last step that the log had reached, ``distance`` the usual one of its steps.
    """
    low = int(np.searchsorted(stretch, highest))
    if 1 + np.count_nonzero(np.diff(stretch[:low])) > MOST_EVALUATED:
        return False
    if low == len(stretch):
        return True
    return float(stretch[low]) - float(stretch[low - 1]) > _SKIPS * distance


@dataclass(frozen=True, eq=False)
class _Leader:
    """A curve that tells where the log of its axis was restarted.

    ``starts`` has the first point of each restart, ``first`` its step; ``lowest`` and ``reached``
    are the lowest first step and the highest step from each restart on.
    """

    track: Track
    starts: Ints
    first: Ints
    lowest: Ints
    reached: Ints
    slack: float

    @classmethod
    def of(cls, track: Track, starts: Ints) -> _Leader:
        """Return a curve as the leader of those on its axis."""
        step = track.step
        first = step[starts]
        highest = np.maximum.accumulate(step[::-1])[::-1]
        steps = float(step.max()) - float(step.min()) if len(step) else 0.0
        return cls(
            track=track,
            starts=starts,
            first=first,
            lowest=np.minimum.accumulate(first[::-1])[::-1],
            reached=highest[starts],
            slack=_SLACK * steps,
        )

    @property
    def places(self) -> list[float]:
        """Return where in the log the restarts begin, none if that is unknown."""
        place = self.track.place
        return [] if place is None else place[self.starts].tolist()

    def leads(self, track: Track) -> bool:
        """Say whether the points of a curve lie at the steps that this one has at their places.

        What was logged behind its last point (an evaluation of all checkpoints) says nothing.
        """
        own = self.track
        if own.place is None or track.place is None or not len(own.step):
            return False
        during = np.flatnonzero(track.place <= own.place[-1])
        if not len(during):
            return False
        step = track.step[during]
        at = np.searchsorted(own.place, track.place[during], side="right") - 1
        before = own.step[np.clip(at, 0, None)].astype(np.float64)
        after = own.step[np.clip(at + 1, None, len(own.step) - 1)].astype(np.float64)
        is_near = step >= np.minimum(before, after) - self.slack
        is_near &= step <= np.maximum(before, after) + self.slack
        return bool(is_near.mean() >= _FOLLOWS)

    def marked(self, track: Track) -> Marks:
        """Return the marks of a curve on the axis."""
        step = track.step
        attempt = self._attempts(track)
        superseded = np.zeros(len(step), dtype=bool)
        restarts: tuple[Restart, ...] = ()
        if len(self.starts):
            later = np.flatnonzero(attempt < len(self.starts))
            superseded[later] = step[later] >= self.lowest[attempt[later]]
            restarts = self._counted(step[superseded], attempt[superseded])
        again = _evaluated(step, attempt) & ~superseded
        return Marks(superseded | again, restarts, int(np.count_nonzero(again)))

    def _attempts(self, track: Track) -> Ints:
        """Return how often the log had been restarted at each point of a curve."""
        if track is self.track:
            found: Ints = np.searchsorted(self.starts, np.arange(len(track.step)), side="right")
        elif self.track.place is None or track.place is None:
            found = np.zeros(len(track.step), dtype=np.int64)
        else:
            found = np.searchsorted(self.track.place[self.starts], track.place, side="right")
        return found

    def _counted(self, step: Ints, attempt: Ints) -> tuple[Restart, ...]:
        """Return the restarts that took points; each counts for the first that did."""
        taken = _first_at_most(self.first, attempt, step)
        is_abandoned = step > self.reached[taken]
        both = np.bincount(taken, minlength=len(self.first))
        abandoned = np.bincount(taken[is_abandoned], minlength=len(self.first))
        return tuple(
            Restart(int(first), int(count - beyond), int(beyond))
            for first, count, beyond in zip(self.first, both, abandoned, strict=True)
            if count
        )


def _first_at_most(values: Ints, start: Ints, limit: Ints) -> Ints:
    """Return, for each start, the first place from it on whose value is at most its limit.

    There must be one. The lowest of 1, 2, 4, 8 ... values are jumped over if they lie above.
    """
    lowest = [values]
    while len(lowest[-1]) > (width := 1 << (len(lowest) - 1)):
        lowest.append(np.minimum(lowest[-1][:-width], lowest[-1][width:]))
    at = start.copy()
    for level in reversed(range(len(lowest))):
        known = lowest[level]
        inside = np.flatnonzero(at < len(known))
        above = inside[known[at[inside]] > limit[inside]]
        at[above] += 1 << level
    return at


def _evaluated(step: Ints, attempt: Ints) -> Bools:
    """Say which points come after a step back within their attempt, at a step that it already has.

    They are of an evaluation: the point that was logged in training stays in the curve.
    """
    found = np.zeros(len(step), dtype=bool)
    falls = np.flatnonzero((step[1:] < step[:-1]) & (attempt[1:] == attempt[:-1])) + 1
    if not len(falls):
        return found
    for low, high in _stretches(attempt):
        part = step[low:high]
        highest = np.maximum.accumulate(part)
        is_back = part < highest
        is_back[1:] |= is_back[:-1] & (part[1:] == highest[1:]) & (highest[1:] == highest[:-1])
        if is_back.any():
            _, first, own = np.unique(part, return_index=True, return_inverse=True)
            found[low:high] = is_back & (first[own] < np.arange(len(part)))
    return found


def _stretches(attempt: Ints) -> Iterator[tuple[int, int]]:
    """Yield the first point of each attempt and the one behind its last."""
    edges = np.flatnonzero(np.diff(attempt)) + 1
    yield from pairwise([0, *edges.tolist(), len(attempt)])

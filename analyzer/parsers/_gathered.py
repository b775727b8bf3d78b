"""Gather points that a tracker stores one at a time: compact arrays for each tag."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._series import Points

_MOST_TAGS = 100_000
_LEAST_STEP, _LARGEST_STEP = -(2**62), 2**62


@dataclass
class _Tagged:
    """The points of one tag in log order."""

    step: array[int] = field(default_factory=lambda: array("q"))
    epoch: array[float] = field(default_factory=lambda: array("d"))
    wall_time: array[float] = field(default_factory=lambda: array("d"))
    value: array[float] = field(default_factory=lambda: array("d"))


@dataclass
class Gathered:
    """The points of one run; ``lost`` counts those that cannot be kept."""

    tags: dict[tuple[str, str], _Tagged] = field(default_factory=dict)
    lost: int = 0

    def add(
        self,
        tag: str,
        step: int,
        value: float,
        *,
        wall_time: float = float("nan"),
        epoch: float = float("nan"),
        split: str = "",
    ) -> None:
        """Add a point; one whose step does not fit is counted as lost."""
        key = (split, tag)
        tagged = self.tags.get(key)
        if tagged is None:
            if len(self.tags) >= _MOST_TAGS:
                self.lost += 1
                return
            tagged = self.tags[key] = _Tagged()
        if not _LEAST_STEP < step < _LARGEST_STEP:
            self.lost += 1
            return
        tagged.step.append(step)
        tagged.epoch.append(epoch)
        tagged.wall_time.append(wall_time)
        tagged.value.append(value)

    def losses(self, source: str) -> list[LogIssue]:
        """Return an issue if points could not be kept."""
        if not self.lost:
            return []
        kept = sum(len(tagged.value) for tagged in self.tags.values())
        return [LogIssue("warning", source, "points_unfit", kept=kept, lost=self.lost)]

    def points(self, *, by_time: bool = False) -> list[Points]:
        """Return the points by tag; ``by_time`` puts those of each tag in the order of time."""
        gathered = []
        for (split, tag), tagged in self.tags.items():
            if not tagged.value:
                continue
            time = np.array(tagged.wall_time)
            order = np.arange(len(time))
            if by_time:
                order = np.argsort(time, kind="stable")
            gathered.append(
                Points(
                    tag=tag,
                    split=split,
                    step=np.array(tagged.step, dtype=np.int64)[order],
                    epoch=np.array(tagged.epoch)[order],
                    wall_time=time[order],
                    value=np.array(tagged.value)[order],
                )
            )
        return gathered


def with_issues(runs: Sequence[Run], issues: Sequence[LogIssue]) -> list[Run]:
    """Return runs whose first has the issues of their file, or a run with the issues alone."""
    if not runs:
        return [Run("", (), issues=tuple(issues))]
    first = replace(runs[0], issues=(*issues, *runs[0].issues))
    return [first, *runs[1:]]

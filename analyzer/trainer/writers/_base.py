"""The interface of the writers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from analyzer.trainer.records import Point, Record

STEP_SECONDS = 0.5  # between two events if the clock is not used


@dataclass(frozen=True)
class About:
    """What a writer needs to know about the run.

    ``start`` (seconds since 1970) replaces the clock, for identical bytes every time.
    """

    name: str
    config: Mapping[str, Any]
    folder: Path
    per_step: bool
    start: float | None = None


def suffixed(point: Point) -> dict[str, float]:
    """Return the values of a point by tag; the tags of a step end in "_step"."""
    suffix = "_step" if point.grain == "step" else ""
    return {f"{tag}{suffix}": value for tag, value in point.values.items()}


class Writer(Protocol):
    """Writes one run in one format."""

    first_epoch: int  # the number that the format gives to the first epoch

    def write(self, record: Record) -> None:
        """Write a record; ignore it if the format has no place for it."""

    def close(self) -> None:
        """Finish the files so that they are readable."""

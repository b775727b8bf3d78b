"""What every writer takes and does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from analyzer.trainer.records import Record

STEP_SECONDS = 0.5  # between two events where the clock is not read


@dataclass(frozen=True)
class About:
    """The run that is written: its name, its hyper-parameters, and the folder.

    ``start`` (seconds since 1970) takes the place of the clock where the same bytes shall come out
    every time.
    """

    name: str
    config: Mapping[str, Any]
    folder: Path
    per_step: bool
    start: float | None = None


class Writer(Protocol):
    """Writes one run in one format."""

    first_epoch: int  # the number that the format gives to the first epoch

    def write(self, record: Record) -> None:
        """Write a record; pass over what the format cannot hold."""

    def close(self) -> None:
        """Finish the files so that they can be read."""
